import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { type HeaderReading, readHeader } from '../../spec/models/frame-decoder.ts';
import { OutputList } from '../../src/bytes/output.ts';
import { WebSocketError } from '../../src/errors.ts';
import { writeFrame } from '../../src/websocket/encode-frame.ts';
import { FrameHeader, type Role, RSV1 } from '../../src/websocket/frame-header.ts';
import { CODES } from '../support/frame-faults.ts';
import { almostTraffic, anyMaskingKey, anyTraffic } from '../support/frames.ts';
import { law } from '../support/law.ts';
import { anySurroundings } from '../support/octets.ts';
import { frame } from '../support/websocket.ts';

describe('FrameHeader', () => {
  it('decodes the header of a masked frame', () => {
    const header = new FrameHeader();
    const octets = frame({ opcode: 2, payload: 'x'.repeat(300), maskingKey: 0x8765fedc });
    assert.equal(header.decode(octets, 0, octets.length, 'server', false, 1_000), 8);
    assert.deepEqual(
      { ...header },
      { fin: true, opcode: 2, reserved: 0, payloadLength: 300, maskingKey: 0x8765fedc },
    );
  });

  it('7692-6.1-5: takes RSV1 where it was agreed on, on the first frame of a message alone', () => {
    const header = new FrameHeader();
    for (let reserved = 0; reserved < 8; reserved++) {
      for (const opcode of [0, 1, 2, 8, 9, 10]) {
        const octets = frame({ opcode, reserved });
        const decode = () => header.decode(octets, 0, 2, 'client', opcode === 0, 99, RSV1);
        if (reserved === 0 || (reserved === 4 && (opcode === 1 || opcode === 2))) {
          assert.equal(decode(), 2);
          assert.equal(header.reserved, reserved << 4);
        } else {
          assert.throws(decode, { code: 'WS_RSV' });
        }
      }
    }
  });

  for (const role of ['server', 'client'] as const) {
    law(
      'FrameHeader',
      'model',
      `for any octets to a ${role}: says what the model says, or refuses as it does`,
      fc.property(anyOctetsTo(role), anyContext(), (octets, [isBegun, room]) => {
        const context = { receiver: role, isBegun, room: BigInt(room) };
        for (let end = 0; end <= Math.min(octets.length, 16); end++) {
          const expected = readHeader(octets.subarray(0, end), context);
          const reading = typeof expected === 'string' ? CODES[expected] : expected;
          assert.deepEqual(decoded(octets, 0, end, role, isBegun, room), reading);
        }
      }),
    );

    law(
      'FrameHeader',
      'rest',
      `for any octets around a header to a ${role}: they are not looked at`,
      fc.property(anyOctetsTo(role), anySurroundings(), (octets, { around, start, end }) => {
        assert.deepEqual(
          decoded(around(octets), start, end(octets), role, false, 1_000),
          decoded(octets, 0, octets.length, role, false, 1_000),
        );
      }),
    );

    law(
      'FrameHeader',
      'prefix',
      `for any proper prefix of a header to a ${role}: asks for more`,
      fc.property(anyHeader(role), fc.nat(), (octets, at) => {
        const end = at % octets.length;
        assert.equal(decoded(octets, 0, end, role, false, 100_000), undefined);
      }),
    );
  }

  law(
    'FrameHeader',
    'round trip',
    'for any frame: says what was written',
    fc.property(
      fc.constantFrom(1, 2, 8, 9, 10),
      fc.oneof(fc.nat(130), fc.integer({ min: 65_530, max: 65_540 })),
      fc.option(anyMaskingKey(), { nil: undefined }),
      (opcode, length, maskingKey) => {
        const payloadLength = opcode >= 8 ? Math.min(length, 125) : length;
        const octets = headerOf(opcode as 1, payloadLength, maskingKey);
        const role = maskingKey === undefined ? 'client' : 'server';
        assert.deepEqual(decoded(octets, 0, octets.length, role, false, 100_000), {
          fin: true,
          opcode,
          payloadLength: BigInt(payloadLength),
          maskingKey: maskingKey ?? 0,
          size: octets.length,
        });
      },
    ),
  );
});

// Helpers

function anyOctetsTo(role: Role): fc.Arbitrary<Buffer> {
  return fc.oneof(
    anyTraffic(role),
    almostTraffic(role),
    fc.uint8Array({ maxLength: 14 }).map((octets) => Buffer.from(octets)),
  );
}

function anyContext(): fc.Arbitrary<[isBegun: boolean, room: number]> {
  return fc.tuple(fc.boolean(), fc.constantFrom(0, 5, 126, 300, 65_536, Number.MAX_SAFE_INTEGER));
}

function anyHeader(receiver: Role): fc.Arbitrary<Buffer> {
  const length = fc.oneof(fc.nat(130), fc.integer({ min: 65_530, max: 65_540 }));
  return fc
    .tuple(fc.constantFrom(1, 2), length, anyMaskingKey())
    .map(([opcode, payloadLength, key]) =>
      headerOf(opcode as 1, payloadLength, receiver === 'server' ? key : undefined),
    );
}

/** The header of a frame as the sources write it. */
function headerOf(opcode: 1, payloadLength: number, maskingKey: number | undefined): Buffer {
  const output = new OutputList();
  const keys = maskingKey === undefined ? undefined : () => maskingKey;
  writeFrame(output, opcode, new Uint8Array(payloadLength), keys);
  const octets = output.take();
  return octets.subarray(0, octets.length - payloadLength);
}

/** What the header says, the code of its fault, or nothing. */
function decoded(
  octets: Uint8Array,
  start: number,
  end: number,
  ...context: [receiver: Role, isBegun: boolean, room: number]
): HeaderReading | string | undefined {
  const header = new FrameHeader();
  try {
    const size = header.decode(octets, start, end, ...context);
    if (size === 0) return undefined;
    const { fin, opcode, payloadLength, maskingKey } = header;
    return { fin, opcode, payloadLength: BigInt(payloadLength), maskingKey, size };
  } catch (error) {
    assert.ok(error instanceof WebSocketError);
    return error.code;
  }
}
