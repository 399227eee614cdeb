import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isControl, isOpcode } from '../../src/websocket/opcode.ts';

const ALL = Array.from({ length: 16 }, (_, value) => value);

describe('isOpcode', () => {
  it('knows the opcodes that are assigned', () => {
    assert.deepEqual(ALL.filter(isOpcode), [0, 1, 2, 8, 9, 10]);
  });
});

describe('isControl', () => {
  it('knows the control frames', () => {
    assert.deepEqual(ALL.filter(isOpcode).filter(isControl), [8, 9, 10]);
  });
});
