import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { FrameDecoderModel } from '../../spec/models/frame-decoder.ts';
import { WebSocketError } from '../../src/errors.ts';
import {
  assertCloseArguments,
  type Closing,
  encodeClosing,
  isCloseCode,
  MAX_CLOSE_REASON,
  parseClosing,
} from '../../src/websocket/close-code.ts';
import { CODES } from '../support/frame-faults.ts';
import { law } from '../support/law.ts';
import { anySurroundings } from '../support/octets.ts';
import { almostUtf8, anyUtf8 } from '../support/utf8.ts';

describe('isCloseCode', () => {
  it('knows which codes may stand in a Close frame', () => {
    const all = Array.from({ length: 65_536 }, (_, code) => code).filter(isCloseCode);
    const below3000 = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
    const from3000 = Array.from({ length: 2000 }, (_, i) => 3000 + i);
    assert.deepEqual(all, [...below3000, ...from3000]);
  });
});

describe('assertCloseArguments', () => {
  for (const [code, reason] of [
    [1000, ''],
    [1001, 'x'.repeat(MAX_CLOSE_REASON)],
    [4999, 'é'.repeat(61)],
  ] as const) {
    it(`lets ${code} with ${Buffer.byteLength(reason)} octets of reason be sent`, () => {
      assertCloseArguments({ code, reason });
    });
  }

  for (const [what, code, reason, error] of [
    ['999', 999, '', RangeError],
    ['1005', 1005, '', RangeError],
    ['1006', 1006, '', RangeError],
    ['1015', 1015, '', RangeError],
    ['5000', 5000, '', RangeError],
    ['NaN', Number.NaN, '', TypeError],
    ['a code as text', '1000', '', TypeError],
    ['no reason', 1000, null, TypeError],
    ['124 octets of reason', 1000, 'x'.repeat(124), RangeError],
    ['124 octets of reason in 62 characters', 1000, 'é'.repeat(62), RangeError],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => assertCloseArguments({ code, reason } as Closing), error);
    });
  }
});

describe('parseClosing', () => {
  law(
    'parseClosing',
    'model',
    'for any payload: reads what the model reads, or refuses as it does',
    fc.property(anyPayload(), (payload) => {
      const model = new FrameDecoderModel('client', 0);
      const frame = [0x88, payload.length, ...payload];
      const told = frame.map((octet) => model.take(octet)).at(-1);
      const expected =
        told?.[0] === 'fault' ? CODES[told[1]] : { code: told![1], reason: told![2] };
      assert.deepEqual(parsed(payload), expected);
    }),
  );

  law(
    'parseClosing',
    'round trip',
    'for any code and reason: reads what was encoded',
    fc.property(anyCode(), fc.string({ unit: 'binary', maxLength: 30 }), (code, reason) => {
      assert.deepEqual(parsed(encodeClosing({ code, reason })), { code, reason });
    }),
  );

  law(
    'parseClosing',
    'rest',
    'for any octets around a payload: they are not looked at',
    fc.property(anyPayload(), anySurroundings(), (payload, { around, start, end }) => {
      assert.deepEqual(parsed(around(payload), start, end(payload)), parsed(payload));
    }),
  );
});

describe('encodeClosing', () => {
  it('says nothing when there is no code to say', () => {
    assert.equal(encodeClosing({ code: 1005, reason: '' }).length, 0);
  });
});

// Helpers

function anyCode(): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 1007, max: 1014 }), fc.integer({ min: 3000, max: 4999 }));
}

function anyPayload(): fc.Arbitrary<Buffer> {
  const code = fc.oneof(anyCode(), fc.integer({ min: 990, max: 1020 }), fc.nat(65_535));
  const reason = fc.oneof(anyUtf8({ maxLength: 5 }), almostUtf8());
  const closing = fc
    .tuple(code, reason)
    .map(([value, text]) => Buffer.from([value >> 8, value & 0xff, ...text]).subarray(0, 125));
  return fc.oneof(
    { weight: 9, arbitrary: closing },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 3 }).map((octets) => Buffer.from(octets)) },
  );
}

/** What the payload says, or the code of its fault. */
function parsed(octets: Uint8Array, start = 0, end: number = octets.length): Closing | string {
  try {
    return parseClosing(octets, start, end);
  } catch (error) {
    assert.ok(error instanceof WebSocketError);
    return error.code;
  }
}
