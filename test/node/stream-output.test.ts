import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { SlabPool } from '../../src/node/slab.ts';
import { type OutputOwner, StreamOutput } from '../../src/node/stream-output.ts';

describe('StreamOutput', () => {
  it('hands over what a turn wrote in one write', async () => {
    const { output, socket, received } = await outputOnSocket();
    let writes = 0;
    const write = socket.write;
    socket.write = function (this: Socket, ...args: unknown[]) {
      writes++;
      return Reflect.apply(write, this, args);
    } as Socket['write'];
    output.beginTurn();
    for (let i = 0; i < 100; i++) put(output, `message ${i};`);
    output.endTurn();
    assert.equal(writes, 1);
    socket.end();
    const text = Array.from({ length: 100 }, (_, i) => `message ${i};`).join('');
    assert.equal(String(await received), text);
  });

  it('keeps the order of small and large output, in and out of turns', async () => {
    const drains = new EventEmitter();
    const drained = () => drains.emit('drained');
    const { output, socket, received } = await outputOnSocket({ drained });
    socket.on('drain', drained);
    const expected: Buffer[] = [];
    for (let i = 0; i < 60; i++) {
      const inTurn = i % 3 !== 0;
      if (inTurn) output.beginTurn();
      for (const size of [1, 20_000, 5, 300_000, 16_384, 3]) {
        const octets = Buffer.alloc(size, i + size);
        expected.push(octets);
        if (size % 2 === 0) output.append(octets);
        else put(output, octets);
      }
      if (inTurn) output.endTurn();
      else output.flush();
    }
    while (output.behind) {
      output.awaitDrain();
      await once(drains, 'drained');
      output.flush();
    }
    socket.end();
    assert.ok((await received).equals(Buffer.concat(expected)));
  });

  it('never writes to memory that a stream other than a socket still holds', () => {
    const stream = new PassThrough({ highWaterMark: 1_000_000 });
    const output = new StreamOutput(stream, new SlabPool(), owner());
    for (const text of ['first', 'second', 'third']) {
      output.beginTurn();
      put(output, text);
      output.endTurn();
    }
    assert.equal(String(readAll(stream)), 'firstsecondthird');
  });

  it('tells its owner when output is written outside of a turn', () => {
    const soon: string[] = [];
    const stream = new PassThrough();
    const output = new StreamOutput(
      stream,
      new SlabPool(),
      owner({ flushSoon: () => soon.push('soon') }),
    );
    put(output, 'a');
    output.append(Buffer.alloc(20_000));
    assert.deepEqual(soon, ['soon', 'soon']);
    assert.equal(output.bufferedAmount, 20_001);
    output.flush();
    assert.equal(readAll(stream).length, 20_001);
  });

  it('tells outside of a turn too that the stream takes no more, so that a loop of sends ends', async () => {
    let fellBehind = 0;
    const { output, socket } = await outputOnSocket({ fellBehind: () => fellBehind++ });
    const limit = 100_000_000;
    for (let sent = 0; !output.behind && sent < limit; sent += 10_000) {
      put(output, 'x'.repeat(10_000));
    }
    assert.equal(output.behind, true);
    assert.ok(output.bufferedAmount < limit / 2);
    assert.ok(fellBehind > 0);
    socket.destroy();
  });

  it('hands nothing over twice to a stream whose reader answers at once', () => {
    const received: string[] = [];
    const stream = new Duplex({
      read() {},
      write(octets, _encoding, done) {
        received.push(String(octets));
        if (received.length === 1) answer();
        done();
      },
    });
    const output = new StreamOutput(stream, new SlabPool(), owner());
    const answer = (): void => {
      output.beginTurn();
      put(output, 'second');
      output.endTurn();
    };
    put(output, 'first');
    output.flush();
    assert.deepEqual(received, ['first', 'second']);
    assert.equal(output.bufferedAmount, 0);
  });

  it('tells its owner within a long turn that the stream takes no more, and holds what is left', async () => {
    let fellBehind = 0;
    const { output, socket, peer } = await outputOnSocket({ fellBehind: () => fellBehind++ });
    peer.pause();
    output.beginTurn();
    let written = 0;
    while (fellBehind === 0) {
      written += 65_536;
      output.append(Buffer.alloc(65_536));
      assert.ok(written < 64 * 1_048_576, 'never fell behind');
    }
    output.endTurn();
    assert.ok(output.behind);
    assert.ok(output.bufferedAmount <= written);
    socket.destroy();
    peer.destroy();
  });

  it('asks its owner to end and to destroy', () => {
    const asked: string[] = [];
    const output = new StreamOutput(
      new PassThrough(),
      new SlabPool(),
      owner({
        endRequested: () => asked.push('end'),
        destroyRequested: () => asked.push('destroy'),
      }),
    );
    output.end();
    output.destroy();
    assert.deepEqual(asked, ['end', 'destroy']);
  });

  it('writes shared octets as they are and at once, outside of a turn', () => {
    const stream = new PassThrough();
    const output = new StreamOutput(stream, new SlabPool(), owner());
    const octets = Buffer.from('shared');
    output.share(octets);
    assert.ok(stream.read() === octets);
    assert.equal(output.sent, 6);
  });

  it('keeps shared octets behind what was written before', () => {
    const stream = new PassThrough();
    const output = new StreamOutput(stream, new SlabPool(), owner());
    put(output, 'a');
    output.share(Buffer.from('b'));
    output.beginTurn();
    put(output, 'c');
    output.share(Buffer.from('d'));
    output.endTurn();
    output.share(Buffer.alloc(600_000, 'e'));
    output.flush();
    assert.equal(readAll(stream).subarray(0, 5).toString(), 'abcde');
  });

  it('has shared octets leave together with what others are sent, once the way is clear', async () => {
    const { output, socket, received } = await outputOnSocket();
    await clearWay(output, socket);
    const handed = output.sent;
    output.share(Buffer.from('a'));
    assert.deepEqual([output.sent, output.bufferedAmount, output.behind], [handed, 1, false]);
    await Promise.resolve();
    assert.deepEqual([output.sent, output.bufferedAmount, output.behind], [handed + 1, 0, false]);
    socket.end();
    assert.equal(String(await received), '..a');
  });

  it('has nothing overtake shared octets that are about to leave', async () => {
    const { output, socket, received } = await outputOnSocket();
    let expected = '..';
    const writes: ((text: string) => void)[] = [
      (text) => put(output, text),
      (text) => output.append(Buffer.from(text)),
      (text) => output.append(Buffer.alloc(20_000, text)),
      (text) => output.share(Buffer.from(text)),
      (text) => output.share(Buffer.alloc(300_000, text)),
      (text) => {
        output.beginTurn();
        put(output, text);
        output.endTurn();
      },
    ];
    for (const [i, write] of writes.entries()) {
      await clearWay(output, socket, i > 0);
      output.share(Buffer.from('<'));
      write(String(i));
      output.flush();
      await sent(output);
      expected += `${i > 0 ? '.' : ''}<${String(i).repeat([1, 1, 20_000, 1, 300_000, 1][i]!)}`;
    }
    socket.end();
    assert.equal(String(await received), expected);
  });

  it('shares nothing where there are no octets, however often', async () => {
    const { output, socket, received } = await outputOnSocket();
    await clearWay(output, socket);
    const deliveries: Uint8Array[] = [];
    const { deliver } = output;
    output.deliver = (octets) => {
      deliveries.push(octets);
      deliver.call(output, octets);
    };
    const shared = ['', '', 'a', '', ''].map((text) => Buffer.from(text));
    for (const octets of shared) assert.equal(output.share(octets), true);
    await Promise.resolve();
    assert.deepEqual(deliveries, [shared[2]]);
    socket.end();
    assert.equal(String(await received), '..a');
  });

  it('has shared octets leave before it is given up', async () => {
    for (const giveUp of ['destroy', 'reset'] as const) {
      const { output, socket, received } = await outputOnSocket();
      await clearWay(output, socket);
      output.share(Buffer.from('last'));
      output[giveUp]();
      socket.end();
      assert.equal(String(await received), '..last');
    }
  });

  it('lets go of shared octets that are about to leave when it is discarded', async () => {
    const { output, socket, received } = await outputOnSocket();
    await clearWay(output, socket);
    output.share(Buffer.from('never'));
    output.discard();
    assert.equal(output.bufferedAmount, 0);
    await Promise.resolve();
    socket.end();
    assert.equal(String(await received), '..');
  });

  it('says so when what leaves together finds a peer that takes no more, and keeps it', async () => {
    let behind = 0;
    const { output, socket, peer, received } = await outputOnSocket({ fellBehind: () => behind++ });
    await clearWay(output, socket);
    behind = 0;
    peer.pause();
    let count = 0;
    for (; !output.behind; count++) {
      output.share(Buffer.alloc(100_000, 'x'));
      await Promise.resolve();
    }
    assert.equal(behind, 1);
    peer.resume();
    await sent(output);
    socket.end();
    assert.equal((await received).length, 2 + count * 100_000);
  });

  it('leaves shared octets to the stream when the socket can be written to no longer', async () => {
    const { output, socket } = await outputOnSocket();
    await clearWay(output, socket);
    output.share(Buffer.from('late'));
    socket.destroy();
    await Promise.resolve();
    assert.equal(output.behind, false);
    await once(socket, 'close');
  });

  it('says that the peer is behind when shared octets are too many, and keeps the rest', () => {
    let behind = 0;
    const stream = new PassThrough({ highWaterMark: 10 });
    const output = new StreamOutput(stream, new SlabPool(), owner({ fellBehind: () => behind++ }));
    for (const octets of ['0123456789', 'abcdefghij', 'last']) output.share(Buffer.from(octets));
    assert.ok(behind > 0);
    assert.ok(output.behind);
    const read: Buffer[] = [];
    stream.on('data', (octets: Buffer) => read.push(octets)).resume();
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        output.flush();
        setImmediate(() => {
          assert.equal(Buffer.concat(read).toString(), '0123456789abcdefghijlast');
          resolve();
        });
      });
    });
  });

  it('is behind as soon as the system takes no more, and tells when it does again', async () => {
    const drained: boolean[] = [];
    const { output, socket, peer } = await outputOnSocket({
      drained: () => drained.push(output.behind),
    });
    peer.pause();
    const octets = Buffer.alloc(1_024);
    while (!output.behind) output.share(octets);
    assert.ok(output.bufferedAmount <= 1_024);
    assert.equal(socket.writableNeedDrain, false, 'the stream itself would not tell');
    output.awaitDrain();
    output.awaitDrain();
    peer.resume();
    while (drained.length === 0) await turn();
    await turn();
    assert.deepEqual(drained, [false]);
    socket.destroy();
  });

  it('asks nothing of a stream that has ended or broken', async () => {
    let drained = 0;
    const { output, socket, peer } = await outputOnSocket({ drained: () => drained++ });
    peer.pause();
    while (!output.behind) output.share(Buffer.alloc(10_000));
    output.awaitDrain();
    socket.destroy();
    await once(socket, 'close');
    output.awaitDrain();
    await turn();
    assert.equal(drained, 0);
  });

  it('lets go of everything when it is discarded', () => {
    const output = new StreamOutput(new PassThrough(), new SlabPool(), owner());
    put(output, 'abc');
    output.discard();
    assert.equal(output.bufferedAmount, 0);
  });
});

// Helpers

function owner(given: Partial<OutputOwner> = {}): OutputOwner {
  const nothing = (): void => {};
  return {
    flushSoon: nothing,
    fellBehind: nothing,
    drained: nothing,
    endRequested: nothing,
    destroyRequested: nothing,
    resetRequested: nothing,
    broken: assert.ifError,
    ...given,
  };
}

/** Has the output see that nothing waits. The first write of all goes through the stream. */
async function clearWay(output: StreamOutput, socket: Socket, isKnown = false): Promise<void> {
  for (let i = isKnown ? 1 : 0; i < 2; i++) {
    output.share(Buffer.from('.'));
    await sent(output);
  }
  assert.equal(socket.writableLength, 0);
}

/** All was sent that was written. */
async function sent(output: StreamOutput): Promise<void> {
  while (output.bufferedAmount > 0) {
    output.flush();
    await turn();
  }
}

/** All that waits in a stream. */
function readAll(stream: PassThrough): Buffer {
  const pieces: Buffer[] = [];
  for (let piece = stream.read(); piece !== null; piece = stream.read()) pieces.push(piece);
  return Buffer.concat(pieces);
}

function put(output: StreamOutput, content: string | Buffer): void {
  const octets = Buffer.from(content);
  const start = output.reserve(octets.length);
  output.octets.set(octets, start);
}

/** An output on a real socket, and everything that arrives at its other end. */
async function outputOnSocket(given: Partial<OutputOwner> = {}) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [peer] = (await once(server, 'connection')) as [Socket];
  server.close();
  const pieces: Buffer[] = [];
  peer.on('data', (octets) => pieces.push(octets));
  const received = once(peer, 'end').then(() => Buffer.concat(pieces));
  const output = new StreamOutput(socket, new SlabPool(), owner(given));
  return { output, socket, peer, received };
}
