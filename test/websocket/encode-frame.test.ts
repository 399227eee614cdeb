import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { OutputList } from '../../src/bytes/output.ts';
import { writeTextFrame } from '../../src/websocket/encode-frame.ts';
import { frame } from '../support/websocket.ts';

describe('writeTextFrame', () => {
  for (const length of [0, 1, 125, 126, 65_535, 65_536]) {
    for (const maskingKey of [undefined, 0x8765fedc]) {
      it(`writes ${length} octets, ${maskingKey === undefined ? 'not ' : ''}masked`, () => {
        const output = new OutputList();
        const payload = 'x'.repeat(length);
        writeTextFrame(output, payload, maskingKey === undefined ? undefined : () => maskingKey);
        assert.deepEqual(output.take(), frame({ opcode: 1, payload, maskingKey }));
      });
    }
  }
});
