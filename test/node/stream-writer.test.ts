import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { SlabPool } from '../../src/node/slab.ts';
import { StreamOutput } from '../../src/node/stream-output.ts';
import { outputOnSocket, owner, put, readAll, sent } from '../support/stream-outputs.ts';

describe('StreamWriter', () => {
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
});

// Helpers

/** Has the output see that nothing waits. The first write of all goes through the stream. */
async function clearWay(output: StreamOutput, socket: Socket, isKnown = false): Promise<void> {
  for (let i = isKnown ? 1 : 0; i < 2; i++) {
    output.share(Buffer.from('.'));
    await sent(output);
  }
  assert.equal(socket.writableLength, 0);
}
