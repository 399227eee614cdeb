import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HttpError } from '../../src/errors.ts';
import type { ServerEndpoint } from '../../src/http1/server-endpoint.ts';
import { LIMITS, OK, serve, statuses } from '../support/server.ts';

const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

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

  const LONG = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n';

  it('refuses content that is announced to be too long when it is asked for, before any of it comes', () => {
    for (const expect of ['', 'Expect: 100-continue\r\n']) {
      const server = serve((endpoint) => endpoint.readContent());
      server.receive(`${LONG}${expect}\r\n`);
      assert.deepEqual(server.told, ['POST /', 'HTTP_BODY_LIMIT']);
      assert.equal(statuses(server.sent()), '413 close');
      assert.equal(server.output.state, 'ended');
      assert.equal(server.endpoint.phase, 'closed');
    }
  });

  it('leaves a request whose content is too long to the handler that does not want it, and closes', () => {
    const server = serve(OK, { limits: { ...LIMITS, body: 4 } });
    server.receive(`${POST.replace('Transfer-Encoding: chunked', 'Content-Length: 5')}hello${GET}`);
    assert.deepEqual(server.told, ['POST /']);
    assert.equal(statuses(server.sent()), '200 close');
    assert.equal(server.output.state, 'ended');
    const cut = serve((endpoint) => {
      endpoint.respondHead(200, {});
      endpoint.readContent();
    });
    cut.receive(`${LONG}\r\n`);
    assert.deepEqual(cut.told, ['POST /', 'HTTP_BODY_LIMIT']);
    assert.equal(cut.output.state, 'ended');
  });

  it('adds what the handler wants to say where the content is at fault, to that request alone', () => {
    const fields = { 'Access-Control-Allow-Origin': 'https://app.example' };
    const told = /\r\nAccess-Control-Allow-Origin: https:\/\/app.example\r\n/;
    for (const content of [`${POST}x\r\n`, `${LONG}\r\n`]) {
      const server = serve((endpoint) => {
        endpoint.addToRefusal(fields);
        endpoint.readContent();
      });
      server.receive(content);
      assert.match(server.sent(), told);
    }
    const late = serve((endpoint) => {
      endpoint.addToRefusal(fields);
      endpoint.readContent();
    });
    late.receive(POST);
    late.endpoint.fail(new HttpError('HTTP_BODY_TIME'));
    assert.match(late.sent(), told);
    for (const next of ['BAD\u0000', `${LONG}\r\n`]) {
      let requests = 0;
      const server = serve((endpoint) => {
        if (requests++ === 0) endpoint.addToRefusal(fields);
        endpoint.readContent();
      });
      server.onContentEnd = () => server.endpoint.respond(200, {}, '');
      server.receive(GET, next);
      const sent = server.sent();
      assert.match(statuses(sent), /^200, 4\d\d close$/);
      assert.doesNotMatch(sent, told);
    }
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

  it('is told to one whose content has been read, too', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.receive(GET);
    server.endpoint.disconnect();
    assert.deepEqual(server.told, ['GET /', 'end', 'HTTP_CUT']);
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

  it('comes at once when only content is left that nobody wants', () => {
    const server = serve(OK);
    server.receive(POST);
    server.endpoint.close();
    assert.equal(statuses(server.sent()), '200');
    assert.equal(server.output.state, 'ended');
  });

  it('waits for the request that has begun to come when it is asked for', () => {
    const server = serve(OK);
    server.receive(GET.slice(0, 9));
    server.endpoint.close();
    assert.equal(server.output.state, 'open');
    server.receive(GET.slice(9) + GET);
    assert.equal(statuses(server.sent()), '200 close');
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
