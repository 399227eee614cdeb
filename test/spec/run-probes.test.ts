import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';

import { type Finding, finding, offer, type Probe } from '../../spec/probe.ts';
import { runProbes } from '../../spec/run-probes.ts';

const MUST = '9112-3.2-8';
const SHOULD = '9112-3-2';

describe('runProbes', () => {
  const server = createServer((socket) => socket.pipe(socket));
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => server.close());

  const run = (probes: readonly Probe[], concurrency = 4) =>
    runProbes(
      probes,
      { port: (server.address() as AddressInfo).port, timeout: 50 },
      { concurrency },
    );

  it('weighs a failure by the level of the clause', async () => {
    const failing = async () => finding(false, 'this', 'that');
    const passing = async () => finding(true, 'this', 'this');
    const offering = async () => offer(true, 'this', 'this');
    const results = await run([
      probe(MUST, failing),
      probe(SHOULD, failing),
      probe(SHOULD, passing),
      probe(MUST, offering),
    ]);
    assert.deepEqual(
      results.map(({ verdict }) => verdict),
      ['fail', 'departure', 'pass', 'offered'],
    );
    assert.deepEqual(
      results.map(({ level }) => level),
      ['MUST', 'SHOULD', 'SHOULD', 'MUST'],
    );
  });

  it('asks no subject for what it does not have', async () => {
    const [result] = await run([
      { ...probe(MUST, () => Promise.reject(new Error('asked'))), needs: 'reflector' },
    ]);
    assert.equal(result!.verdict, 'not applicable');
    assert.match(result!.received, /no reflector/);
  });

  it('says nothing of a subject when the judge fails, or comes to no end', async () => {
    const results = await run([
      probe(MUST, () => Promise.reject(new Error('the judge fell ill'))),
      probe(MUST, () => new Promise(() => {})),
    ]);
    assert.deepEqual(
      results.map(({ verdict }) => verdict),
      ['inconclusive', 'inconclusive'],
    );
    assert.match(results[0]!.received, /the judge fell ill/);
    assert.match(results[1]!.received, /no end within/);
  });

  it('keeps the transcripts of all connections, and lets go of them', async () => {
    const [result] = await run([
      probe(MUST, async (subject) => {
        for (const octets of ['one', 'two']) {
          const wire = await subject.connect();
          await wire.send(octets);
          await wire.read(octets.length);
        }
        return finding(true, '', '');
      }),
    ]);
    const texts = result!.transcript.map((passages) =>
      passages.map(({ direction, octets }) => `${direction} ${octets}`),
    );
    assert.deepEqual(texts, [
      ['sent one', 'received one'],
      ['sent two', 'received two'],
    ]);
    await new Promise<void>((resolve, reject) => {
      const look = () => server.getConnections((_, count) => (count === 0 ? resolve() : again()));
      const again = () => setTimeout(look, 5);
      setTimeout(() => reject(new Error('still connected')), 2_000).unref();
      look();
    });
  });

  it('runs as many side by side as it may, and keeps the results in order', async () => {
    let running = 0;
    let most = 0;
    const probes = Array.from({ length: 20 }, (_, index) =>
      probe(MUST, async () => {
        running++;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, (index * 7) % 5));
        running--;
        return finding(true, '', `${index}`);
      }),
    );
    const results = await run(probes, 3);
    assert.equal(most, 3);
    assert.deepEqual(
      results.map(({ received }) => Number(received)),
      probes.map((_, index) => index),
    );
  });

  it('knows no probe of a clause that is in no list', async () => {
    await assert.rejects(run([probe('0-0', async () => finding(true, '', ''))]), RangeError);
  });
});

// Helpers

function probe(
  id: string,
  judge: (subject: Parameters<Probe['judge']>[0]) => Promise<Finding>,
): Probe {
  return { id, clause: id, role: 'server', title: 'is tried', sends: 'nothing', judge };
}
