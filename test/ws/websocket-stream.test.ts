import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';

import { until } from '../support/until.ts';
import { LIBRARIES } from '../support/ws-libraries.ts';
import { connected, endOf } from '../support/ws-pair.ts';

for (const [name, library] of LIBRARIES) {
  const { WebSocket, createWebSocketStream } = library;

  describe(`createWebSocketStream of ${name}`, () => {
    it('reads messages, and ends when the peer has closed', async () => {
      const { client, server, end } = await connected(library);
      const stream = createWebSocketStream(client);
      const read: string[] = [];
      stream.on('data', (piece) => read.push(String(piece)));
      server.send('a');
      server.send(Buffer.from('b'));
      server.close();
      await once(stream, 'end');
      assert.deepEqual(read, ['a', 'b']);
      await end();
    });

    it('gives text as strings to who reads objects', async () => {
      const { client, server, end } = await connected(library);
      const stream = createWebSocketStream(client, { readableObjectMode: true });
      const read: unknown[] = [];
      stream.on('data', (piece) => read.push(piece));
      server.send('a');
      server.send(Buffer.from('b'));
      await until(() => read.length === 2);
      assert.deepEqual(read, ['a', Buffer.from('b')]);
      stream.destroy();
      await end();
    });

    it('sends what is written as soon as it can, and closes when that has ended', async () => {
      const { WebSocketServer } = library;
      const listening = new WebSocketServer({ port: 0, host: 'localhost' });
      await once(listening, 'listening');
      const { port } = listening.address() as { port: number };
      const received: string[] = [];
      const codes: number[] = [];
      listening.on('connection', (socket) => {
        socket.on('message', (data, isBinary) => received.push(`${data} ${isBinary}`));
        socket.on('close', (code) => codes.push(code));
      });
      const stream = createWebSocketStream(new WebSocket(`ws://localhost:${port}`));
      stream.resume();
      stream.write('a');
      stream.end('b');
      await once(stream, 'close');
      await until(() => codes.length === 1);
      assert.deepEqual([received, codes], [['a true', 'b true'], [1005]]);
      listening.close();
    });

    it('cuts the connection when it is destroyed', async () => {
      const { client, server, end } = await connected(library);
      const stream = createWebSocketStream(client);
      const ended = endOf(server);
      stream.destroy();
      assert.deepEqual(await ended, [1006, '']);
      await until(() => client.readyState === WebSocket.CLOSED);
      const late = createWebSocketStream(client);
      late.destroy();
      await once(late, 'close');
      await end();
    });

    it('fails as its socket does', async () => {
      const stream = createWebSocketStream(new WebSocket('ws://localhost:1'));
      const [error] = await once(stream, 'error');
      assert.equal(error.code, 'ECONNREFUSED');
      assert.equal(stream.destroyed, true);
    });

    it('has the peer wait while nobody reads', async () => {
      const { client, server, end } = await connected(library);
      const stream = createWebSocketStream(client);
      server.send(Buffer.alloc(100_000));
      await until(() => client.isPaused);
      stream.resume();
      await until(() => !client.isPaused);
      await end();
    });
  });
}
