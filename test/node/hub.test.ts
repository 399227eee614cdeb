import assert from 'node:assert/strict';
import { Duplex, PassThrough } from 'node:stream';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { createHub, type Hub, type HubOptions } from '../../src/node/hub.ts';
import { dial, exchange, openingHandshake, readUntil } from '../support/raw.ts';
import { frameTo } from '../support/websocket.ts';

const hubs: Hub[] = [];

afterEach(async () => {
  await Promise.all(hubs.splice(0).map((hub) => hub.close()));
});

describe('Hub.listen', () => {
  it('listens on loopback and on a free port unless told otherwise, and says where', async () => {
    const { address } = await listening();
    assert.equal(address.host, '127.0.0.1');
    assert.equal(address.url, `http://127.0.0.1:${address.port}/`);
  });

  it('writes an IPv6 address in brackets', async () => {
    const hub = newHub();
    const address = await hub.listen({ host: '::1' });
    assert.equal(address.url, `http://[::1]:${address.port}/`);
  });

  it('rejects when the port is taken', async () => {
    const { hub, address } = await listening();
    await assert.rejects(hub.listen({ port: address.port }), { code: 'EADDRINUSE' });
  });
});

describe('Hub.http', () => {
  it('answers by path, octet by octet, and 404 elsewhere', async () => {
    const { hub, get } = await listening();
    hub.http('/a', ({ url }) => ({ body: `exact ${url}` }));
    hub.http('/a/*', ({ url }) => ({ body: `prefix ${url}` }));
    hub.http('/a/b/*', () => ({ body: 'longer prefix' }));
    assert.match(await get('/a?x'), /200 OK.*exact \/a\?x$/s);
    assert.match(await get('/a/x'), /200 OK.*prefix \/a\/x$/s);
    assert.match(await get('/a/b/x'), /200 OK.*longer prefix$/s);
    for (const path of ['/', '/A', '/%61', '/a%2f', '/b/../a']) {
      assert.match(await get(path), /404 Not Found/);
    }
  });

  it('refuses a path that leads somewhere already, or is none', () => {
    const hub = newHub();
    hub.http('/a', () => ({}));
    assert.throws(() => hub.http('/a', () => ({})), TypeError);
    assert.throws(() => hub.http('a', () => ({})), TypeError);
  });

  it('tells a handler about the request', async () => {
    const { hub, get } = await listening();
    hub.http('/', ({ method, url, headers, remoteAddress, source }) => ({
      body: JSON.stringify({ method, url, host: headers.get('host'), remoteAddress, source }),
    }));
    const answer = await get('/?q');
    assert.deepEqual(JSON.parse(answer.slice(answer.indexOf('{'))), {
      method: 'GET',
      url: '/?q',
      host: 'localhost',
      remoteAddress: '127.0.0.1',
    });
  });

  it('answers later, with fields, octets, a Response, or nothing', async () => {
    const { hub, get } = await listening();
    hub.http('/later', async () => ({ status: 201, headers: { etag: '"x"' }, body: 'made' }));
    hub.http('/octets', () => ({ body: Buffer.from('octets') }));
    hub.http('/response', () => new Response('text', { headers: { 'x-a': 'b' } }));
    hub.http('/nothing', () => ({ status: 204 }));
    hub.http('/empty', () => ({}));
    assert.match(await get('/later'), /201 Created.*etag: "x".*content-type: text\/plain.*made$/is);
    assert.match(await get('/octets'), /Content-Length: 6\r\n.*octets$/is);
    assert.match(await get('/response'), /x-a: b.*4\r\ntext\r\n0\r\n\r\n$/is);
    assert.match(await get('/nothing'), /204 No Content/);
    assert.match(await get('/empty'), /200 OK.*Content-Length: 0/is);
  });

  it('leaves the type alone that the handler gave', async () => {
    const { hub, get } = await listening();
    hub.http('/', () => ({ headers: { 'Content-Type': 'text/html' }, body: '<p>' }));
    const answer = await get('/');
    assert.match(answer, /Content-Type: text\/html/);
    assert.equal(answer.match(/content-type/gi)?.length, 1);
  });

  it('streams an answer as it is made, and stops making it when the peer leaves', async () => {
    const { hub, address } = await listening();
    let stopped = false;
    hub.http('/', () => ({
      body: (async function* () {
        try {
          for (let i = 0; ; i++) {
            yield `piece ${i};`;
            await sleep(5);
          }
        } finally {
          stopped = true;
        }
      })(),
    }));
    const socket = dial(address.port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await readUntil(socket, 'piece 2;');
    assert.equal(stopped, false);
    socket.destroy();
    await until(() => stopped);
  });

  it('makes no more of an answer than the peer takes', async () => {
    const { hub, address } = await listening();
    let made = 0;
    hub.http('/', () => ({
      body: (async function* () {
        for (; made < 1_000; made++) yield Buffer.alloc(65_536);
      })(),
    }));
    const socket = dial(address.port).pause();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await sleep(300);
    const before = made;
    assert.ok(before < 500, `${before} pieces were made for a peer that reads none`);
    let received = 0;
    for await (const octets of socket) received += (octets as Buffer).length;
    assert.ok(received > 65_536_000);
  });

  it('breaks an answer off whose making fails, and reports', async () => {
    const error = new Error('half way');
    const reported: unknown[] = [];
    const { hub, get } = await listening({ onError: (reason) => reported.push(reason) });
    hub.http('/', () => ({
      body: (async function* () {
        yield 'half';
        throw error;
      })(),
    }));
    const answer = await get('/');
    assert.match(answer, /4\r\nhalf\r\n$/);
    assert.deepEqual(reported, [error]);
  });

  it('reads content as text, octets, JSON and piece by piece', async () => {
    const { hub, post } = await listening();
    hub.http('/text', async ({ body }) => ({ body: await body.text() }));
    hub.http('/bytes', async ({ body }) => ({ body: await body.bytes() }));
    hub.http('/json', async ({ body }) => ({ body: JSON.stringify(await body.json()) }));
    hub.http('/pieces', async ({ body }) => {
      let size = 0;
      for await (const piece of body) size += piece.length;
      return { body: `${size} octets` };
    });
    assert.match(await post('/text', '"\xc3\xbc"'), /"\xc3\xbc"$/);
    assert.match(await post('/bytes', 'abc'), /abc$/);
    assert.match(await post('/json', '[1]'), /\[1\]$/);
    assert.match(await post('/pieces', 'x'.repeat(500_000)), /500000 octets$/);
    assert.match(await post('/text', ''), /Content-Length: 0/i);
  });

  it('tells a handler that waits for content that the peer has left', async () => {
    const { hub, address } = await listening();
    const told: unknown[] = [];
    hub.http('/', async ({ body, signal }) => {
      signal.addEventListener('abort', () => told.push('aborted'));
      await body.text().catch((error: Error) => told.push(error.message));
      return { body: 'nobody hears' };
    });
    const socket = dial(address.port);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc');
    await sleep(50);
    socket.destroy();
    await until(() => told.length === 2);
    assert.ok(told.includes('aborted'));
  });

  for (const [name, handler] of [
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['returns nothing', () => undefined as never],
    ['gives a field that would be two', () => ({ headers: { a: 'b\r\nc: d' } })],
  ] as const) {
    it(`answers 500, closes and reports when a handler ${name}`, async () => {
      const reported: unknown[] = [];
      const { hub, get } = await listening({ onError: (error) => reported.push(error) });
      hub.http('/', handler);
      const answer = await get('/', '');
      assert.match(answer, /^HTTP\/1.1 500 .*Connection: close/is);
      assert.equal(answer.match(/HTTP\/1.1/g)?.length, 1);
      assert.equal(reported.length, 1);
    });
  }

  it('survives an onError that throws', async () => {
    const { hub, get } = await listening({
      onError: () => {
        throw new Error('again');
      },
    });
    const { error } = console;
    console.error = () => {};
    hub.http('/', () => {
      throw new Error('no');
    });
    assert.match(await get('/'), /500/);
    console.error = error;
  });

  it('refuses foreign hosts on every route', async () => {
    const { hub, address } = await listening();
    hub.http('/', () => ({ body: 'secret' }));
    const answer = await exchange(address.port, 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n');
    assert.match(answer, /^HTTP\/1.1 403 .*"evil.example".*option hosts/s);
    assert.doesNotMatch(answer, /secret/);
  });
});

describe('Hub.websocket', () => {
  it('echoes, also what came in the same segment as the handshake', async () => {
    const { hub, address } = await listening();
    hub.websocket('/', { message: (socket, data) => socket.send(data) });
    const socket = dial(address.port);
    const hello = frameTo('server', { opcode: 1, payload: 'Hello' });
    socket.write(Buffer.concat([Buffer.from(openingHandshake('/')), hello]));
    const answer = await readUntil(socket, 'Hello');
    assert.match(answer, /^HTTP\/1.1 101 .*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/s);
    assert.ok(answer.endsWith('\r\n\r\n\x81\x05Hello'));
    socket.destroy();
  });

  it('agrees on the first subprotocol of the client that it speaks', async () => {
    const { hub, address } = await listening();
    hub.websocket('/', { protocols: ['b', 'c'], open: (socket) => socket.send(socket.protocol) });
    const offer = 'Sec-WebSocket-Protocol: a, c, b\r\n';
    const socket = dial(address.port);
    socket.write(openingHandshake('/', offer));
    assert.match(await readUntil(socket, '\x81\x01c'), /Sec-WebSocket-Protocol: c\r\n/);
    socket.destroy();
  });

  it('lets authorize decide: data and protocol, or a refusal, now or later', async () => {
    const { hub, address } = await listening();
    hub.websocket('/', {
      authorize: async ({ url, headers }) =>
        url === '/?let me in'.replaceAll(' ', '+')
          ? { data: headers.get('x-user'), protocol: 'chosen' }
          : { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: 'who are you?' },
      open: (socket) => socket.send(`${socket.data} ${socket.protocol}`),
    });
    const refused = await exchange(address.port, openingHandshake('/'));
    assert.match(
      refused,
      /^HTTP\/1.1 401 .*www-authenticate: Bearer.*connection: close.*who are you\?$/is,
    );
    const socket = dial(address.port);
    socket.write(
      openingHandshake('/?let+me+in', 'X-User: ada\r\nSec-WebSocket-Protocol: chosen\r\n'),
    );
    assert.match(await readUntil(socket, 'ada chosen'), /101 Switching Protocols/);
    socket.destroy();
  });

  it('takes a Response for a refusal', async () => {
    const { hub, address } = await listening();
    hub.websocket('/', { authorize: () => Response.redirect('https://push.example/', 303) });
    const answer = await exchange(address.port, openingHandshake('/'));
    assert.match(answer, /^HTTP\/1.1 303 .*location: https:\/\/push.example\//is);
  });

  it('answers 500 and reports when authorize fails, or chooses what was not asked for', async () => {
    const reported: unknown[] = [];
    const { hub, address } = await listening({ onError: (error) => reported.push(error) });
    hub.websocket('/throws', {
      authorize: () => {
        throw new Error('no');
      },
    });
    hub.websocket('/rejects', { authorize: () => Promise.reject(new Error('no')) });
    hub.websocket('/chooses', { authorize: () => ({ protocol: 'other' }) });
    for (const path of ['/throws', '/rejects', '/chooses']) {
      assert.match(await exchange(address.port, openingHandshake(path)), /^HTTP\/1.1 500 /);
    }
    assert.equal(reported.length, 3);
  });

  it('never opens for a peer that left while authorize was asked', async () => {
    const { hub, address } = await listening();
    let opened = false;
    let aborted = false;
    let answer: () => void = () => {};
    hub.websocket('/', {
      authorize: (request) =>
        new Promise<object>((resolve) => {
          request.signal.addEventListener('abort', () => {
            aborted = true;
          });
          answer = () => resolve({});
        }),
      open: () => {
        opened = true;
      },
    });
    const socket = dial(address.port);
    socket.write(openingHandshake('/'));
    await sleep(50);
    socket.resetAndDestroy();
    await until(() => aborted);
    answer();
    await sleep(20);
    assert.equal(opened, false);
  });

  it('refuses what is no opening handshake with the fields that its status asks for', async () => {
    const { hub, address } = await listening();
    hub.websocket('/', {});
    const plain = await exchange(address.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    assert.match(plain, /^HTTP\/1.1 426 /);
    assert.match(plain, /upgrade: websocket\r\n/i);
    assert.match(plain, /sec-websocket-version: 13\r\n/i);
    assert.equal(plain.match(/^connection:/gim)?.length, 1);
    assert.match(plain, /connection: close, Upgrade\r\n/i);
  });

  it("refuses pages of other origins unless the route's origins list them", async () => {
    const { hub, address } = await listening();
    hub.websocket('/own', {});
    hub.websocket('/listed', { origins: ['http://app.example'] });
    const fields = 'Origin: http://app.example\r\n';
    assert.match(
      await exchange(address.port, openingHandshake('/own', fields)),
      /^HTTP\/1.1 403 .*option origins/s,
    );
    const socket = dial(address.port);
    socket.write(openingHandshake('/listed', fields));
    await readUntil(socket, '101 Switching');
    socket.destroy();
  });
});

describe('Hub.accept', () => {
  it('speaks on any byte stream', async () => {
    const hub = newHub();
    hub.http('/', () => ({ body: 'ok' }));
    const [here, there] = streamPair();
    hub.accept(there);
    here.write('GET / HTTP/1.1\r\nHost: push.example\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const octets of here) answer += octets;
    assert.match(answer, /200 OK.*ok$/s);
  });

  it('does not unmask in memory that the stream has handed to others', async () => {
    const hub = newHub();
    const [here, there] = streamPair();
    const messages: unknown[] = [];
    hub.websocket('/', { message: (_, data) => messages.push(data) });
    hub.accept(there);
    here.write(openingHandshake('/').replace('localhost', 'push.example'));
    const frame = frameTo('server', { opcode: 1, payload: 'Hello' });
    const copy = Buffer.from(frame);
    here.write(frame);
    await until(() => messages.length === 1);
    assert.ok(frame.equals(copy));
    here.end();
  });
});

describe('Hub.close', () => {
  it('resolves when everything is closed, sends 1001, and accepts nothing new', async () => {
    const { hub, address } = await listening();
    hub.websocket('/', {});
    const socket = dial(address.port);
    socket.write(openingHandshake('/'));
    await readUntil(socket, '101');
    const goodbye = readUntil(socket, 'going away');
    const closed = hub.close();
    assert.ok((await goodbye).includes('\x03\xe9the server is going away'));
    socket.end(frameTo('server', { opcode: 8, payload: Buffer.from([3, 0xe9]) }));
    await closed;
    await assert.rejects(exchange(address.port, 'GET'), { code: 'ECONNREFUSED' });
  });

  it('is the same however often it is asked, and gives a peer that does not answer up', async () => {
    const { hub, address } = await listening({ limits: { closing: 100, linger: 100 } });
    hub.websocket('/', {});
    const socket = dial(address.port);
    socket.write(openingHandshake('/'));
    await readUntil(socket, '101');
    const first = hub.close();
    assert.equal(hub.close(), first);
    await first;
    socket.destroy();
  });

  it('does nothing for a hub that never listened', async () => {
    await newHub().close();
  });
});

// Helpers

function newHub(options?: HubOptions): Hub {
  const hub = createHub({ limits: { closing: 300, linger: 300 }, ...options });
  hubs.push(hub);
  return hub;
}

async function listening(options?: HubOptions) {
  const hub = newHub(options);
  const address = await hub.listen();
  const close = 'Connection: close\r\n';
  const get = (path: string, fields = close): Promise<string> =>
    exchange(address.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`);
  const post = (path: string, content: string): Promise<string> =>
    exchange(
      address.port,
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${close}Content-Length: ${content.length}\r\n\r\n${content}`,
    );
  return { hub, address, get, post };
}

/** Two streams, each of which reads what the other is written. */
function streamPair(): [Duplex, Duplex] {
  const there = new PassThrough();
  const back = new PassThrough();
  return [
    Duplex.from({ writable: there, readable: back }),
    Duplex.from({ writable: back, readable: there }),
  ];
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await sleep(10);
  assert.ok(condition());
}
