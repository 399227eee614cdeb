import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { encodeChunk } from '../../src/http1/chunked-encoder.ts';
import { ascii } from '../support/octets.ts';
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

  it('says while it writes chunks, among which others may be written', () => {
    const said: boolean[] = [];
    const server = serve((endpoint) => {
      const say = () => said.push(endpoint.writesChunks);
      say();
      endpoint.respondHead(200, {});
      say();
      endpoint.write('one ');
      server.output.append(encodeChunk(ascii('two ')));
      endpoint.finish();
      say();
    });
    server.receive('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    assert.deepEqual(said, [false, true, false]);
    assert.match(server.sent(), /\r\n\r\n4\r\none \r\n4\r\ntwo \r\n0\r\n\r\n$/);
  });

  it('says that it writes none where the length is known, or the end of the connection is the end', () => {
    const said: boolean[] = [];
    for (const [fields, version] of [
      [{ 'Content-Length': '1' }, 1],
      [{}, 0],
    ] as const) {
      const server = serve((endpoint) => {
        endpoint.respondHead(200, fields);
        said.push(endpoint.writesChunks);
        endpoint.abort();
        said.push(endpoint.writesChunks);
      });
      server.receive(`GET / HTTP/1.${version}\r\nHost: h\r\n\r\n`);
    }
    assert.deepEqual(said, [false, false, false, false]);
  });

  it('keeps heads apart that come in pieces on several connections at once', () => {
    const targets = ['/a', '/b', '/c'];
    const servers = targets.map(() => serve(OK));
    const wires = targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: h\r\n\r\n`);
    for (let i = 0; i < wires[0]!.length; i++) {
      for (const [n, server] of servers.entries()) server.receive(wires[n]![i]!);
    }
    assert.deepEqual(
      servers.map(({ told }) => told),
      targets.map((target) => [`GET ${target}`]),
    );
  });

  it('does not read on with what has refused a head on another connection', () => {
    serve(OK).receive('GET / HTTP/1.1\r\nBad Field: x\r\n\r\n');
    const server = serve(OK);
    server.receive('GET /b HTTP/1.1\r\nHost: h\r\n\r\n');
    assert.deepEqual(server.told, ['GET /b']);
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
    assert.equal(server.output.state, 'reset');
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
    assert.equal(server.endpoint.idle, false);
    server.endpoint.resume();
    assert.equal(server.told.length, 2);
    server.endpoint.receiveEnd();
    server.endpoint.resume();
    server.endpoint.resume();
    assert.equal(server.told.length, 3);
    assert.equal(server.output.state, 'ended');
  });

  it('is idle between two requests, paused or not', () => {
    const server = serve((endpoint) => {
      endpoint.pause();
      endpoint.respond(200, {}, '');
    });
    server.receive(GET);
    assert.equal(server.endpoint.idle, true);
    assert.equal(server.endpoint.phase, 'idle');
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
