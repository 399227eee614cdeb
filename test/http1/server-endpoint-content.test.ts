import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { OK, serve, statuses } from '../support/server.ts';

const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

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

  it('may be paused or resumed while nobody reads it', () => {
    const server = serve((endpoint) => {
      endpoint.pauseContent();
      endpoint.resumeContent();
      endpoint.pauseContent();
    });
    server.receive(`${POST}hello`);
    assert.deepEqual(server.told, ['POST /']);
    server.endpoint.readContent();
    assert.equal(server.told.at(-1), 'end');
  });

  it('stays paused when it is asked for again', () => {
    const server = serve((endpoint) => {
      endpoint.readContent();
      endpoint.pauseContent();
    });
    server.receive(`${POST}hello`);
    server.endpoint.readContent();
    assert.deepEqual(server.told, ['POST /']);
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

  it('nobody reads is skipped up to 64 KiB of each request', () => {
    const server = serve(OK);
    const request = `${POST.replace('5', '65536')}${'x'.repeat(65_536)}`;
    server.receive(request, request);
    assert.equal(statuses(server.sent()), '200, 200');
    assert.equal(server.endpoint.phase, 'idle');
  });

  it('closes the connection when it is answered early, and too much of it is left', () => {
    const server = serve((endpoint) => {
      endpoint.readContent();
      endpoint.respond(200, {}, '');
    });
    server.receive(POST.replace('5', '65537'));
    assert.equal(statuses(server.sent()), '200 close');
  });

  it('nobody reads is skipped up to 64 KiB of chunks', () => {
    const server = serve(OK);
    server.receive(CHUNKED);
    assert.equal(statuses(server.sent()), '200');
    server.receive(`10001\r\n${'x'.repeat(65_536)}`);
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
    server.receive(`${POST}hello`, GET);
    assert.equal(statuses(server.sent()), '200, 200');
  });

  it('keeps the connection when the client was told to go on', () => {
    const server = serve((endpoint) => {
      endpoint.readContent();
      endpoint.respond(200, {}, '');
    });
    server.receive(POST, `hello${GET}`);
    assert.equal(statuses(server.sent()), '100, 200, 200');
  });

  it('is answered before an upgrade only, where there is no content', () => {
    const server = serve((endpoint) => endpoint.readContent());
    const expecting = GET.replace('Host: h', 'Host: h\r\nExpect: 100-continue');
    server.receive(expecting);
    server.endpoint.respond(200, {}, '');
    assert.equal(statuses(server.sent()), '200');
    server.receive(expecting.replace('Host: h', 'Host: h\r\nUpgrade: a\r\nConnection: upgrade'));
    server.upgrade();
    assert.equal(statuses(server.sent()), '100, 101 Upgrade');
  });

  it('is answered before an upgrade', () => {
    const server = serve((endpoint) => endpoint.upgrade({ Upgrade: 'a' }));
    server.receive(
      'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: a\r\nConnection: upgrade\r\nExpect: 100-continue\r\n\r\n',
    );
    assert.equal(statuses(server.sent()), '100, 101 Upgrade');
  });

  it('is answered once', () => {
    const server = serve((endpoint) => endpoint.readContent());
    server.onContentEnd = () => server.upgrade();
    server.receive(
      POST.replace('POST', 'GET').replace(
        '\r\n\r\n',
        '\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n',
      ),
      'hello',
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
