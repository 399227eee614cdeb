import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createLadder, FIRST_CLIMB, LAST_CLIMB, PARDONS } from '../../src/browser/ladder.ts';
import type { Transport } from '../../src/browser/types.ts';

const [A, B, C] = ['a', 'b', 'c'].map(
  (name): Transport => ({ name, open: () => ({ close() {} }) }),
) as [Transport, Transport, Transport];

/** A ladder, and a clock of its own. */
function climbing(remembered?: string) {
  const clock = { now: 0 };
  return { clock, ladder: createLadder([A, B, C], remembered, () => clock.now) };
}

describe('createLadder', () => {
  it('goes down from the best, and begins anew when none is left', () => {
    const { ladder } = climbing();
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      seen.push(`${ladder.next(false).name}${ladder.hasMore()}`);
      seen.push(String(ladder.failed(false)));
    }
    assert.deepEqual(seen, ['atrue', 'true', 'btrue', 'true', 'cfalse', 'false', 'atrue', 'true']);
  });

  it('stays with what works', () => {
    const { ladder } = climbing();
    ladder.next(false);
    ladder.failed(false);
    assert.equal(ladder.next(false), B);
    ladder.worked();
    assert.equal(ladder.next(false), B);
    ladder.failed(false);
    assert.equal(ladder.next(false), A);
    ladder.failed(false);
    assert.equal(ladder.next(false), C);
  });

  it('begins with what is remembered', () => {
    const { ladder } = climbing('c');
    assert.equal(ladder.next(false), C);
    ladder.failed(false);
    assert.equal(ladder.next(false), A);
  });

  it('puts trouble down to something else while it lasts no longer, if the transport has worked', () => {
    const { ladder } = climbing();
    ladder.next(false);
    ladder.worked();
    for (let i = 0; i < PARDONS; i++) {
      assert.equal(ladder.next(false), A);
      assert.equal(ladder.failed(true), false);
    }
    ladder.next(false);
    ladder.failed(true);
    assert.equal(ladder.next(false), B);
  });

  it('puts nothing down to something else that has never worked', () => {
    const { ladder } = climbing();
    ladder.next(false);
    assert.equal(ladder.failed(true), false);
    assert.equal(ladder.next(false), B);
  });

  it('looks for something better at longer and longer intervals, between two rounds only', () => {
    const { ladder, clock } = climbing('b');
    ladder.next(false);
    ladder.worked();
    for (let interval = FIRST_CLIMB; interval < 4 * LAST_CLIMB; interval *= 2) {
      clock.now += Math.min(interval, LAST_CLIMB) - 1;
      assert.equal(ladder.next(true), B);
      clock.now += 1;
      assert.equal(ladder.next(false), B);
      assert.equal(ladder.next(true), A);
      ladder.failed(false);
      assert.equal(ladder.next(false), B);
      ladder.worked();
    }
  });

  it('forgets what worked in another network', () => {
    const { ladder } = climbing('c');
    ladder.next(false);
    ladder.worked();
    ladder.forget();
    assert.equal(ladder.next(false), A);
  });

  it('for any history gives a transport, and each of them sooner or later when none works', () => {
    const anyStep = fc.constantFrom('worked', 'failed', 'elsewhere', 'forget', 'later');
    fc.assert(
      fc.property(fc.array(anyStep), fc.boolean(), (steps, isElsewhere) => {
        const { ladder, clock } = climbing('b');
        for (const step of steps) {
          assert.ok([A, B, C].includes(ladder.next(step === 'later')));
          if (step === 'worked') ladder.worked();
          else if (step === 'forget') ladder.forget();
          else if (step === 'later') clock.now += FIRST_CLIMB;
          else ladder.failed(step === 'elsewhere');
        }
        const seen = new Set<Transport>();
        for (let i = 0; i < 6 + PARDONS; i++) {
          seen.add(ladder.next(false));
          ladder.failed(isElsewhere);
        }
        assert.equal(seen.size, 3);
      }),
    );
  });
});
