import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HttpError } from '../../src/errors.ts';
import type { ServerEndpoint } from '../../src/http1/server-endpoint.ts';
import { OK, serve, statuses } from '../support/server.ts';

const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

describe('ServerEndpoint', () => {
  it('tells of a request, and writes its answer', () => {
    const server = serve((endpoint) => endpoint.respond(200, { 'Content-Type': 'text/a' }, 'ok'));
    server.receive('GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n');
    assert.deepEqual(server.told, ['GET /a?b']);
    assert.equal(
      server.sent(),
      'HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/a\r\nContent-Length: 2\r\n\r\nok',
    );
    assert.equal(server.output.state, 'open');
    assert.equal(server.endpoint.phase, 'idle');
    assert.equal(server.endpoint.idle, true);
  });

  it('tells what a request is for', () => {
    const server = serve(OK);
    server.receive('GET http://real/a HTTP/1.1\r\nHost: other\r\n\r\n');
    assert.equal(server.target.form, 'absolute');
    assert.equal(server.target.authority, 'real');
    assert.equal(server.target.path, '/a');
  });

  it('answers OPTIONS * by itself', () => {
    const server = serve(OK);
    server.receive('OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n');
    assert.deepEqual(server.told, []);
    assert.match(server.sent(), /^HTTP\/1.1 204 No Content\r\nDate: now\r\nAllow: GET, HEAD/);
    assert.equal(server.endpoint.phase, 'idle');
  });
});

describe('ServerEndpoint, pipelining', () => {
  it('answers the requests of one segment in order', () => {
    const server = serve((endpoint, { target }) => endpoint.respond(200, {}, target.path));
    server.receive(['/1', '/2', '/3'].map((path) => GET.replace('/', path)).join(''));
    assert.deepEqual(server.sent().match(/\/\d(?!\.)/g), ['/1', '/2', '/3']);
  });

  it('tells of no request before the one in front of it is answered', () => {
    const server = serve(() => {});
    server.receive(GET.repeat(3));
    assert.deepEqual(server.told, ['GET /']);
    assert.equal(server.endpoint.phase, 'answering');
    assert.equal(server.endpoint.waiting, 2 * GET.length);
    server.endpoint.respond(200, {}, 'a');
    assert.deepEqual(server.told, ['GET /', 'GET /']);
    server.endpoint.respondHead(200, {});
    server.endpoint.write('b');
    assert.equal(server.told.length, 2);
    server.endpoint.finish();
    assert.equal(server.told.length, 3);
    assert.equal(server.endpoint.waiting, 0);
  });

  it('processes nothing behind a request with close', () => {
    const server = serve(OK);
    server.receive('GET /1 HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\nPOST /2 HTTP/1.1\r\n');
    assert.deepEqual(server.told, ['GET /1']);
    assert.equal(statuses(server.sent()), '200 close');
    assert.equal(server.output.state, 'ended');
    assert.equal(server.endpoint.phase, 'closed');
    server.receive(GET);
    assert.equal(server.endpoint.waiting, 0);
    assert.equal(server.sent(), '');
  });

  it('processes nothing behind a response with close', () => {
    const server = serve((endpoint) => endpoint.respond(200, { connection: 'close' }, ''));
    server.receive(GET.repeat(2));
    assert.equal(server.told.length, 1);
    assert.equal(statuses(server.sent()), '200 close');
    assert.equal(server.output.state, 'ended');
  });

  it('skips empty lines between requests', () => {
    const server = serve(OK);
    server.receive(`\r\n${GET}\r\n\r\n${GET}`);
    assert.equal(server.told.length, 2);
  });
});

describe('ServerEndpoint, HTTP/1.0', () => {
  it('closes behind the answer', () => {
    const server = serve(OK);
    server.receive('GET / HTTP/1.0\r\n\r\n');
    assert.equal(statuses(server.sent()), '200 close');
    assert.equal(server.output.state, 'ended');
  });

  it('keeps the connection when the client asks for it, and says so', () => {
    const server = serve(OK);
    server.receive('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'.repeat(2));
    assert.equal(statuses(server.sent()), '200 keep-alive, 200 keep-alive');
    assert.equal(server.output.state, 'open');
  });

  it('delimits content of unknown length by the end of the connection', () => {
    const server = serve((endpoint) => {
      endpoint.respondHead(200, {});
      endpoint.write('abc');
      endpoint.finish();
    });
    server.receive('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    assert.equal(server.sent(), 'HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\nabc');
    assert.equal(server.output.state, 'ended');
  });

  it('resets the connection when such content is given up', () => {
    const server = serve((endpoint) => {
      endpoint.respondHead(200, {});
      endpoint.write('abc');
      endpoint.abort();
    });
    server.receive('GET / HTTP/1.0\r\n\r\n');
    assert.equal(server.output.state, 'destroyed');
  });

  it('is sent no interim response', () => {
    const server = serve((endpoint) => {
      endpoint.inform(103, { Link: '</a>' });
      endpoint.readContent();
    });
    server.receive('POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n');
    assert.equal(server.sent(), '');
  });

  it('H13: is never upgraded', () => {
    const server = serve((endpoint) => endpoint.upgrade({ Upgrade: 'websocket' }));
    const upgrade =
      'GET / HTTP/1.0\r\nHost: h\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n';
    assert.throws(() => server.receive(upgrade), TypeError);
    assert.equal(server.sent(), '');
  });
});

describe('ServerEndpoint, content of a request', () => {
  const POST = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n';
  const CHUNKED = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';

  it('is told once it is asked for', () => {
    const server = serve(() => {});
    server.receive(`${POST}hel`);
    assert.deepEqual(server.told, ['POST /']);
    assert.equal(server.endpoint.phase, 'answering');
    server.endpoint.readContent();
    assert.deepEqual(server.told, ['POST /', 'content hel']);
    assert.equal(server.endpoint.phase, 'content');
    server.receive(`lo${GET}`);
    assert.deepEqual(server.told, ['POST /', 'content hel', 'content lo', 'end']);
    assert.equal(server.endpoint.phase, 'answering');
    server.endpoint.respond(200, {});
    assert.equal(server.told.at(-1), 'GET /');
  });

  it('is told inside the call that asks for it', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.receive(`${POST}hello`);
    assert.deepEqual(server.told, ['POST /', 'content hello', 'end']);
    server.endpoint.readContent();
    assert.equal(server.told.length, 3);
  });

  it('ends at once when there is none', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.receive(GET);
    assert.deepEqual(server.told, ['GET /', 'end']);
  });

  it('is decoded from chunks, with its trailers apart', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.receive(`${CHUNKED}2\r\nab\r\n1\r\nc\r\n0\r\nX: y\r\n\r\n${GET}`);
    assert.deepEqual(server.told, ['POST /', 'content ab', 'content c', 'end x: y']);
    assert.equal(server.head.fields.has('x'), false);
  });

  it('is kept while it is paused', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.onContent = () => server.endpoint.pauseContent();
    server.receive(`${CHUNKED}1\r\na\r\n1\r\nb\r\n0\r\n\r\n`);
    assert.deepEqual(server.told, ['POST /', 'content a']);
    assert.equal(server.endpoint.phase, 'answering');
    server.endpoint.resumeContent();
    assert.deepEqual(server.told, ['POST /', 'content a', 'content b']);
    server.endpoint.resumeContent();
    server.endpoint.resumeContent();
    assert.equal(server.told.at(-1), 'end');
  });

  it('is not told behind the answer', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.onContent = () => server.endpoint.respond(200, {}, 'enough');
    server.receive(`${CHUNKED}1\r\na\r\n1\r\nb\r\n0\r\n\r\n${GET}`);
    assert.deepEqual(server.told, ['POST /', 'content a', 'GET /', 'end']);
  });

  it('may be read while it is answered', () => {
    const server = serve((endpoint) => {
      endpoint.readContent();
      endpoint.respondHead(200, {});
    });
    server.onContent = (content) => server.endpoint.write(content);
    server.onContentEnd = () => server.endpoint.finish();
    server.receive(POST.replace('5', '90000'), 'x'.repeat(90_000));
    const sent = server.sent().replace(/x{2,}/, (content) => `(${content.length} times x)`);
    assert.match(sent, /\r\n\r\n15f90\r\n\(90000 times x\)\r\n0\r\n\r\n$/);
    assert.equal(statuses(sent), '200');
    assert.equal(server.endpoint.phase, 'idle');
  });

  it('may be asked to pause or resume when nobody reads it', () => {
    const server = serve((endpoint) => {
      endpoint.pauseContent();
      endpoint.resumeContent();
      endpoint.readContent();
    });
    server.receive(`${POST}hello`);
    assert.equal(server.told.at(-1), 'end');
  });

  it('nobody reads is skipped', () => {
    const server = serve(OK);
    server.receive(`${POST}he`);
    assert.equal(statuses(server.sent()), '200');
    assert.equal(server.endpoint.phase, 'content');
    server.receive(`llo${CHUNKED}2\r\nab\r\n0\r\n\r\n${GET}`);
    assert.deepEqual(server.told, ['POST /', 'POST /', 'GET /']);
    assert.equal(server.endpoint.phase, 'idle');
  });

  it('nobody reads closes the connection when it is too long to skip', () => {
    const server = serve(OK);
    server.receive(POST.replace('5', '65537'));
    assert.equal(statuses(server.sent()), '200 close');
    assert.equal(server.output.state, 'ended');
  });

  it('nobody reads is skipped up to 64 KiB of chunks', () => {
    const server = serve(OK);
    server.receive(CHUNKED);
    assert.equal(statuses(server.sent()), '200');
    server.receive(`10000\r\n${'x'.repeat(0xfff9)}`);
    assert.equal(server.output.state, 'open');
    server.receive('x');
    assert.equal(server.output.state, 'ended');
    assert.equal(server.sent(), '');
  });

  it('nobody finished to read closes the connection when too much of it is left', () => {
    const server = serve((endpoint) => {
      endpoint.readContent();
      endpoint.respondHead(200, {});
    });
    server.receive(POST.replace('5', '65538'), 'x');
    server.endpoint.finish();
    assert.equal(server.output.state, 'ended');
  });
});

describe('ServerEndpoint, Expect: 100-continue', () => {
  const POST = 'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';

  it('is answered when the content is asked for', () => {
    const server = serve(() => {});
    server.receive(POST);
    assert.equal(server.sent(), '');
    server.endpoint.readContent();
    assert.equal(server.sent(), 'HTTP/1.1 100 Continue\r\n\r\n');
    server.receive('hello');
    server.endpoint.respond(200, {});
    assert.equal(statuses(server.sent()), '200');
    assert.equal(server.endpoint.phase, 'idle');
  });

  it('needs no answer once content has come', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.receive(`${POST}h`);
    assert.equal(server.sent(), '');
  });

  it('needs no answer behind the final one', () => {
    const server = serve((endpoint) => {
      endpoint.respondHead(200, {});
      endpoint.readContent();
    });
    server.receive(POST);
    assert.equal(statuses(server.sent()), '200 close');
  });

  it('closes the connection when it is refused: content may follow or not', () => {
    const server = serve((endpoint) => endpoint.respond(403, {}, 'no'));
    server.receive(POST, `hello${GET}`);
    assert.equal(statuses(server.sent()), '403 close');
    assert.deepEqual(server.told, ['POST /']);
  });

  it('keeps the connection when the content is there nevertheless', () => {
    const server = serve(OK);
    server.receive(`${POST}hello${GET}`);
    assert.equal(statuses(server.sent()), '200, 200');
  });

  it('is answered before an upgrade', () => {
    const server = serve((endpoint) => endpoint.upgrade({ Upgrade: 'a' }));
    server.receive(
      'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: a\r\nConnection: upgrade\r\nExpect: 100-continue\r\n\r\n',
    );
    assert.equal(statuses(server.sent()), '100, 101 Upgrade');
  });
});

describe('ServerEndpoint, upgrade', () => {
  const UPGRADE = 'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n';

  it('answers 101, and gives up the octets that came behind the head', () => {
    let rest: Uint8Array | undefined;
    const server = serve((endpoint) => {
      rest = endpoint.upgrade({ Upgrade: 'a', 'X-Y': 'z' });
    });
    server.receive(`${UPGRADE}GET /`);
    assert.equal(
      server.sent(),
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nX-Y: z\r\nConnection: Upgrade\r\n\r\n',
    );
    assert.equal(Buffer.from(rest ?? []).toString(), 'GET /');
    assert.equal(server.output.state, 'open');
    assert.equal(server.endpoint.phase, 'closed');
    assert.equal(server.endpoint.waiting, 0);
  });

  it('may come later, with all that has come meanwhile', () => {
    const server = serve(() => {});
    server.receive(UPGRADE, 'abc', 'def');
    assert.equal(Buffer.from(server.endpoint.upgrade({ Upgrade: 'a' })).toString(), 'abcdef');
  });

  it('may be ignored', () => {
    const server = serve(OK);
    server.receive(UPGRADE + GET);
    assert.equal(statuses(server.sent()), '200, 200');
  });

  it('names the option that Upgrade needs in any response', () => {
    const server = serve((endpoint) =>
      endpoint.respond(426, { Upgrade: 'a', Connection: 'close' }, ''),
    );
    server.receive(GET);
    assert.equal(statuses(server.sent()), '426 close, Upgrade');
  });

  for (const [what, wire] of [
    ['one that was not asked for', GET],
    ['one without the connection option', UPGRADE.replace('upgrade', 'close')],
    ['one with content', UPGRADE.replace('Host: h', 'Host: h\r\nContent-Length: 5')],
  ] as const) {
    it(`refuses ${what}`, () => {
      const server = serve((endpoint) => {
        assert.throws(() => endpoint.upgrade({ Upgrade: 'a' }), TypeError);
        endpoint.respond(400, {});
      });
      server.receive(wire);
      assert.match(statuses(server.sent()), /^400/);
    });
  }

  it('is refused behind the answer, or when the client has left', () => {
    const server = serve((endpoint) => endpoint.respondHead(200, {}));
    server.receive(UPGRADE);
    assert.throws(() => server.endpoint.upgrade({ Upgrade: 'a' }), TypeError);
    server.endpoint.disconnect();
    assert.throws(() => server.endpoint.upgrade({ Upgrade: 'a' }), TypeError);
  });
});

describe('ServerEndpoint, faults', () => {
  for (const [wire, told, answered] of [
    ['GET / HTTP/1.1\r\n\r\n', 'HTTP_HOST', '400 close'],
    ['GET /\u0000', 'HTTP_TARGET', '400 close'],
    ['get / HTTP/1.1\r\n', 'HTTP_METHOD_UNSUPPORTED', '501 close'],
    ['GET / HTTP/2.0\r\n', 'HTTP_VERSION_UNSUPPORTED', '505 close'],
    ['CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n', 'HTTP_METHOD_UNSUPPORTED', '501 close'],
    ['TRACE / HTTP/1.1\r\nHost: h\r\n\r\n', 'HTTP_METHOD_UNSUPPORTED', '501 close'],
    ['GET * HTTP/1.1\r\nHost: h\r\n\r\n', 'HTTP_TARGET', '400 close'],
    ['GET https://h/ HTTP/1.1\r\nHost: h\r\n\r\n', 'HTTP_MISDIRECTED', '421 close'],
    [GET.replace('\r\n\r\n', '\r\nExpect: b\r\n\r\n'), 'HTTP_EXPECTATION', '417 close'],
    [`GET /${'a'.repeat(9_000)}`, 'HTTP_TARGET_LIMIT', '414 close'],
    [GET.replace('Host', 'Content-Length: 100001\r\nHost'), 'HTTP_BODY_LIMIT', '413 close'],
  ] as const) {
    it(`answers ${JSON.stringify(wire.slice(0, 40))} with ${answered}, and nothing behind it`, () => {
      const server = serve(OK);
      server.receive(`${wire}${GET}`, GET);
      assert.deepEqual(server.told, [told]);
      const sent = server.sent();
      assert.equal(statuses(sent), answered);
      assert.match(sent, /\r\nDate: now\r\nContent-Type: text\/plain; charset=utf-8\r\n/);
      assert.equal(server.output.state, 'ended');
      assert.equal(server.endpoint.phase, 'closed');
    });
  }

  it('takes https where the connection is secured', () => {
    const server = serve(OK, { secure: true });
    server.receive('GET https://h/ HTTP/1.1\r\nHost: h\r\n\r\n');
    assert.equal(statuses(server.sent()), '200');
  });

  it('answers HEAD without content even then', () => {
    const server = serve(OK);
    server.receive('HEAD / HTTP/1.1\r\n\r\n');
    assert.match(server.sent(), /^HTTP\/1.1 400 .*\r\n\r\n$/s);
  });

  it('answers what came before a fault first', () => {
    const server = serve(() => {});
    server.receive(`${GET}BAD`, 'BAD\u0000');
    assert.equal(server.sent(), '');
    server.endpoint.respond(200, {}, '');
    assert.equal(statuses(server.sent()), '200, 400 close');
    assert.deepEqual(server.told, ['GET /', 'HTTP_METHOD']);
  });

  const POST = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';

  it('answers a fault in content that is being read', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.receive(`${POST}1\r\na\r\nx\r\n${GET}`);
    assert.deepEqual(server.told, ['POST /', 'content a', 'HTTP_CHUNK_SIZE']);
    assert.equal(statuses(server.sent()), '400 close');
    server.endpoint.respond(200, {}, 'too late');
    server.endpoint.readContent();
    assert.equal(server.sent(), '');
  });

  it('refuses content over limits.body when that shows', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.onContent = () => {};
    server.receive(POST, `186a0\r\n${'x'.repeat(100_000)}\r\n`);
    assert.equal(server.output.state, 'open');
    server.receive('1\r\nx');
    assert.equal(server.told.at(-1), 'HTTP_BODY_LIMIT');
    assert.equal(statuses(server.sent()), '413 close');
  });

  it('answers no second time, but closes, when the fault is behind the answer', () => {
    const server = serve(OK);
    server.receive(`${POST}x\r\n${GET}`);
    assert.equal(statuses(server.sent()), '200');
    assert.deepEqual(server.told, ['POST /', 'HTTP_CHUNK_SIZE']);
    assert.equal(server.output.state, 'ended');
  });

  it('cuts an answer off that has begun', () => {
    const server = serve((endpoint) => {
      endpoint.readContent();
      endpoint.respondHead(200, {});
      endpoint.write('a');
    });
    server.receive(`${POST}x\r\n`);
    assert.match(server.sent(), /\r\n\r\n1\r\na\r\n$/);
    assert.equal(server.output.state, 'ended');
    server.endpoint.write('b');
    server.endpoint.finish();
    server.endpoint.abort();
    assert.equal(server.sent(), '');
  });

  it('H4: answers Transfer-Encoding beside Content-Length once, and serves nothing', () => {
    const server = serve(OK);
    server.receive(
      `${POST.replace('Host', 'Content-Length: 4\r\nHost')}5\r\nhello\r\n0\r\n\r\n${GET}`,
    );
    assert.equal(statuses(server.sent()), '400 close');
    assert.equal(server.told.length, 1);
    assert.equal(server.output.state, 'ended');
  });

  it('H8: answers an invalid trailer once, and takes nothing of it for a request', () => {
    for (const handler of [OK, (endpoint: ServerEndpoint) => endpoint.readContent()]) {
      const server = serve(handler);
      server.receive(`${POST}0\r\nGET / HTTP/1.1\r\n\r\n${GET}`);
      assert.equal(server.sent().match(/HTTP\/1\.1 \d/g)?.length, 1);
      assert.deepEqual(server.told, ['POST /', 'HTTP_FIELD_NAME']);
      assert.equal(server.output.state, 'ended');
    }
  });

  it('H8: answers an endless trailer section once', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.receive(`${POST}0\r\n`, 'A: b\r\n'.repeat(5_000), GET);
    assert.equal(statuses(server.sent()), '431 close');
  });

  it('H9: answers a head with too many or too long fields 431, and a slow one 408', () => {
    for (const fields of ['A: b\r\n'.repeat(101), `A: ${'b'.repeat(20_000)}`]) {
      const server = serve(OK);
      server.receive(GET.slice(0, -2) + fields);
      assert.equal(statuses(server.sent()), '431 close');
    }
    const server = serve(OK);
    server.receive('GET / HTTP/1.1\r\nHo');
    assert.equal(server.endpoint.phase, 'head');
    server.endpoint.fail(new HttpError('HTTP_HEAD_TIME'));
    assert.equal(statuses(server.sent()), '408 close');
    assert.equal(server.output.state, 'ended');
  });

  it('says in a 431 which field had no room, when that can be told', () => {
    const long = 'b'.repeat(20_000);
    for (const [fields, told] of [
      [`X-Long: ${long}`, /: no room for X-Long \(/],
      [`A: b\r\n${'X'.repeat(100)}: ${long}`, /: no room for X{64} \(/],
      [long, /limits\.head \(/],
    ] as const) {
      const server = serve(OK);
      server.receive(GET.slice(0, -2) + fields);
      assert.match(server.sent(), told);
    }
  });

  it('H13: refuses HTTP/0.9 and unknown versions', () => {
    for (const [line, status] of [
      ['GET /\r\n', 400],
      ['GET / HTTP/0.9\r\n', 505],
      ['GET / HTTP/3.0\r\n', 505],
      ['GET / HTTP/1.11\r\n', 400],
      ['GET / http/1.1\r\n', 400],
    ] as const) {
      const server = serve(OK);
      server.receive(`${line}\r\n`);
      assert.equal(statuses(server.sent()), `${status} close`, line);
    }
  });
});

describe('ServerEndpoint, the end of the connection', () => {
  const POST = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel';

  it('comes at once from a client that wants nothing more', () => {
    const server = serve(OK);
    server.receive(GET);
    server.endpoint.receiveEnd();
    assert.equal(server.output.state, 'ended');
    assert.deepEqual(server.told, ['GET /']);
  });

  it('waits for all answers when the client has closed its side only', () => {
    const server = serve(() => {});
    server.receive(GET.repeat(2));
    server.endpoint.receiveEnd();
    assert.equal(server.output.state, 'open');
    server.endpoint.respond(200, {}, '');
    assert.equal(server.output.state, 'open');
    server.endpoint.respond(200, {}, '');
    assert.equal(statuses(server.sent()), '200, 200 close');
    assert.equal(server.output.state, 'ended');
  });

  it('in a head is answered', () => {
    const server = serve(OK);
    server.receive('GET / HT');
    server.endpoint.receiveEnd();
    assert.deepEqual(server.told, ['HTTP_CUT']);
    assert.equal(statuses(server.sent()), '400 close');
  });

  it('in content that is being read is answered', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.receive(POST);
    server.endpoint.receiveEnd();
    assert.deepEqual(server.told, ['POST /', 'content hel', 'HTTP_CUT']);
    assert.equal(statuses(server.sent()), '400 close');
    assert.equal(server.output.state, 'ended');
  });

  it('in content that nobody reads ends the connection', () => {
    const server = serve(OK);
    server.receive(POST);
    server.endpoint.receiveEnd();
    assert.deepEqual(server.told, ['POST /', 'HTTP_CUT']);
    assert.equal(statuses(server.sent()), '200');
    assert.equal(server.output.state, 'ended');
  });

  it('is told to a request that can not be answered any more', () => {
    const server = serve(() => {});
    server.receive(GET);
    server.endpoint.disconnect();
    assert.deepEqual(server.told, ['GET /', 'HTTP_CUT']);
    server.endpoint.respond(200, {}, '');
    assert.equal(server.sent(), '');
    server.endpoint.disconnect();
    assert.equal(server.told.length, 2);
  });

  it('is nothing to be told when there is no request', () => {
    const server = serve(OK);
    server.receive('GET');
    server.endpoint.disconnect();
    assert.deepEqual(server.told, []);
    assert.equal(server.endpoint.phase, 'closed');
  });

  it('comes behind the request under way when it is asked for', () => {
    const server = serve(() => {});
    server.receive(GET.repeat(2));
    server.endpoint.close();
    assert.equal(server.output.state, 'open');
    server.endpoint.respond(200, {}, '');
    assert.equal(statuses(server.sent()), '200 close');
    assert.equal(server.output.state, 'ended');
    assert.equal(server.told.length, 1);
  });

  it('comes behind the answer under way even if that did not say so', () => {
    const server = serve((endpoint) => endpoint.respondHead(200, {}));
    server.receive(GET);
    server.endpoint.close();
    server.endpoint.finish();
    assert.equal(statuses(server.sent()), '200');
    assert.equal(server.output.state, 'ended');
  });

  it('comes at once when it is asked for and nothing is under way', () => {
    const server = serve(OK);
    server.endpoint.close();
    assert.equal(server.output.state, 'ended');
  });

  it('comes without an answer when nothing of a request has come', () => {
    const server = serve(OK);
    server.receive(GET);
    server.sent();
    server.endpoint.fail(new HttpError('HTTP_HEAD_TIME'));
    assert.equal(server.sent(), '');
    assert.equal(server.output.state, 'ended');
    server.endpoint.fail(new HttpError('HTTP_HEAD_TIME'));
    assert.deepEqual(server.told, ['GET /', 'HTTP_HEAD_TIME']);
  });

  it('is how an answer with less content than announced ends', () => {
    const server = serve((endpoint) => {
      endpoint.respondHead(200, { 'Content-Length': '5' });
      endpoint.write('abc');
      endpoint.finish();
    });
    server.receive(GET.repeat(2));
    assert.match(server.sent(), /\r\n\r\nabc$/);
    assert.equal(server.output.state, 'ended');
    assert.equal(server.told.length, 1);
  });
});

describe('ServerEndpoint, calls', () => {
  it('stops between two calls of the listener, and keeps the rest', () => {
    const server = serve((endpoint) => {
      endpoint.pause();
      endpoint.respond(200, {}, '');
    });
    server.receive(GET.repeat(3));
    assert.equal(server.told.length, 1);
    assert.equal(server.endpoint.waiting, 2 * GET.length);
    assert.equal(server.endpoint.phase, 'answering');
    server.endpoint.resume();
    assert.equal(server.told.length, 2);
    server.endpoint.receiveEnd();
    server.endpoint.resume();
    server.endpoint.resume();
    assert.equal(server.told.length, 3);
    assert.equal(server.output.state, 'ended');
  });

  it('is not re-entrant, and says so', () => {
    const server = serve(() => {
      assert.throws(() => server.receive(GET), /receive/);
      server.endpoint.respond(200, {}, '');
    });
    server.receive(GET);
    assert.equal(server.told.length, 1);
  });

  it('is as it was when the listener throws', () => {
    const server = serve((endpoint, { told }) => {
      if (told.length === 1) throw new Error('handler');
      endpoint.respond(200, {}, '');
    });
    assert.throws(() => server.receive(GET.repeat(2)), /handler/);
    assert.equal(server.endpoint.phase, 'answering');
    server.endpoint.respond(500, {}, '');
    assert.equal(statuses(server.sent()), '500, 200');
  });

  it('is as it was when the listener throws over a fault', () => {
    const server = serve(OK);
    server.fault = () => {
      throw new Error('handler');
    };
    assert.throws(() => server.receive('\u0000'), /handler/);
    assert.equal(statuses(server.sent()), '400 close');
    assert.equal(server.output.state, 'ended');
    server.receive(GET);
    assert.equal(server.sent(), '');
  });

  it('refuses answers that there is no request for', () => {
    const { endpoint } = serve(OK);
    assert.throws(() => endpoint.respond(200, {}), TypeError);
    assert.throws(() => endpoint.respondHead(200, {}), TypeError);
    assert.throws(() => endpoint.inform(103, {}), TypeError);
    assert.throws(() => endpoint.write(''), TypeError);
    assert.throws(() => endpoint.finish(), TypeError);
  });

  it('informs before it answers', () => {
    const server = serve((endpoint) => {
      endpoint.inform(103, { Link: '</a>' });
      endpoint.respond(200, {}, '');
    });
    server.receive(GET);
    assert.equal(statuses(server.sent()), '103, 200');
  });

  for (const status of [100, 101, 200]) {
    it(`refuses to inform with ${status}`, () => {
      const server = serve((endpoint) => endpoint.inform(status, {}));
      assert.throws(() => server.receive(GET), RangeError);
    });
  }

  it('H11: can still answer when the answer could not be sent', () => {
    const server = serve((endpoint) => {
      assert.throws(() => endpoint.respond(200, { Location: '/\r\nX: y' }, ''), TypeError);
      endpoint.respond(500, {}, '');
    });
    server.receive(GET);
    assert.equal(statuses(server.sent()), '500');
  });

  it('holds no octets once it has none to wait for', () => {
    const server = serve(OK);
    server.receive(`${GET}GE`);
    assert.equal(server.endpoint.waiting, 2);
    server.receive(GET.slice(2));
    assert.equal(server.endpoint.waiting, 0);
  });
});
