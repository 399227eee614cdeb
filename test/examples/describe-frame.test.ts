import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeCloseCode, describeFrame } from '../../examples/chat/page/describe-frame.ts';
import type { FrameRecord } from '../../examples/chat/records.ts';

describe('describeFrame', () => {
  for (const [frame, sentence] of [
    [text('Hello'), 'This tab says “Hello”: a whole text message in one frame.'],
    [text(''), 'This tab says nothing: a whole text message in one frame.'],
    [
      { ...text('x'.repeat(256)), from: 'server', length: 70_000 },
      `The server says “${'x'.repeat(60)}…”, 70,000 octets: a whole text message in one frame.`,
    ],
    [
      { ...text('He'), fin: false },
      'This tab begins a text message, and more is to follow: 2 octets.',
    ],
    [
      { ...text('l'), opcode: 0, fin: false },
      'This tab sends the next part of the message, and more is to follow: 1 octet.',
    ],
    [{ ...text('lo'), opcode: 0 }, 'This tab sends the last part of the message: 2 octets.'],
    [
      { ...text('abc'), opcode: 2 },
      'This tab sends 3 octets of binary data: a whole message in one frame.',
    ],
    [
      { ...text('abc'), opcode: 2, fin: false },
      'This tab begins a binary message, and more is to follow: 3 octets.',
    ],
    [
      { ...text('\x03\xe8Bye'), opcode: 8 },
      'This tab closes with code 1000, normal closure, “Bye”.',
    ],
    [{ ...text(''), opcode: 8 }, 'This tab closes without giving a code.'],
    [
      { ...text('u?'), opcode: 9, from: 'server' },
      'The server asks whether the other end is still there, carrying “u?”.',
    ],
    [{ ...text(''), opcode: 9 }, 'This tab asks whether the other end is still there.'],
    [
      { ...text('u?'), opcode: 10 },
      'This tab answers the ping with the octets that it brought, “u?”.',
    ],
    [{ ...text(''), opcode: 5 }, 'This tab sends a frame of a kind that RFC 6455 reserves.'],
  ] satisfies [FrameRecord, string][]) {
    it(`says “${sentence}”`, () => {
      assert.equal(describeFrame(frame), sentence);
    });
  }
});

describe('describeCloseCode', () => {
  it('knows what the standard and the registry say of a code', () => {
    assert.deepEqual([1001, 1004, 3000, 4000].map(describeCloseCode), [
      'going away',
      'unknown',
      'registered use',
      'private use',
    ]);
  });
});

// Helpers

/** A frame from the tab; the mask is left out, since the sentences do not depend on it. */
function text(payload: string): FrameRecord {
  const octets = Buffer.from(payload, 'latin1');
  return {
    kind: 'frame',
    from: 'client',
    at: 0,
    fin: true,
    rsv: 0,
    opcode: 1,
    header: '',
    extendedLength: 0,
    length: octets.length,
    payload: octets.toString('hex'),
  };
}
