import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FROZEN, watch } from '../../src/browser/watchdog.ts';
import { FakeBrowser } from '../support/fake-browser.ts';

/** What is watched, and when it was judged. */
function watching(milliseconds: number) {
  const browser = new FakeBrowser();
  const judged: number[] = [];
  const watchdog = watch(browser.platform, milliseconds, () => void judged.push(browser.now));
  return { browser, judged, watchdog };
}

describe('watch', () => {
  it('judges once the time has passed in silence', async () => {
    const { browser, judged } = watching(1_000);
    await browser.advance(999);
    assert.deepEqual(judged, []);
    await browser.advance(10_000);
    assert.deepEqual(judged, [1_000]);
  });

  it('counts from when something was heard last, and allows what it was told then', async () => {
    const { browser, judged, watchdog } = watching(1_000);
    await browser.advance(400);
    watchdog.heard(3_000);
    await browser.advance(2_999);
    watchdog.heard();
    await browser.advance(2_999);
    assert.deepEqual(judged, []);
    await browser.advance(1);
    assert.deepEqual(judged, [6_399]);
  });

  it('counts a shorter time at once', async () => {
    const { browser, judged, watchdog } = watching(10_000);
    await browser.advance(400);
    watchdog.heard(1_000);
    await browser.advance(1_000);
    assert.deepEqual(judged, [1_400]);
  });

  it('judges nobody after it was stopped', async () => {
    const { browser, judged, watchdog } = watching(1_000);
    watchdog.stop();
    await browser.advance(10_000);
    assert.deepEqual([judged, browser.timers], [[], []]);
  });

  it('for any time that the page was frozen, judges only once it was heard of for that long anew', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        async (allowed, beyond) => {
          const { browser, judged } = watching(allowed);
          await browser.freeze(allowed + FROZEN + beyond);
          assert.deepEqual(judged, []);
          await browser.advance(allowed - 1);
          assert.deepEqual(judged, []);
          await browser.advance(1);
          assert.equal(judged.length, 1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('for any times at which something is heard, judges exactly when it was silent for too long', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_500), { maxLength: 20 }), async (pauses) => {
        const { browser, judged, watchdog } = watching(1_000);
        let expected = 1_000;
        for (const pause of pauses) {
          await browser.advance(pause);
          if (browser.now >= expected) break;
          watchdog.heard();
          expected = browser.now + 1_000;
        }
        await browser.advance(5_000);
        assert.deepEqual(judged, [expected]);
      }),
      { numRuns: 100 },
    );
  });
});
