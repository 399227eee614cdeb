import assert from 'node:assert/strict';
import type { ClientHttp2Stream } from 'node:http2';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Socket } from '../../src/index.ts';
import { HANDSHAKE, http2Hub, readStreamUntil } from '../support/http2.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

/** The error codes of RFC 9113 §7. */
const [NO_ERROR, CANCEL] = [0, 8];

const HELLO = frameTo('server', { opcode: 1, payload: 'Hello' });
const CLOSE = frameTo('server', { opcode: 8, payload: '\x03\xe8' });

describe('Http2Connection', () => {
  it('ends the stream with the closing handshake', async () => {
    const { closed, stream } = await opened();
    stream.end(CLOSE);
    const ended = endOf(stream);
    assert.equal(await codeOf(stream), NO_ERROR);
    assert.deepEqual([await ended, closed], ['ended', [1000]]);
  });

  it('resets a stream that is given up, and does not end it in front of that', async () => {
    const { socket, closed, stream } = await opened();
    const ended = endOf(stream);
    socket.terminate();
    assert.equal(await codeOf(stream), CANCEL);
    assert.deepEqual([await ended, closed], ['aborted', [1006]]);
  });

  it('takes a stream that is reset, or ended without a closing handshake, for a cut', async () => {
    for (const cut of [
      (stream: ClientHttp2Stream) => stream.close(CANCEL),
      (stream: ClientHttp2Stream) => stream.destroy(new Error('enough')),
      (stream: ClientHttp2Stream) => stream.end(),
      (stream: ClientHttp2Stream) => stream.session!.destroy(),
    ]) {
      const { closed, stream } = await opened();
      cut(stream.on('error', () => {}).resume());
      await until(() => closed.length > 0);
      assert.deepEqual(closed, [1006]);
    }
  });

  it('gives up a peer that takes nothing for limits.stall', async () => {
    const { socket, closed, stream } = await opened({ stall: 200 });
    stream.pause();
    while (socket.send(new Uint8Array(100_000)));
    await until(() => closed.length > 0);
    stream.resume();
    assert.equal(await codeOf(stream), CANCEL);
    assert.deepEqual(closed, [1006]);
  });

  it('holds little for a stream that takes nothing, while others on its session go on', async () => {
    const { hub, peer } = await http2Hub(undefined, { limits: { stall: 60_000 } });
    const sockets: Socket[] = [];
    hub.websocket('/ws', {
      open: (socket) => sockets.push(socket),
      message: (socket, data) => socket.send(data),
    });
    const client = await peer();
    const { stream: slow } = await client.handshake('/ws');
    slow.pause();
    const { stream: quick } = await client.handshake('/ws');
    await until(() => sockets.length === 2);
    while (sockets[0]!.send(new Uint8Array(1_000)));
    await sleep(20);
    assert.ok(sockets[0]!.bufferedAmount > 0);
    assert.ok(sockets[0]!.bufferedAmount < 600_000, `${sockets[0]!.bufferedAmount}`);
    for (let i = 0; i < 3; i++) {
      quick.write(HELLO);
      await readStreamUntil(quick, 'Hello');
    }
    slow.resume();
    await until(() => sockets[0]!.bufferedAmount === 0);
    for (const stream of [slow, quick]) stream.close();
  });

  it('reads no further than it is taken from', async () => {
    const { hub, peer } = await http2Hub();
    let taken = 0;
    let goOn = (): void => {};
    const asked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    hub.websocket('/ws', {
      open: async (socket) => {
        const messages = socket[Symbol.asyncIterator]();
        await asked;
        for (; !(await messages.next()).done; taken++);
      },
    });
    const { stream } = await (await peer()).handshake('/ws');
    const message = frameTo('server', { opcode: 2, payload: new Uint8Array(10_000) });
    for (let i = 0; i < 100; i++) stream.write(message);
    await sleep(100);
    assert.ok(stream.writableLength > 500_000, `${stream.writableLength} wait at the client`);
    goOn();
    await until(() => taken === 100);
    stream.close();
  });

  it('keeps nothing of streams that are reset as soon as they are opened', async () => {
    const reported: unknown[] = [];
    const { hub, peer } = await http2Hub(undefined, { onError: (error) => reported.push(error) });
    hub.websocket('/now', {}).websocket('/later', { authorize: async () => ({}) });
    hub.live('/live', { authorize: async () => ({ channels: ['news'] }) });
    hub.http('/http', async ({ body }) => ({ body: await body.text() }));
    const { session } = await peer();
    for (let i = 0; i < 200; i++) {
      const path = ['/now', '/later', '/live', '/http'][i % 4]!;
      const fields = path === '/http' ? { ':method': 'POST' } : HANDSHAKE;
      const stream = session.request({ ...fields, ':path': path, ':authority': 'localhost' });
      stream.on('error', () => {}).write('x');
      if (i % 3 === 0) await new Promise(setImmediate);
      stream.destroy(new Error('enough'));
    }
    hub.http('/alive', () => ({ body: 'alive' }));
    const alive = session.request({ ':path': '/alive', ':authority': 'localhost' });
    await readStreamUntil(alive, 'alive');
    const before = performance.now();
    await hub.close();
    assert.ok(performance.now() - before < 250, 'nothing was waited for');
    assert.deepEqual(reported, []);
  });

  it('tells the peer to open no more streams when the hub closes', async () => {
    const { hub, peer } = await http2Hub();
    hub.websocket('/ws', { open: (socket) => socket.send('opened') });
    const client = await peer();
    const { stream } = await client.handshake('/ws');
    await readStreamUntil(stream, 'opened');
    const goaway = new Promise<number>((resolve) => client.session.once('goaway', resolve));
    const frames: Buffer[] = [];
    stream.on('data', (octets: Buffer) => frames.push(octets));
    const hubClosed = hub.close();
    assert.equal(await goaway, NO_ERROR);
    await until(() => frames.length > 0);
    const [opcode, , ...payload] = Buffer.concat(frames);
    assert.deepEqual([opcode, ...payload.slice(0, 2)], [0x88, 0x03, 0xe9]);
    stream.end(CLOSE);
    await hubClosed;
    await until(() => client.session.closed);
  });
});

// Helpers

/** A WebSocket of a hub, both ends of it. */
async function opened(limits = {}) {
  const { hub, peer } = await http2Hub(undefined, { limits });
  const closed: number[] = [];
  let socket: Socket | undefined;
  hub.websocket('/ws', {
    open: (one) => {
      socket = one;
    },
    close: (_, code) => closed.push(code),
  });
  const { stream } = await (await peer()).handshake('/ws');
  await until(() => socket !== undefined);
  return { socket: socket!, closed, stream };
}

async function codeOf(stream: ClientHttp2Stream): Promise<number> {
  stream.on('error', () => {}).resume();
  await until(() => stream.destroyed);
  return stream.rstCode ?? NO_ERROR;
}

/** Whether the server's side ends, or is reset, whichever is first. */
function endOf(stream: ClientHttp2Stream): Promise<string> {
  return new Promise((resolve) => {
    stream.once('end', () => resolve(stream.aborted ? 'aborted' : 'ended'));
    stream.once('aborted', () => resolve('aborted'));
  });
}
