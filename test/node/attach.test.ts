import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { afterEach, describe, it } from 'node:test';

import { createHub, type Hub, type HubOptions } from '../../src/node/hub.ts';
import { hostServer } from '../support/host-server.ts';
import { dial, exchange, openingHandshake, readUntil } from '../support/raw.ts';
import { frameTo } from '../support/websocket.ts';

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

describe('attachTo', () => {
  it('takes the paths that the hub owns, and leaves all others to the application', async () => {
    const { hub, get } = await attached();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    assert.match(await get('/hub?q'), /200 OK.*from the hub/s);
    assert.match(await get('/other'), /200 OK.*application \/other/s);
    assert.match(await get('/hub/below'), /application/);
  });

  it('comes before listeners that are added later', async () => {
    const { hub, server, get } = await attached();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    const seen: string[] = [];
    server.prependListener('request', (request) => seen.push(request.url ?? ''));
    await get('/hub');
    await get('/other');
    assert.deepEqual(seen, ['/other']);
  });

  it('opens WebSocket connections, also with octets in the same segment', async () => {
    const { hub, port } = await attached();
    hub.websocket('/ws', { message: (socket, data) => socket.send(data) });
    const socket = dial(port);
    const hello = frameTo('server', { opcode: 1, payload: 'Hello' });
    socket.write(Buffer.concat([Buffer.from(openingHandshake('/ws')), hello]));
    const answer = await readUntil(socket, 'Hello');
    assert.match(answer, /^HTTP\/1.1 101 .*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/s);
    socket.destroy();
  });

  it('opens a connection that authorize decides on later', async () => {
    const { hub, port } = await attached();
    hub.websocket('/ws', {
      authorize: async ({ source }) => ({ data: typeof source }),
      message: (socket, data) => socket.send(`${socket.data} ${data}`),
    });
    const socket = dial(port);
    socket.write(openingHandshake('/ws'));
    socket.write(frameTo('server', { opcode: 1, payload: 'early' }));
    await readUntil(socket, 'object early');
    socket.destroy();
  });

  it('refuses handshakes with a whole answer, then closes', async () => {
    const { hub, port } = await attached();
    hub.websocket('/ws', { authorize: () => ({ status: 403, body: 'no' }) });
    const refused = await exchange(port, openingHandshake('/ws'));
    assert.match(refused, /^HTTP\/1.1 403 Forbidden\r\n.*Date: .*Content-Length: 2\r\n.*no$/is);
    const malformed = openingHandshake('/ws').replace('Version: 13', 'Version: 12');
    assert.match(await exchange(port, malformed), /^HTTP\/1.1 426 .*Sec-WebSocket-Version: 13/is);
    const foreign = openingHandshake('/ws', 'Origin: http://evil.example\r\n');
    assert.match(await exchange(port, foreign), /^HTTP\/1.1 403 .*option origins/s);
  });

  it('gives a refused upgrade a streamed Response too', async () => {
    const { hub, port } = await attached();
    hub.websocket('/ws', { authorize: () => new Response('why not', { status: 429 }) });
    assert.match(await exchange(port, openingHandshake('/ws')), /^HTTP\/1.1 429 .*why not$/s);
  });

  it('answers a plain request for a WebSocket path with 426', async () => {
    const { hub, get } = await attached();
    hub.websocket('/ws', {});
    assert.match(await get('/ws'), /^HTTP\/1.1 426 .*Upgrade: websocket/is);
  });

  it('gives an upgrade that nobody wants back to the application as a request', async () => {
    const { hub, port } = await attached((request, response) => {
      request.on('data', (octets) => response.write(`content ${octets}`));
      request.on('end', () => response.end(`${request.headers.upgrade} ${request.headers['x-a']}`));
    });
    hub.websocket('/ws', {});
    const wire =
      'POST /other HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nX-A: b\r\nConnection: close, Upgrade\r\nContent-Length: 3\r\n\r\nabc';
    assert.match(
      await exchange(port, wire),
      /^HTTP\/1.1 200 OK.*content abc.*(?:undefined|h2c) b/s,
    );
  });

  it('gives further requests on such a connection to the application as well', async () => {
    const { port } = await attached();
    const upgrade = 'Upgrade: h2c\r\nConnection: Upgrade\r\n';
    const socket = dial(port);
    for (const [i, fields] of [upgrade, upgrade, ''].entries()) {
      socket.write(`GET /${i} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`);
      await readUntil(socket, `application /${i}`);
    }
    socket.destroy();
  });

  it('answers in order where requests stand in front of an upgrade', async () => {
    const { hub, port } = await attached((request, response) => {
      setTimeout(() => response.end(`late ${request.url}`), 50);
    });
    hub.websocket('/ws', { open: (socket) => socket.send('opened') });
    const socket = dial(port);
    socket.write(`GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n${openingHandshake('/ws')}`);
    assert.match(await readUntil(socket, 'opened'), /^HTTP\/1.1 200 .*late \/1.*HTTP\/1.1 101 /s);
    socket.destroy();
  });

  it("leaves the application's own upgrades to it", async () => {
    const { hub, server, port } = await attached();
    hub.websocket('/ws', {});
    server.on('upgrade', (request, socket) => {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\nthe application's ${request.url}`);
    });
    const answer = await exchange(port, openingHandshake('/other'));
    assert.match(answer, /the application's \/other$/);
    const socket = dial(port);
    socket.write(openingHandshake('/ws'));
    assert.match(await readUntil(socket, 'Accept'), /s3pPLMBiTxaQ/);
    socket.destroy();
  });

  it('judges by what was sent: a second Host, and a coding that was not undone', async () => {
    const { hub, port } = await attached();
    hub.http('/hub', () => ({ body: 'reached' }));
    const twice =
      'GET /hub HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    assert.match(await exchange(port, twice), /^HTTP\/1.1 400 .*RFC 9112 .*3\.2/s);
    const coded =
      'POST /hub HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: foo, chunked\r\n\r\n0\r\n\r\n';
    assert.match(await exchange(port, coded), /^HTTP\/1.1 501 /);
    const foreign = 'GET /hub HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    assert.match(await exchange(port, foreign), /^HTTP\/1.1 403 /);
  });

  it('keeps limits.body: by what is announced, and by what comes', async () => {
    const { hub, port } = await attached(undefined, { limits: { body: 10 } });
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    const head = 'POST /hub HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';
    const within = `${head}Content-Length: 10\r\n\r\n0123456789`;
    assert.match(await exchange(port, within), /0123456789$/);
    const announced = `${head}Content-Length: 11\r\n\r\n01234567890`;
    assert.match(await exchange(port, announced), /^HTTP\/1.1 413 .*limits.body/s);
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n`;
    assert.match(await exchange(port, chunked), /^HTTP\/1.1 413 .*limits.body/s);
  });

  it('streams, and reads piece by piece', async () => {
    const { hub, port } = await attached();
    hub.http('/hub', ({ body }) => ({ body }));
    const content = 'x'.repeat(300_000);
    const wire = `POST /hub HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${content.length}\r\n\r\n${content}`;
    const answer = await exchange(port, wire);
    assert.equal(answer.match(/x/g)!.length, content.length);
    assert.match(answer, /0\r\n\r\n$/);
  });

  it('sends several lines of one name, and breaks off what fails', async () => {
    const { hub, port, get } = await attached(undefined, { onError: () => {} });
    hub.http('/cookies', () => ({ headers: { 'Set-Cookie': ['a=1', 'b=2'] } }));
    assert.match(await get('/cookies'), /set-cookie: a=1\r\nset-cookie: b=2\r\n/i);
    hub.http('/broken', () => ({
      body: (async function* () {
        yield 'half';
        throw new Error('no');
      })(),
    }));
    const broken = await exchange(port, 'GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n').catch(
      () => '',
    );
    assert.doesNotMatch(broken, /0\r\n\r\n$/);
  });

  it('leaves no error unheard when a peer resets at any point of a handshake', async () => {
    const { hub, port } = await attached();
    hub.websocket('/ws', { authorize: () => new Promise<object>(() => {}) });
    hub.http('/hub', () => new Promise<Response>(() => {}));
    const wires = [
      openingHandshake('/ws'),
      'GET /hub HTTP/1.1\r\nHost: localhost\r\n\r\n',
      openingHandshake('/x'),
    ];
    for (const wire of wires) {
      for (let cut = 1; cut <= wire.length; cut += 7) {
        const socket = dial(port);
        socket.write(wire.slice(0, cut), () => socket.resetAndDestroy());
        await new Promise((resolve) => socket.once('close', resolve));
      }
    }
    hub.http('/alive', () => ({ body: 'alive' }));
    assert.match(
      await exchange(port, 'GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
      /alive$/,
    );
  });
});

describe('Hub.middleware and Hub.upgrade', () => {
  it('serve what the hub owns, and pass everything else on', async () => {
    const hub = newHub();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    hub.websocket('/ws', {});
    const { server, port } = await host((request, response) => {
      hub.middleware(request, response, () => response.end(`next ${request.url}`));
    });
    const taken: boolean[] = [];
    server.on('upgrade', (request, socket, head) => {
      const isTaken = hub.upgrade(request, socket, head);
      taken.push(isTaken);
      if (!isTaken) socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    });
    const get = (path: string) =>
      exchange(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assert.match(await get('/hub'), /from the hub$/);
    assert.match(await get('/other'), /next \/other/);
    assert.match(await exchange(port, openingHandshake('/other')), /404/);
    const socket = dial(port);
    socket.write(openingHandshake('/ws'));
    await readUntil(socket, '101');
    socket.destroy();
    assert.deepEqual(taken, [false, true]);
  });

  it('say what is missing where upgrades are not handed over', async () => {
    const hub = newHub();
    hub.websocket('/ws', {});
    const { port } = await host((request, response) => {
      hub.middleware(request, response, () => response.end());
    });
    assert.match(
      await exchange(port, openingHandshake('/ws')),
      /^HTTP\/1.1 501 .*server.on\("upgrade", hub.upgrade\)/s,
    );
  });
});

// Helpers

function newHub(options?: HubOptions): Hub {
  const hub = createHub({ limits: { closing: 200, linger: 200 }, ...options });
  open.push(hub);
  return hub;
}

async function host(listener?: RequestListener) {
  const running = await hostServer(listener);
  open.push(running);
  return running;
}

/** A hub inside a server of node:http whose application answers everything else. */
async function attached(
  listener: RequestListener = (request, response) => response.end(`application ${request.url}`),
  options?: HubOptions,
) {
  const hub = newHub(options);
  const { server, port } = await host(listener);
  hub.attach(server);
  const get = (path: string): Promise<string> =>
    exchange(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  return { hub, server, port, get };
}
