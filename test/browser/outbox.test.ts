import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createOutbox } from '../../src/browser/outbox.ts';

describe('createOutbox', () => {
  it('numbers what is sent from 1', async () => {
    const outbox = createOutbox();
    const sent = [outbox.add('a'), outbox.add({ b: 1 })];
    assert.equal(outbox.next(), '{"n":1,"data":"a"}');
    assert.equal(outbox.next(), '{"n":2,"data":{"b":1}}');
    assert.equal(outbox.next(), undefined);
    outbox.acknowledge(2);
    assert.deepEqual(await Promise.all(sent), [1, 2]);
    assert.equal(outbox.size, 0);
  });

  it('puts as many into a batch as there is room for, and one at least', () => {
    const outbox = createOutbox();
    for (const data of ['a', 'b', 'c'.repeat(100), 'd']) void outbox.add(data);
    assert.deepEqual(outbox.batch(50), {
      count: 2,
      json: '[{"n":1,"data":"a"},{"n":2,"data":"b"}]',
    });
    outbox.acknowledge(2);
    assert.equal(outbox.batch(50).count, 1);
    assert.equal(outbox.batch(1_000).count, 2);
  });

  it('sends again on a new connection what is not acknowledged, with the same numbers', () => {
    const outbox = createOutbox();
    for (const data of [1, 2, 3]) void outbox.add(data);
    for (let i = 0; i < 3; i++) outbox.next();
    outbox.acknowledge(1);
    outbox.resend();
    assert.equal(outbox.next(), '{"n":2,"data":2}');
    assert.equal(outbox.next(), '{"n":3,"data":3}');
  });

  it('sends it again in a new session, with the numbers from 1', () => {
    const outbox = createOutbox();
    for (const data of [1, 2, 3]) void outbox.add(data);
    outbox.acknowledge(2);
    outbox.resend(1);
    assert.equal(outbox.next(), '{"n":1,"data":3}');
  });

  it('takes what comes before the number that is expected for acknowledged', async () => {
    const outbox = createOutbox();
    const [first] = [outbox.add('a'), outbox.add('b')];
    outbox.resend(2);
    assert.equal(await first, 1);
    assert.equal(outbox.next(), '{"n":2,"data":"b"}');
  });

  it('gives the numbers of what was refused to what comes behind', async () => {
    const outbox = createOutbox();
    const [first] = [outbox.add('a'), outbox.add('b')];
    outbox.refuse(1, new Error('too large'));
    await assert.rejects(first!, /too large/);
    assert.equal(outbox.next(), '{"n":1,"data":"b"}');
  });

  it('rejects what is no JSON', async () => {
    const outbox = createOutbox();
    await assert.rejects(outbox.add(undefined), TypeError);
    await assert.rejects(
      outbox.add(() => 1),
      TypeError,
    );
    await assert.rejects(outbox.add(1n), TypeError);
    assert.equal(outbox.size, 0);
  });

  it('for any cuts, losses of answers and losses of sessions delivers all in order, and once in a session', async () => {
    const anyStep = fc.constantFrom('add', 'next', 'batch', 'answer', 'cut', 'lose');
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 200 }), async (steps) => {
        const outbox = createOutbox();
        const settled: Promise<number>[] = [];
        /** What the server has, a list for each session. */
        const sessions: number[][] = [[]];
        const take = ({ n, data }: { n: number; data: number }): void => {
          const session = sessions.at(-1)!;
          assert.ok(n <= session.length + 1, 'without a hole');
          if (n === session.length + 1) session.push(data);
          else assert.equal(session[n - 1], data, 'a number means the same message');
        };
        for (const step of [...steps, 'cut', ...steps.map(() => 'next'), 'answer']) {
          if (step === 'add') settled.push(outbox.add(settled.length));
          const json = step === 'next' ? outbox.next() : undefined;
          if (json !== undefined) take(JSON.parse(json));
          if (step === 'batch' && outbox.size > 0) JSON.parse(outbox.batch(50).json).forEach(take);
          if (step === 'answer') outbox.acknowledge(sessions.at(-1)!.length);
          if (step === 'cut') outbox.resend();
          if (step === 'lose') {
            sessions.push([]);
            outbox.resend(1);
          }
        }
        assert.equal(outbox.size, 0);
        await Promise.all(settled);
        for (const session of sessions) {
          assert.deepEqual(
            session,
            session.map((_, i) => session[0]! + i),
          );
        }
        const delivered = new Set(sessions.flat());
        assert.equal(delivered.size, settled.length);
      }),
    );
  });
});
