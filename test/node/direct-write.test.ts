import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { handleOf, queuedOctets, writeDirectly } from '../../src/node/direct-write.ts';
import { acceptedSocket } from '../support/accepted-socket.ts';
import { until } from '../support/until.ts';

/** From 26 on Node makes no request of what the system takes at once, and need not be helped. */
const isHelped = Number(process.versions.node.split('.')[0]) < 26;

const nobody = { queueEmptied: (): void => {} };

describe('writeDirectly', () => {
  it('leaves the first write to the stream, to see how that is done', async (t) => {
    const { accepted, peer } = await acceptedSocket(t);
    const received = collect(peer);
    // Any file of tests begins here, in a process of its own.
    assert.equal(
      writeDirectly(handleOf(accepted)!, Buffer.from('not written'), nobody),
      'untouched',
    );
    accepted.write(Buffer.from('one '));
    const outcome = writeDirectly(handleOf(accepted)!, Buffer.from('two '), nobody);
    assert.equal(outcome, isHelped ? 'sent' : 'untouched');
    if (outcome === 'untouched') accepted.write(Buffer.from('two '));
    accepted.end(Buffer.from('three'));
    assert.equal(await received, 'one two three');
    assert.equal(Object.hasOwn(handleOf(accepted)!, 'writeBuffer'), false);
  });

  // Elsewhere nothing is ever queued past the stream.
  if (isHelped) {
    it('says that it sent what the system took, and queues the rest', async (t) => {
      const { accepted, peer } = await acceptedSocket(t);
      peer.pause();
      const octets = Buffer.alloc(100_000, 'x');
      const told: number[] = [];
      const owner = { queueEmptied: (error: number) => told.push(error) };
      let count = 1;
      while (writeDirectly(handleOf(accepted)!, octets, owner) === 'sent') count++;
      const queued = queuedOctets(accepted);
      assert.ok(queued > 0 && queued <= octets.length);
      await turn();
      assert.deepEqual(told, []);

      let length = 0;
      peer.resume().on('data', (piece: Buffer) => {
        length += piece.length;
      });
      await until(() => told.length > 0);
      assert.deepEqual(told, [0]);
      assert.equal(queuedOctets(accepted), 0);
      await until(() => length === count * octets.length);
      assert.equal(writeDirectly(handleOf(accepted)!, Buffer.from('on'), owner), 'sent');
      await until(() => length === count * octets.length + 2);
    });

    it('does not take an empty queue for a sign that the request is free', async (t) => {
      // What the system takes while it is being queued is in the queue no more, and is settled only in a
      // later turn. That comes about when a peer reads at just that moment, so it is made up here.
      const { accepted, peer } = await acceptedSocket(t);
      peer.pause();
      Object.defineProperty(handleOf(accepted), 'writeQueueSize', { get: () => 0 });
      const told: number[] = [];
      const owner = { queueEmptied: (error: number) => told.push(error) };
      const octets = Buffer.alloc(64_000_000);
      assert.equal(writeDirectly(handleOf(accepted)!, octets, owner), 'queued');
      let length = 0;
      peer.resume().on('data', (piece: Buffer) => {
        length += piece.length;
      });
      await until(() => length === octets.length);
      await until(() => told.length > 0);
      assert.deepEqual(told, [0]);
    });

    it('tells of what is queued for a socket that is destroyed', async (t) => {
      const { accepted, peer } = await acceptedSocket(t);
      peer.pause();
      const told: number[] = [];
      const owner = { queueEmptied: (error: number) => told.push(error) };
      const handle = handleOf(accepted)!;
      while (writeDirectly(handle, Buffer.alloc(100_000), owner) === 'sent');
      accepted.destroy();
      await once(accepted, 'close');
      await turn();
      assert.equal(told.length, 1);
      assert.ok(told[0]! < 0);
      assert.equal(queuedOctets(accepted), 0);
      assert.equal(handleOf(accepted), undefined);
      assert.equal(writeDirectly(handle, Buffer.from('late'), owner), 'untouched');
    });

    it('writes nothing by a handle that is being closed', async (t) => {
      const { accepted, peer } = await acceptedSocket(t);
      const arrived = collect(peer);
      const handle = handleOf(accepted)!;
      assert.equal(writeDirectly(handle, Buffer.from('in time'), nobody), 'sent');
      accepted.destroy();
      assert.equal(writeDirectly(handle, Buffer.from('late'), nobody), 'untouched');
      assert.equal(await arrived, 'in time');
    });
  }

  it('leaves alone what has no handle that it knows', async (t) => {
    const { accepted } = await acceptedSocket(t);
    Reflect.set(accepted, '_handle', {});
    assert.equal(handleOf(accepted), undefined);
    assert.equal(queuedOctets(accepted), 0);
  });
});

// Helpers

/** All that arrives, as text. */
async function collect(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
