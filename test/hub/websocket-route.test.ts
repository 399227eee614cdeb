import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Message, Socket } from '../../src/hub/socket.ts';
import { dial, exchange, openingHandshake, readUntil } from '../support/raw.ts';
import { listeningHub } from '../support/running-hub.ts';
import { thenable } from '../support/thenable.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

describe('serveWebSocket', () => {
  it('echoes, also what came in the same segment as the handshake', async () => {
    const { hub, port } = await listeningHub();
    hub.websocket('/', { message: (socket, data) => socket.send(data) });
    const socket = dial(port);
    const hello = frameTo('server', { opcode: 1, payload: 'Hello' });
    socket.write(Buffer.concat([Buffer.from(openingHandshake('/')), hello]));
    const answer = await readUntil(socket, 'Hello');
    assert.match(answer, /^HTTP\/1.1 101 .*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/s);
    assert.ok(answer.endsWith('\r\n\r\n\x81\x05Hello'));
    socket.destroy();
  });

  it('agrees on the first subprotocol of the client that it speaks', async () => {
    const { hub, port } = await listeningHub();
    hub.websocket('/', { protocols: ['b', 'c'], open: (socket) => socket.send(socket.protocol) });
    const offer = 'Sec-WebSocket-Protocol: a, c, b\r\n';
    const socket = dial(port);
    socket.write(openingHandshake('/', offer));
    assert.match(await readUntil(socket, '\x81\x01c'), /Sec-WebSocket-Protocol: c\r\n/);
    socket.destroy();
  });

  it('has limits of its own, where it is given some', async () => {
    const { hub, port } = await listeningHub();
    const echo = { message: (socket: Socket, data: Message) => socket.send(data) };
    hub.websocket('/', echo).websocket('/small', { ...echo, limits: { message: 4 } });
    assert.throws(() => hub.websocket('/none', { limits: { message: 0 } }), RangeError);
    const hello = frameTo('server', { opcode: 1, payload: 'Hello' });
    for (const [path, answer] of [
      ['/', '\x81\x05Hello'],
      ['/small', '\x03\xf1'],
    ] as const) {
      const socket = dial(port);
      socket.write(Buffer.concat([Buffer.from(openingHandshake(path)), hello]));
      assert.ok((await readUntil(socket, answer)).includes(answer));
      socket.destroy();
    }
  });

  it('compresses for those who offer it, where the route says so', async () => {
    const { hub, port } = await listeningHub();
    const echo = { message: (socket: Socket, data: Message) => socket.send(data) };
    hub.websocket('/', { ...echo, compression: { threshold: 0 } });
    hub.websocket('/plain', echo);
    const offer = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';
    const compressed = frameTo('server', {
      opcode: 1,
      reserved: 4,
      payload: Buffer.from('f248cdc9c90700', 'hex'),
    });
    const socket = dial(port);
    socket.write(Buffer.concat([Buffer.from(openingHandshake('/', offer)), compressed]));
    const answer = await readUntil(socket, '\x81\x05Hello');
    assert.match(answer, /Extensions: permessage-deflate; server_max_window_bits=11; client_max/);
    socket.write(frameTo('server', { opcode: 1, payload: 'Hello '.repeat(50) }));
    assert.match(await readUntil(socket, '\xc1'), /^\xc1/);
    socket.destroy();

    for (const [path, fields] of [
      ['/plain', offer],
      ['/', ''],
    ] as const) {
      const plain = dial(port);
      plain.write(Buffer.concat([Buffer.from(openingHandshake(path, fields)), compressed]));
      const refusal = await readUntil(plain, 'reserved bit');
      assert.doesNotMatch(refusal, /Extensions/);
      plain.destroy();
    }
  });

  it('refuses options of compression that there are not', async () => {
    const { hub } = await listeningHub();
    assert.throws(
      () => hub.websocket('/', { compression: { serverMaxWindowBits: 16 } }),
      RangeError,
    );
  });

  it('lets authorize decide: data and protocol, or a refusal, now or later', async () => {
    const { hub, port } = await listeningHub();
    hub.websocket('/', {
      authorize: async ({ url, headers }) =>
        url === '/?let me in'.replaceAll(' ', '+')
          ? { data: headers.get('x-user'), protocol: 'chosen' }
          : { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: 'who are you?' },
      open: (socket) => socket.send(`${socket.data} ${socket.protocol}`),
    });
    const refused = await exchange(port, openingHandshake('/'));
    assert.match(
      refused,
      /^HTTP\/1.1 401 .*www-authenticate: Bearer.*connection: close.*who are you\?$/is,
    );
    const socket = dial(port);
    socket.write(
      openingHandshake('/?let+me+in', 'X-User: ada\r\nSec-WebSocket-Protocol: chosen\r\n'),
    );
    assert.match(await readUntil(socket, 'ada chosen'), /101 Switching Protocols/);
    socket.destroy();
  });

  it('lets nobody in of whom authorize has not said so', async () => {
    const reported: unknown[] = [];
    const { hub, port } = await listeningHub({ onError: (error) => reported.push(error) });
    const decisions = {
      '/null': null,
      '/nothing': undefined,
      '/no': false,
      '/': thenable({ status: 403 }),
    };
    for (const [path, decision] of Object.entries(decisions)) {
      hub.websocket(path, { authorize: () => decision as never });
      const answer = await exchange(port, openingHandshake(path, 'Connection: close\r\n'));
      assert.match(answer, path === '/' ? /^HTTP\/1.1 403 / : /^HTTP\/1.1 500 /, path);
    }
    assert.equal(reported.length, 3);
    for (const error of reported)
      assert.match(String(error), /TypeError: authorize returns an object/);
  });

  it('sends every line of a refusal, also where there are several of one name', async () => {
    const { hub, port } = await listeningHub();
    const headers = { 'Set-Cookie': ['a=1', 'b=2'], Connection: 'keep-alive' };
    hub.websocket('/', { authorize: () => ({ status: 401, headers }) });
    const answer = await exchange(port, openingHandshake('/'));
    assert.match(answer, /Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n/i);
    assert.match(answer, /Connection: close\r\n/i);
  });

  it('takes a Response for a refusal', async () => {
    const { hub, port } = await listeningHub();
    hub.websocket('/', { authorize: () => Response.redirect('https://push.example/', 303) });
    const answer = await exchange(port, openingHandshake('/'));
    assert.match(answer, /^HTTP\/1.1 303 .*location: https:\/\/push.example\//is);
  });

  it('answers 500 and reports when authorize fails, or chooses what was not asked for', async () => {
    const reported: unknown[] = [];
    const { hub, port } = await listeningHub({ onError: (error) => reported.push(error) });
    hub.websocket('/throws', {
      authorize: () => {
        throw new Error('no');
      },
    });
    hub.websocket('/rejects', { authorize: () => Promise.reject(new Error('no')) });
    hub.websocket('/chooses', { authorize: () => ({ protocol: 'other' }) });
    for (const path of ['/throws', '/rejects', '/chooses']) {
      assert.match(await exchange(port, openingHandshake(path)), /^HTTP\/1.1 500 /);
    }
    assert.equal(reported.length, 3);
  });

  it('never opens for a peer that left while authorize was asked', async () => {
    const { hub, port } = await listeningHub();
    let opened = false;
    let aborted = false;
    let answer: (() => void) | undefined;
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
    const socket = dial(port);
    socket.write(openingHandshake('/'));
    await until(() => answer !== undefined);
    socket.resetAndDestroy();
    await until(() => aborted);
    answer!();
    await sleep(20);
    assert.equal(opened, false);
  });

  it('refuses a peer that ended its side while authorize was asked', async () => {
    const { hub, port } = await listeningHub();
    let opened = false;
    hub.websocket('/', {
      authorize: async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return {};
      },
      open: () => {
        opened = true;
      },
    });
    const socket = dial(port);
    socket.end(openingHandshake('/'));
    await readUntil(socket, 'HTTP/1.1 400 Bad Request');
    assert.equal(opened, false);
    socket.destroy();
  });

  it('refuses what is no opening handshake with the fields that its status asks for', async () => {
    const { hub, port } = await listeningHub();
    hub.websocket('/', {});
    const plain = await exchange(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    assert.match(plain, /^HTTP\/1.1 426 /);
    assert.match(plain, /upgrade: websocket\r\n/i);
    assert.match(plain, /sec-websocket-version: 13\r\n/i);
    assert.equal(plain.match(/^connection:/gim)?.length, 1);
    assert.match(plain, /connection: close, Upgrade\r\n/i);
  });

  it("refuses pages of other origins unless the route's origins list them", async () => {
    const { hub, port } = await listeningHub();
    hub.websocket('/own', {});
    hub.websocket('/listed', { origins: ['http://app.example'] });
    const fields = 'Origin: http://app.example\r\n';
    assert.match(
      await exchange(port, openingHandshake('/own', fields)),
      /^HTTP\/1.1 403 .*option origins/s,
    );
    const socket = dial(port);
    socket.write(openingHandshake('/listed', fields));
    await readUntil(socket, '101 Switching');
    socket.destroy();
  });
});
