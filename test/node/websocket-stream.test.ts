import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { createHub, type Hub } from '../../src/node/hub.ts';
import { WebSocket } from '../../src/node/websocket.ts';
import { WebSocketStream } from '../../src/node/websocket-stream.ts';
import { StandardServer, serverFrame } from '../support/standard-peer.ts';
import { until } from '../support/until.ts';

describe('WebSocketStream', () => {
  let hub: Hub;
  let url: string;
  before(async () => {
    hub = createHub();
    hub.websocket('/echo', { protocols: ['chat'], message: (socket, data) => socket.send(data) });
    hub.websocket('/close', { open: (socket) => socket.close(4001, 'go away') });
    hub.websocket('/cut', { message: (socket) => socket.terminate() });
    hub.websocket('/flood', {
      open: (socket) => {
        for (let i = 0; i < 100; i++) socket.send(new Uint8Array(100_000));
      },
    });
    url = `ws://127.0.0.1:${(await hub.listen()).port}`;
  });
  after(() => hub.close());

  it('reads and writes messages, and closes when its writable does', async () => {
    const stream = new WebSocketStream(`${url}/echo`, { protocols: ['chat'] });
    const { readable, writable, protocol, extensions } = await stream.opened;
    assert.deepEqual([stream.url, protocol, extensions], [`${url}/echo`, 'chat', '']);
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    await writer.write('text');
    assert.equal((await reader.read()).value, 'text');
    await writer.write(Uint8Array.of(7));
    assert.deepEqual([...((await reader.read()).value as Uint8Array)], [7]);
    await writer.close();
    assert.deepEqual(await stream.closed, { closeCode: 1000, reason: '' });
    assert.equal((await reader.read()).done, true);
  });

  it('slows a server down whose messages nobody reads', async () => {
    const { readable } = await new WebSocketStream(`${url}/flood`).opened;
    const before = process.memoryUsage().arrayBuffers;
    await sleep(100);
    assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
    let messages = 0;
    const reader = readable.getReader();
    for (; messages < 100; messages++) {
      assert.equal(((await reader.read()).value as Uint8Array).length, 100_000);
    }
    await reader.cancel();
  });

  it('tells how it was closed', async () => {
    const stream = new WebSocketStream(`${url}/close`);
    assert.deepEqual(await stream.closed, { closeCode: 4001, reason: 'go away' });
    const own = new WebSocketStream(`${url}/echo`);
    await own.opened;
    own.close({ closeCode: 4002, reason: 'enough' });
    assert.equal((await own.closed).closeCode, 4002);
  });

  it('rejects when it can not be opened, is given up, or is cut', async () => {
    const refused = new WebSocketStream(`${url}/nowhere`);
    await assert.rejects(refused.opened, /404 Not Found/);
    await assert.rejects(refused.closed, /404 Not Found/);
    const givenUp = new WebSocketStream(`${url}/echo`);
    givenUp.close();
    await assert.rejects(givenUp.opened, /before the connection was established/);
    const cut = new WebSocketStream(`${url}/cut`);
    await (await cut.opened).writable.getWriter().write('now');
    await assert.rejects(cut.closed, /was cut/);
    await assert.rejects(
      new WebSocketStream(`${url}/echo`, { signal: AbortSignal.abort() }).opened,
      { name: 'AbortError' },
    );
  });

  it('throws for what is no URL and no subprotocol', () => {
    assert.throws(() => new WebSocketStream('nonsense'), { name: 'SyntaxError' });
    assert.throws(() => new WebSocketStream(url, { protocols: ['a b'] }), { name: 'SyntaxError' });
  });
});

describe('WebSocket, iterated over', () => {
  it('gives what came with the handshake, and all else, in order', async () => {
    const server = await StandardServer.start();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
    const messages: unknown[] = [];
    const iterated = (async () => {
      for await (const message of socket) messages.push(String(message));
    })();
    const peer = await server.peer();
    peer.open('', serverFrame(1, 'a'), serverFrame(1, 'b'));
    peer.send(serverFrame(2, 'c'), serverFrame(8));
    peer.socket.end();
    await iterated;
    assert.deepEqual(messages, ['a', 'b', '99']);
    assert.throws(() => socket[Symbol.asyncIterator](), TypeError);
    server.close();
  });

  it('reads no message before it is asked for', async () => {
    const server = await StandardServer.start();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
    const messages = socket[Symbol.asyncIterator]();
    (await server.peer()).open('', serverFrame(1, 'a'));
    await once(socket, 'open');
    assert.deepEqual(await messages.next(), { value: 'a', done: false });
    socket.close();
    server.close();
  });
});

describe('WebSocket, sending in pieces', () => {
  it('sends one message, masked, with others behind it', async () => {
    const server = await StandardServer.start();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
    assert.equal(await socket.sendPieces(['early']), false);
    const peer = await server.peer();
    peer.open();
    await once(socket, 'open');
    async function* pieces() {
      yield 'Hel';
      await until(() => socket.bufferedAmount > 0);
      yield 'lo';
    }
    const sent = socket.sendPieces(pieces());
    socket.send('behind');
    const frames = [];
    for (let i = 0; i < 4; i++) frames.push(await peer.frame());
    assert.deepEqual(
      frames.map((frame) => [frame!.opcode, frame!.final, frame!.payload.toString()]),
      [
        [1, false, 'Hel'],
        [0, false, 'lo'],
        [0, true, ''],
        [1, true, 'behind'],
      ],
    );
    assert.equal(await sent, true);
    socket.close();
    assert.equal(await socket.sendPieces(['late']), false);
    server.close();
  });
});
