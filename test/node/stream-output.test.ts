import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { describe, it } from 'node:test';

import { SlabPool } from '../../src/node/slab.ts';
import { StreamOutput } from '../../src/node/stream-output.ts';
import { outputOnSocket, owner, put, readAll } from '../support/stream-outputs.ts';

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

  it('lets go of everything when it is discarded', () => {
    const output = new StreamOutput(new PassThrough(), new SlabPool(), owner());
    put(output, 'abc');
    output.discard();
    assert.equal(output.bufferedAmount, 0);
  });
});
