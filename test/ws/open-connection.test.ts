import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';

import { dial, openingHandshake, readUntil } from '../support/raw.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';
import { LIBRARIES } from '../support/ws-libraries.ts';
import { connected, endOf } from '../support/ws-pair.ts';

for (const [name, library] of LIBRARIES) {
  const { WebSocketServer } = library;

  /** A server's socket, and the bare connection at its other end. */
  async function bare(options: object = {}, behind: Uint8Array = Buffer.alloc(0)) {
    const listening = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
    await once(listening, 'listening');
    const messages: [string, isBinary: boolean][] = [];
    listening.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => messages.push([String(data), isBinary]));
    });
    const accepted = once(listening, 'connection');
    const peer = dial((listening.address() as { port: number }).port);
    peer.write(Buffer.concat([Buffer.from(openingHandshake('/')), behind]));
    const [server] = (await accepted) as [InstanceType<typeof library.WebSocket>];
    const end = async () => {
      peer.destroy();
      server.terminate();
      listening.close();
      await once(listening, 'close');
    };
    return { server, peer, messages, end };
  }

  describe(`an open connection of ${name}`, () => {
    it('tells of what came right behind the handshake to who listens at once', async () => {
      const early = frameTo('server', { opcode: 1, payload: 'early' });
      const { messages, end } = await bare({}, early);
      await until(() => messages.length === 1);
      assert.deepEqual(messages, [['early', false]]);
      await end();
    });

    for (const [what, options, octets, code, closeCode] of [
      ['a reserved opcode', {}, frameTo('server', { opcode: 3 }), 'WS_ERR_INVALID_OPCODE', 1002],
      [
        'text that is none',
        {},
        frameTo('server', { opcode: 1, payload: '\xff' }),
        'WS_ERR_INVALID_UTF8',
        1007,
      ],
      [
        'more than maxPayload',
        { maxPayload: 4 },
        frameTo('server', { opcode: 1, payload: 'comet' }),
        'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
        1009,
      ],
    ] as const) {
      it(`fails at ${what} with ${code}`, async () => {
        const { server, peer, end } = await bare(options);
        await readUntil(peer, '\r\n\r\n');
        const errors: unknown[] = [];
        server.on('error', (error) => errors.push((error as { code?: unknown }).code));
        const ended = endOf(server);
        peer.write(octets);
        const closing = await readUntil(peer, '\x88');
        const codeAt = closing.indexOf('\x88') + 2;
        assert.equal(closing.charCodeAt(codeAt) * 256 + closing.charCodeAt(codeAt + 1), closeCode);
        peer.end();
        assert.deepEqual(await ended, [1006, '']);
        assert.deepEqual(errors, [code]);
        await end();
      });
    }

    it('answers pings, unless it was told not to', async () => {
      for (const autoPong of [true, false]) {
        const { client, server, end } = await connected(library, { server: { autoPong } });
        const told: string[] = [];
        server.on('ping', () => told.push('ping'));
        client.on('pong', () => told.push('pong'));
        client.on('message', () => told.push('message'));
        client.ping();
        await until(() => told.includes('ping'));
        server.send('behind it');
        await until(() => told.includes('message'));
        assert.equal(told.includes('pong'), autoPong);
        await end();
      }
    });

    it('gives up a peer that pings and does not read', async () => {
      const { server, peer, end } = await bare({ maxPendingAutoPongs: 3 });
      await readUntil(peer, '\r\n\r\n');
      peer.pause();
      const ended = endOf(server);
      server.send(Buffer.alloc(10_000_000));
      for (let i = 0; i < 10; i++) peer.write(frameTo('server', { opcode: 9, payload: 'x' }));
      assert.deepEqual(await ended, [1006, '']);
      await end();
    });

    it('hears a peer that reads nothing for now', async () => {
      const { server, peer, end } = await bare();
      await readUntil(peer, '\r\n\r\n');
      peer.pause();
      server.send(Buffer.alloc(10_000_000));
      peer.write(frameTo('server', { opcode: 10, payload: 'alive' }));
      const [payload] = await once(server, 'pong');
      assert.equal(String(payload), 'alive');
      await end();
    });

    it('gives each event a turn of its own, where that is asked for', async () => {
      for (const allowSynchronousEvents of [true, false]) {
        const { server, peer, end } = await bare({ allowSynchronousEvents });
        let turn = 0;
        const turns: number[] = [];
        server.on('message', () => {
          turns.push(turn);
          setImmediate(() => turn++);
        });
        const message = frameTo('server', { opcode: 1, payload: 'a' });
        peer.write(Buffer.concat([message, message, message]));
        await until(() => turns.length === 3);
        assert.equal(new Set(turns).size === 1, allowSynchronousEvents);
        await end();
      }
    });

    it('waits for the other end to close no longer than closeTimeout', async () => {
      const { server, peer, end } = await bare({ closeTimeout: 300 });
      await readUntil(peer, '\r\n\r\n');
      const ended = endOf(server);
      server.close(1000);
      assert.deepEqual(await ended, [1006, '']);
      await end();
    });
  });
}

const [, [, encke]] = LIBRARIES as [unknown, (typeof LIBRARIES)[number]];

describe('an open connection of encke/ws', () => {
  it('ends no process for what a peer does wrong', async () => {
    const { client, server, end } = await connected(encke);
    const { _socket: stream } = client as never as { _socket: { write(octets: Buffer): void } };
    const ended = endOf(server);
    stream.write(frameTo('server', { opcode: 3 }));
    assert.deepEqual(await ended, [1006, '']);
    await end();
  });

  it('goes on when a listener throws, which is thrown where nobody catches it', async () => {
    const { client, server, end } = await connected(encke);
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught: string[] = [];
    process.on('uncaughtException', ({ message }) => uncaught.push(message));
    server.on('message', (data) => {
      throw new Error(`of the application: ${data}`);
    });
    server.on('ping', () => {
      throw new Error('of the application: ping');
    });
    client.send('a');
    client.ping();
    client.send('b');
    await until(() => uncaught.length === 3);
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener);
    assert.deepEqual(
      uncaught,
      ['a', 'ping', 'b'].map((what) => `of the application: ${what}`),
    );
    assert.equal(server.readyState, 1);
    await end();
  });
});
