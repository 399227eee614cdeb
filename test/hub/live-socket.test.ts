import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

import { liveHub } from '../support/live-hub.ts';
import type { LivePeer } from '../support/live-peer.ts';
import { dial, openingHandshake, readUntil } from '../support/raw.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

describe('LiveSocket', () => {
  it('delivers messages once, and acknowledges those with a number', async () => {
    const { open, told } = await liveHub();
    const peer = await open('websocket');
    for (const message of [
      { n: 1, data: 'a' },
      { data: 'b' },
      { n: 1, data: 'a' },
      { n: 2, data: 'c' },
    ]) {
      peer.send(message);
    }
    await peer.until(({ ack }) => ack === 2);
    assert.deepEqual(acks(peer), [1, 1, 2]);
    assert.deepEqual(told, ['open', 'message 1 "a"', 'message undefined "b"', 'message 2 "c"']);
    peer.leave();
  });

  it('compresses records once for all who agree on a window, and not for others', async () => {
    const { news, url } = await liveHub({ compression: { threshold: 20 } });
    const opened = async (offer: string) => {
      const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: offer !== '' });
      const frames: Buffer[] = [];
      await once(socket, 'upgrade').then(([{ socket: raw }]) =>
        (raw as NodeJS.EventEmitter).on('data', (octets: Buffer) => frames.push(octets)),
      );
      const texts: string[] = [];
      socket.on('message', (data) => texts.push(String(data)));
      return { socket, frames, texts };
    };
    const peers = await Promise.all(['deflate', 'deflate', ''].map(opened));
    const text = 'a comet comes and goes '.repeat(40);
    for (const data of [text, `${text}again`]) {
      await news.publish(data);
      for (const peer of peers) await until(() => peer.texts.some((told) => told.includes(data)));
    }
    const [one, other, plain] = peers.map(({ frames }) => Buffer.concat(frames.slice(-1)));
    assert.equal(one![0], 0xc1);
    assert.deepEqual(one, other);
    assert.ok(one!.length < 200);
    assert.equal(plain![0], 0x81);
    assert.equal(peers[0]!.socket.extensions, 'permessage-deflate');
    for (const { socket } of peers) socket.terminate();
  });

  it('goes on with the numbers on the next connection', async () => {
    const { open, told } = await liveHub();
    const first = await open('websocket');
    first.send({ n: 1, data: 1 });
    await first.until(({ ack }) => ack === 1);
    first.leave();
    const query = { session: first.ready.session, cursor: first.cursor };
    const second = await open('websocket', { query });
    second.send({ n: 1, data: 1 });
    second.send({ n: 2, data: 2 });
    await second.until(({ ack }) => ack === 2);
    assert.deepEqual(told, ['open', 'message 1 1', 'message 2 2']);
    second.leave();
  });

  it('ends with the number expected when one is out of order', async () => {
    const { open, told } = await liveHub();
    const peer = await open('websocket');
    peer.send({ n: 2, data: 1 });
    peer.send({ n: 1, data: 1 });
    const bye = { reason: 'out-of-order', expected: 1, retry: 0 };
    assert.deepEqual((await peer.ended()).bye, bye);
    assert.equal(peer.code, 1008);
    assert.deepEqual(told, ['open']);
  });

  for (const message of [
    '',
    '[]',
    '{}',
    'null',
    '{"n":0,"data":1}',
    '{"n":"1","data":1}',
    '{"n":1}',
  ]) {
    it(`ends when the message is ${JSON.stringify(message)}`, async () => {
      const { open } = await liveHub();
      const peer = await open('websocket');
      peer.send(message);
      assert.equal((await peer.ended()).bye!.reason, 'bad-message');
      assert.equal(peer.code, 1007);
    });
  }

  it('acknowledges once the handler is done, in order, and a repeat no sooner', async () => {
    const settle: (() => void)[] = [];
    const { open } = await liveHub({
      message: () => new Promise<void>((resolve) => settle.push(resolve)),
    });
    const peer = await open('websocket');
    peer.send({ n: 1, data: 1 });
    peer.send({ n: 2, data: 2 });
    peer.send({ n: 1, data: 1 });
    await until(() => settle.length === 2);
    settle[1]!();
    await sleep(30);
    assert.deepEqual(acks(peer), []);
    settle[0]!();
    await peer.until(({ ack }) => ack === 2);
    assert.deepEqual(acks(peer).sort(), [1, 1, 2]);
    peer.leave();
  });

  it('acknowledges what the handler fails at, reports it, and closes with 1011', async () => {
    for (const message of [
      () => {
        throw new Error('no');
      },
      () => Promise.reject(new Error('no')),
    ]) {
      const { open, reported } = await liveHub({ message });
      const peer = await open('websocket');
      peer.send({ n: 1, data: 1 });
      await peer.ended();
      assert.deepEqual(acks(peer), [1]);
      assert.equal(peer.code, 1011);
      assert.equal(reported.length, 1);
    }
  });

  it('takes what comes with the handshake once all is told that was there before', async () => {
    const { port, hub, news, told } = await liveHub();
    const cursor = hub.cursor();
    await news.publish('before');
    const socket = dial(port);
    const message = frameTo('server', { opcode: 1, payload: '{"n":1,"data":"early"}' });
    socket.write(
      Buffer.concat([Buffer.from(openingHandshake(`/events?cursor=${cursor}`)), message]),
    );
    const received = await readUntil(socket, '"ack"');
    assert.match(received, /"ready".*"before".*"ack":1/s);
    assert.deepEqual(told, ['open', 'message 1 "early"']);
    socket.destroy();
  });

  it('delivers nothing to a session that its own opening has closed', async () => {
    const { port, told } = await liveHub({ open: (session) => session.close() });
    const socket = dial(port);
    const message = frameTo('server', { opcode: 1, payload: '{"n":1,"data":"early"}' });
    socket.write(Buffer.concat([Buffer.from(openingHandshake('/events')), message]));
    const received = await readUntil(socket, 'closed');
    assert.match(received, /"ready".*"bye":\{"reason":"closed"/s);
    assert.deepEqual(told, ['open', 'close server closed']);
    socket.destroy();
  });

  it('tells where it stands now and then, and is given up when the peer is silent', async () => {
    const { port, news, hub } = await liveHub({ heartbeat: 300 });
    const socket = dial(port);
    socket.write(openingHandshake('/events?channel=none'));
    await news.publish('not for this one');
    const received = await readUntil(socket, `{"cursor":"${hub.cursor()}"}`);
    assert.match(received, /^[^{]*\{"ready".*"heartbeat":300/s);
    await until(() => socket.destroyed || socket.readableEnded);
    socket.destroy();
  });

  it('ends when the time that authorize gave is over', async () => {
    const { open } = await liveHub({
      authorize: () => ({ channels: [], expires: new Date(Date.now() + 300) }),
    });
    const peer = await (await open('websocket')).ended();
    assert.deepEqual(peer.bye, { reason: 'expired', retry: 0 });
    assert.equal(peer.code, 1000);
  });

  it('gives a peer limits.closing to answer when it takes leave', async () => {
    const { port, sessions } = await liveHub({ heartbeat: 0 });
    const socket = dial(port);
    socket.write(openingHandshake('/events'));
    await readUntil(socket, '"ready"');
    sessions[0]!.close();
    await readUntil(socket, '"bye"');
    socket.resume();
    await until(() => socket.readableEnded);
    socket.destroy();
  });

  it('fails a peer that breaks the protocol', async () => {
    const { port, told } = await liveHub();
    const socket = dial(port);
    socket.write(openingHandshake('/events'));
    await readUntil(socket, '"ready"');
    socket.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]));
    await readUntil(socket, 'opcode');
    socket.destroy();
    assert.deepEqual(told, ['open']);
  });
});

// Helpers

function acks(peer: LivePeer): number[] {
  return peer.records.flatMap(({ ack }) => ack ?? []);
}
