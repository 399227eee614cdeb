import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Duplex, PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { hearStream, type StreamOwner, setReading } from '../../src/node/stream-events.ts';
import { acceptedSocket } from '../support/accepted-socket.ts';
import { until } from '../support/until.ts';

describe('hearStream', () => {
  it('tells what a socket reads, in lent memory, and its end', async (t) => {
    const { accepted, peer } = await acceptedSocket(t);
    const owner = new TestOwner();
    hearStream(accepted, owner);
    peer.write('abc');
    await until(() => owner.told.length === 1);
    peer.end('def');
    await until(() => owner.told.includes('closed'));
    assert.deepEqual(owner.told, ['abc', 'def', 'end', 'closed']);
  });

  it('tells what a socket had read before', async (t) => {
    const { accepted, peer } = await acceptedSocket(t);
    peer.write('abc');
    accepted.on('readable', () => {});
    await once(accepted, 'readable');
    accepted.removeAllListeners('readable');
    const owner = new TestOwner();
    hearStream(accepted, owner);
    await until(() => owner.told.length === 1);
    assert.deepEqual(owner.told, ['abc']);
  });

  it('tells what another stream does, errors as the close that follows', async () => {
    const stream = new PassThrough();
    const owner = new TestOwner();
    hearStream(stream, owner);
    stream.write('abc');
    await until(() => owner.told.length === 1);
    stream.destroy(new Error('of the stream'));
    await until(() => owner.told.includes('closed'));
    assert.deepEqual(owner.told, ['abc', 'closed']);
  });
});

describe('setReading', () => {
  it('stops a socket and another stream, and lets both go on', async (t) => {
    const { accepted, peer } = await acceptedSocket(t);
    const through = new PassThrough();
    for (const [stream, other] of [
      [accepted, peer],
      [through, through],
    ] as [Duplex, Duplex][]) {
      const owner = new TestOwner();
      owner.onTold = () => {
        owner.reading = false;
        setReading(stream, false);
      };
      hearStream(stream, owner);
      other.write('abc');
      await until(() => owner.told.length === 1);
      other.write('def');
      await sleep(50);
      assert.deepEqual(owner.told, ['abc']);
      owner.reading = true;
      setReading(stream, true);
      await until(() => owner.told.length === 2);
      assert.deepEqual(owner.told, ['abc', 'def']);
    }
  });
});

// Helpers

class TestOwner implements StreamOwner {
  reading = true;
  readonly told: string[] = [];
  onTold: () => void = () => {};

  received(octets: Uint8Array, length: number = octets.length): void {
    this.told.push(Buffer.from(octets.subarray(0, length)).toString());
    this.onTold();
  }

  receivedEnd(): void {
    this.told.push('end');
  }

  drained(): void {
    this.told.push('drained');
  }

  closed(): void {
    this.told.push('closed');
  }
}
