import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { latin1 } from '../../src/bytes/latin1.ts';
import { ownText } from '../../src/bytes/own-text.ts';

const COUNT = 1_000;
const WHOLE = 10_000;

describe('ownText', () => {
  it('is the same text', () => {
    for (const text of [
      '',
      'a',
      'a'.repeat(12),
      'a'.repeat(13),
      'ÿ'.repeat(20),
      'Ā\ud800 😀'.repeat(9),
    ]) {
      assert.equal(ownText(text), text);
    }
  });

  for (const length of [12, 13, 50]) {
    it(`does not keep the whole alive, of which ${length} characters are kept`, () => {
      const before = memoryInUse();
      const kept = Array.from({ length: COUNT }, (_, i) => {
        const whole = latin1(Buffer.alloc(WHOLE, 97 + (i % 26)), 0, WHOLE);
        return ownText(whole.slice(100, 100 + length));
      });
      const each = (memoryInUse() - before) / COUNT;
      assert.equal(kept.length, COUNT);
      assert.ok(each < WHOLE / 10, `${each} octets for each`);
    });
  }
});

// Helpers

function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
