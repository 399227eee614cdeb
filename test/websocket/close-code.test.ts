import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { encodeClosing, isCloseCode, parseClosing } from '../../src/websocket/close-code.ts';

describe('isCloseCode', () => {
  it('knows which codes may stand in a Close frame', () => {
    const all = Array.from({ length: 65_536 }, (_, code) => code).filter(isCloseCode);
    const below3000 = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
    const from3000 = Array.from({ length: 2000 }, (_, i) => 3000 + i);
    assert.deepEqual(all, [...below3000, ...from3000]);
  });
});

describe('parseClosing', () => {
  it('reads what was encoded', () => {
    for (const closing of [
      { code: 1000, reason: '' },
      { code: 4999, reason: 'au revoir, été' },
      { code: 1005, reason: '' },
    ]) {
      const payload = encodeClosing(closing);
      assert.deepEqual(parseClosing(payload, 0, payload.length), closing);
    }
  });
});
