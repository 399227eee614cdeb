import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  COMPRESSED_SIZES,
  formatSize,
  measureSize,
  reachesSizeGoal,
} from '../../bench/compressed-size.ts';

describe('what a message is compressed to', () => {
  for (const subject of COMPRESSED_SIZES) {
    const { title, goal } = subject;
    it(`has at most ${goal} times the octets of zlib at its first level: ${title}`, () => {
      const sizes = measureSize(subject);
      assert.ok(reachesSizeGoal(subject, sizes), formatSize(subject, sizes));
    });
  }
});
