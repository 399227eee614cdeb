import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WEBSOCKET_FAULTS, WebSocketError, type WebSocketFaultCode } from '../../src/errors.ts';
import { errorOf } from '../../src/ws/faults.ts';

/** The close codes of what can be wrong with frames and messages. */
const OF_FRAMES: readonly number[] = [1002, 1007, 1009];

describe('errorOf', () => {
  for (const code of Object.keys(WEBSOCKET_FAULTS) as WebSocketFaultCode[]) {
    it(`gives ${code} a code of ws, and keeps it as the cause`, () => {
      const fault = new WebSocketError(code);
      const error = errorOf(fault);
      assert.equal(error.cause, fault);
      assert.equal(error.message, fault.message);
      if (OF_FRAMES.includes(fault.closeCode)) assert.match(error.code, /^WS_ERR_|^Z_DATA_ERROR$/);
      else assert.equal(error.code, code);
      const isPlain = code === 'WS_UTF8' || code === 'WS_DEFLATE';
      assert.equal(error instanceof RangeError, !isPlain);
    });
  }
});
