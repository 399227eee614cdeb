import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Utf8State, validateUtf8 } from '../../src/bytes/utf8.ts';

describe('validateUtf8', () => {
  it('ends between characters of a text', () => {
    const octets = Buffer.from('aé€😀');
    const state = validateUtf8(octets, 0, octets.length, Utf8State.Character);
    assert.equal(state, Utf8State.Character);
  });
});
