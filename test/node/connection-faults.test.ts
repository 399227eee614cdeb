import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { handleOf } from '../../src/node/direct-write.ts';
import { acceptedSocket } from '../support/accepted-socket.ts';
import { connectionOn, NOBODY } from '../support/connections.ts';

describe('a fault of ours in a Connection', () => {
  it('reports a fault of an endpoint of ours, and gives that connection up', async () => {
    const reported: unknown[] = [];
    const stream = new PassThrough();
    const error = new Error('ours');
    const connection = connectionOn(stream, { report: (reason) => reported.push(reason) });
    const failing = {
      ...NOBODY,
      receive() {
        throw error;
      },
    };
    connection.carry(failing, NOBODY);
    connection.received(Buffer.from('a'));
    await once(stream, 'close');
    assert.deepEqual(reported, [error]);
  });

  it('reports a fault of ours in handing on what was written, and hands on that of the others', async () => {
    const error = new Error('ours');
    const reported: unknown[] = [];
    const ground = { report: (reason: unknown) => reported.push(reason), unflushed: [] };
    const written: string[] = [];
    const streams = [0, 1, 2].map(
      (number) =>
        new Duplex({
          read() {},
          write(octets, _, done) {
            written.push(`${number}: ${octets}`);
            done();
          },
        }),
    );
    streams[1]!.write = () => {
      throw error;
    };
    for (const stream of streams) connectionOn(stream, ground).output.append(Buffer.from('all'));
    await turn();
    assert.deepEqual(reported, [error]);
    assert.deepEqual(written, ['0: all', '2: all']);
    assert.deepEqual(
      streams.map(({ destroyed }) => destroyed),
      [false, true, false],
    );
    for (const stream of streams) stream.destroy();
  });

  it('reports a fault of ours in a delivery, and gives that connection up alone', async (t) => {
    const reported: unknown[] = [];
    const error = new Error('ours');
    const report = (reason: unknown) => reported.push(reason);
    const pairs = [await acceptedSocket(t), await acceptedSocket(t), await acceptedSocket(t)];
    const outputs = pairs.map(({ accepted }) => connectionOn(accepted, { report }).output);
    const received = pairs.map(({ peer }) => text(peer));
    // The first write of all goes through the stream; from the second on the way is clear.
    for (const octets of ['.', '.'].map((dot) => Buffer.from(dot))) {
      for (const output of outputs) output.share(octets);
      await turn();
    }
    Object.defineProperty(handleOf(pairs[1]!.accepted), 'writeBuffer', {
      value: () => {
        throw error;
      },
    });
    for (const output of outputs) output.share(Buffer.from('shared'));
    await turn();
    assert.deepEqual(reported, [error]);
    for (const output of outputs) output.end();
    assert.deepEqual(await Promise.all(received), ['..shared', '..', '..shared']);
  });
});
