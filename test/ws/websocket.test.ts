import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';

import { until } from '../support/until.ts';
import { LIBRARIES } from '../support/ws-libraries.ts';
import { connected, endOf } from '../support/ws-pair.ts';

for (const [name, library] of LIBRARIES) {
  const { WebSocket } = library;

  describe(`WebSocket of ${name}`, () => {
    it('has the states as constants, on the class and on each socket', async () => {
      const { client, end } = await connected(library);
      for (const holder of [WebSocket, client]) {
        const { CONNECTING, OPEN, CLOSING, CLOSED } = holder;
        assert.deepEqual([CONNECTING, OPEN, CLOSING, CLOSED], [0, 1, 2, 3]);
      }
      await end();
    });

    it('goes through its states, and says what it closed with', async () => {
      const { client, server, end } = await connected(library);
      assert.equal(client.readyState, WebSocket.OPEN);
      const ends = Promise.all([endOf(client), endOf(server)]);
      client.close(4001, Buffer.from('bye'));
      assert.equal(client.readyState, WebSocket.CLOSING);
      assert.deepEqual(await ends, [
        [4001, 'bye'],
        [4001, 'bye'],
      ]);
      assert.equal(client.readyState, WebSocket.CLOSED);
      client.close();
      client.terminate();
      await end();
    });

    it('closes without a code where none is given', async () => {
      const { client, server, end } = await connected(library);
      const ends = Promise.all([endOf(client), endOf(server)]);
      server.close();
      assert.deepEqual(await ends, [
        [1005, ''],
        [1005, ''],
      ]);
      await end();
    });

    it('refuses to close with what a Close frame can not say', async () => {
      const { client, end } = await connected(library);
      for (const code of [999, 1005, 5000, '1000']) {
        assert.throws(() => client.close(code as number), TypeError);
      }
      assert.throws(() => client.close(1000, 'x'.repeat(124)), RangeError);
      assert.equal(client.readyState, WebSocket.OPEN);
      await end();
    });

    it('is cut by terminate()', async () => {
      const { client, server, end } = await connected(library);
      const ends = Promise.all([endOf(client), endOf(server)]);
      server.terminate();
      assert.equal(server.readyState, WebSocket.CLOSING);
      assert.deepEqual(await ends, [
        [1006, ''],
        [1006, ''],
      ]);
      await end();
    });

    it('has its last words heard when it is cut right behind them', async () => {
      const { client, server, end } = await connected(library);
      const heard: string[] = [];
      client.on('message', (data) => heard.push(String(data)));
      const ends = Promise.all([endOf(client), endOf(server)]);
      let sent: unknown = 'not told';
      server.send('last words', (error) => {
        sent = error ?? undefined;
      });
      server.terminate();
      await ends;
      assert.deepEqual([heard, sent], [['last words'], undefined]);
      await end();
    });

    it('has its last words heard when it is cut as it answers', async () => {
      const { client, server, end } = await connected(library);
      const heard: string[] = [];
      client.on('message', (data) => heard.push(String(data)));
      server.on('message', () => {
        server.send('last words');
        server.terminate();
      });
      const ends = Promise.all([endOf(client), endOf(server)]);
      client.send('go');
      await ends;
      assert.deepEqual(heard, ['last words']);
      await end();
    });

    it('still hears what came before the peer closed', async () => {
      const { client, server, end } = await connected(library);
      const messages: string[] = [];
      client.on('message', (data) => messages.push(String(data)));
      client.close();
      server.send('crossed it');
      await endOf(client);
      assert.deepEqual(messages, ['crossed it']);
      await end();
    });

    for (const compression of [false, true]) {
      it(`sends all that can be sent${compression ? ', compressed' : ''}`, async () => {
        const { client, server, end } = await connected(library, {
          server: { perMessageDeflate: compression && { threshold: 0 } },
        });
        const received: [unknown, boolean][] = [];
        server.on('message', (data, isBinary) => received.push([String(data), isBinary]));
        client.send('text');
        client.send(Buffer.from('octets'));
        client.send(Buffer.from('text again'), { binary: false });
        client.send('octets again', { binary: true });
        client.send(7);
        client.send([0x61]);
        client.send(new Blob(['blob']));
        client.send('behind the blob');
        client.send('not compressed', { compress: false });
        client.send('in', { fin: false });
        client.ping();
        client.send(' frag', { fin: false });
        client.send('ments', { fin: true });
        client.send('x'.repeat(70_000), { binary: true, compress: false });
        await until(() => received.length === 11);
        assert.deepEqual(received.pop(), ['x'.repeat(70_000), true]);
        assert.deepEqual(received, [
          ['text', false],
          ['octets', true],
          ['text again', false],
          ['octets again', true],
          ['7', false],
          ['a', true],
          ['blob', true],
          ['behind the blob', false],
          ['not compressed', false],
          ['in fragments', false],
        ]);
        assert.equal(client.extensions, compression ? 'permessage-deflate' : '');
        await end();
      });
    }

    it('calls back when what was sent has left, and in order', async () => {
      const { client, server, end } = await connected(library);
      const told: unknown[] = [];
      client.send('a', (error) => told.push('a', error ?? undefined));
      client.ping('b', undefined, (error) => told.push('b', error ?? undefined));
      client.pong((error: Error) => told.push('c', error ?? undefined));
      assert.deepEqual(told, []);
      await until(() => told.length === 6);
      assert.deepEqual(told, ['a', undefined, 'b', undefined, 'c', undefined]);
      let isSent = false;
      server.pause();
      client.send(Buffer.alloc(30_000_000), () => {
        isSent = true;
      });
      assert.ok(client.bufferedAmount > 0);
      await once(client, 'ping', { signal: AbortSignal.timeout(100) }).catch(() => {});
      assert.equal(isSent, false);
      server.resume();
      await until(() => isSent);
      assert.equal(client.bufferedAmount, 0);
      await end();
    });

    it('tells of what never left', async () => {
      const { client, server, end } = await connected(library);
      server.pause();
      const told: unknown[] = [];
      client.send(Buffer.alloc(30_000_000), (error) => told.push(error));
      await once(client, 'ping', { signal: AbortSignal.timeout(50) }).catch(() => {});
      client.terminate();
      await until(() => told.length === 1);
      // `ws` calls back, and keeps to itself that it was lost.
      if (name === 'encke/ws') assert.ok(told[0] instanceof Error);
      client.send('too late', (error) => told.push(error));
      await until(() => told.length === 2);
      assert.match((told[1] as Error).message, /not open: readyState [23]/);
      assert.ok(client.bufferedAmount >= 8);
      await end();
    });

    it('throws at who sends before it is open', async () => {
      const socket = new WebSocket('ws://localhost:1');
      socket.on('error', () => {});
      for (const send of ['send', 'ping', 'pong'] as const) {
        assert.throws(() => socket[send]('x'), /not open: readyState 0/);
      }
      assert.equal(socket.bufferedAmount, 0);
      await endOf(socket);
    });

    it('pings and pongs with octets, text and numbers, of which 125 octets fit', async () => {
      const { client, server, end } = await connected(library);
      const told: string[] = [];
      server.on('ping', (data) => told.push(`ping ${data}`));
      server.on('pong', (data) => told.push(`pong ${data}`));
      client.on('pong', (data) => told.push(`answer ${data}`));
      client.ping('a');
      client.pong(7);
      client.ping(Buffer.from('b'));
      await until(() => told.length === 5);
      assert.deepEqual(
        told.filter((each) => !each.startsWith('answer')),
        ['ping a', 'pong 7', 'ping b'],
      );
      assert.deepEqual(
        told.filter((each) => each.startsWith('answer')),
        ['answer a', 'answer b'],
      );
      for (const send of ['ping', 'pong'] as const) {
        assert.throws(() => client[send]('x'.repeat(126)), RangeError);
      }
      await end();
    });

    it('gives octets in the form that binaryType says, and text as a Buffer in any', async () => {
      const { client, server, end } = await connected(library);
      const received: unknown[] = [];
      client.on('message', (data, isBinary) => received.push(isBinary ? data : [data]));
      for (const type of ['nodebuffer', 'arraybuffer', 'fragments', 'blob', 'nothing']) {
        client.binaryType = type as 'nodebuffer';
        server.send(Buffer.from('co'));
        server.send('met');
        await until(() => received.length === 2);
        const [octets, text] = received.splice(0);
        assert.deepEqual(text, [Buffer.from('met')]);
        if (type === 'nodebuffer') assert.deepEqual(octets, Buffer.from('co'));
        else if (type === 'arraybuffer') assert.ok(octets instanceof ArrayBuffer);
        else if (type === 'fragments') assert.deepEqual(octets, [Buffer.from('co')]);
        else assert.equal(await (octets as Blob).text(), 'co');
      }
      assert.equal(client.binaryType, 'blob');
      await end();
    });

    it('holds back what it is told while it is paused, and goes on later than in the call', async () => {
      const { client, server, end } = await connected(library);
      const received: string[] = [];
      client.on('message', (data) => received.push(String(data)));
      client.pause();
      assert.equal(client.isPaused, true);
      server.send('a');
      await once(server, 'pong', { signal: AbortSignal.timeout(50) }).catch(() => {});
      client.resume();
      assert.deepEqual([client.isPaused, received], [false, []]);
      await until(() => received.length === 1);
      client.resume();
      client.pause();
      server.send('b');
      await once(server, 'pong', { signal: AbortSignal.timeout(50) }).catch(() => {});
      assert.deepEqual(received, ['a']);
      // What has come is told, if only at the end.
      await end();
      assert.deepEqual(received, ['a', 'b']);
    });

    it('shows the stream below', async () => {
      const { client, server, end } = await connected(library);
      for (const socket of [client, server]) {
        const { _socket: stream } = socket as never as { _socket: { remotePort: number } };
        assert.equal(typeof stream.remotePort, 'number');
      }
      await end();
    });

    it('can be extended, and serves as the class of a server', async () => {
      class Named extends WebSocket {
        readonly name = 'a comet';
      }
      const { server, end } = await connected(library, { server: { WebSocket: Named } });
      assert.equal((server as Named).name, 'a comet');
      await end();
    });
  });
}
