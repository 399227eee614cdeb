import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { FrameDecoderModel } from '../../spec/models/frame-decoder.ts';
import { OutputList } from '../../src/bytes/output.ts';
import { WebSocketError, type WebSocketFaultCode } from '../../src/errors.ts';
import { writeFrame, writeTextFrame } from '../../src/websocket/encode-frame.ts';
import type { Role } from '../../src/websocket/frame-header.ts';
import { MessageCompression } from '../../src/websocket/message-compression.ts';
import { MessageDecoder } from '../../src/websocket/message-decoder.ts';
import { almostCompressedTraffic, SMALL_WINDOWS } from '../support/compressed-frames.ts';
import { CODES } from '../support/frame-faults.ts';
import { almostTraffic, anyMessage, anyTraffic } from '../support/frames.ts';
import { law } from '../support/law.ts';
import { anySplitOf } from '../support/octets.ts';
import { frame } from '../support/websocket.ts';

describe('MessageDecoder', () => {
  it('takes a message once, then asks for more', () => {
    const decoder = new MessageDecoder('client', 1_000);
    decoder.reader.feed(frame({ opcode: 1, payload: 'Hello' }));
    assert.equal(decoder.next(), 'message');
    assert.equal(decoder.takeData(), 'Hello');
    assert.equal(decoder.takeData(), '');
    assert.equal(decoder.next(), 'more');
  });

  it('copies a message that is most of its chunk, for the chunk is only lent', () => {
    const chunk = new Uint8Array(frame({ opcode: 2, payload: 'x'.repeat(10_000) }));
    const decoder = new MessageDecoder('client', 10_000);
    decoder.reader.feed(chunk);
    decoder.next();
    const data = decoder.takeData() as Uint8Array;
    chunk.fill(0);
    assert.equal(Object.getPrototypeOf(data), Uint8Array.prototype);
    assert.deepEqual(data, new Uint8Array(10_000).fill(0x78));
  });

  it('gives memory of its own to a message that is a small part of its chunk', () => {
    const chunk = Buffer.concat(
      Array.from({ length: 9 }, () => frame({ opcode: 2, payload: 'x' })),
    );
    const decoder = new MessageDecoder('client', 1_000);
    decoder.reader.feed(chunk);
    decoder.next();
    assert.ok((decoder.takeData() as Uint8Array).buffer !== chunk.buffer);
  });

  it('shares no memory among messages of two connections that were read into the same octets', () => {
    const lent = new Uint8Array(1_000);
    const memories = [1, 2].map(() => {
      const frames = Array.from({ length: 3 }, () =>
        frame({ opcode: 2, payload: 'x'.repeat(100) }),
      );
      const chunk = Buffer.concat(frames);
      lent.set(chunk);
      const decoder = new MessageDecoder('client', 1_000);
      decoder.reader.feed(lent, chunk.length);
      return frames.map(() => {
        assert.equal(decoder.next(), 'message');
        return (decoder.takeData() as Uint8Array).buffer;
      });
    });
    const [one, other] = memories as [ArrayBufferLike[], ArrayBufferLike[]];
    assert.equal(one[1], one[2]);
    assert.deepEqual(
      one.filter((memory) => other.includes(memory)),
      [],
    );
  });

  it('refuses a message that no string can hold, whatever the limit', () => {
    const decoder = new MessageDecoder('client', Number.POSITIVE_INFINITY);
    decoder.reader.feed(Buffer.from('817f000000001fffffe8', 'hex'));
    assert.equal(decoder.next(), 'more');
    assert.equal(decoder.isInPayload, true);
    const other = new MessageDecoder('client', Number.POSITIVE_INFINITY);
    other.reader.feed(Buffer.from('817f000000001fffffe9', 'hex'));
    assert.throws(() => other.next(), { code: 'WS_MESSAGE_LIMIT' });
  });

  it('forgets everything when it is released', () => {
    const decoder = new MessageDecoder('client', 1_000);
    decoder.reader.feed(frame({ opcode: 1, payload: 'Hello', fin: false }).subarray(0, 5));
    decoder.next();
    assert.equal(decoder.isInPayload, true);
    decoder.release();
    assert.equal(decoder.isInPayload, false);
    assert.equal(decoder.reader.available, 0);
  });

  for (const role of ['server', 'client'] as const) {
    law(
      'MessageDecoder',
      'model',
      `for any octets to a ${role}: takes what the model takes`,
      fc.property(anyOctetsTo(role), anyLimit(), (octets, limit) => {
        const model = new FrameDecoderModel(role, limit);
        const expected = Array.from(octets, (octet) => model.take(octet)).filter(
          (told) => told !== undefined,
        );
        const named = expected.map((told) => (told[0] === 'fault' ? CODES[told[1]] : told));
        assert.deepEqual(taken(role, limit, [octets]), named);
      }),
    );

    law(
      'MessageDecoder',
      'split',
      `for any octets to a ${role} and any split of them: takes the same`,
      fc.property(
        anyOctetsTo(role).chain((octets) => fc.tuple(fc.constant(octets), anySplitOf(octets))),
        anyLimit(),
        ([octets, pieces], limit) => {
          assert.deepEqual(taken(role, limit, pieces), taken(role, limit, [octets]));
        },
      ),
    );

    law(
      'MessageDecoder',
      'model',
      `for any octets to a ${role} that has agreed on compression: takes what the model takes`,
      fc.property(almostCompressedTraffic(role), anyLimit(), (octets, limit) => {
        const model = new FrameDecoderModel(role, limit, 8);
        const expected = Array.from(octets, (octet) => model.take(octet)).filter(
          (told) => told !== undefined,
        );
        const named = expected.map((told) => (told[0] === 'fault' ? CODES[told[1]] : told));
        const compression = new MessageCompression(role, SMALL_WINDOWS, 0);
        assert.deepEqual(taken(role, limit, [octets], compression), named);
      }),
    );

    law(
      'MessageDecoder',
      'split',
      `for any split of what a ${role} is sent compressed: takes the same`,
      fc.property(
        almostCompressedTraffic(role).chain((octets) =>
          fc.tuple(fc.constant(octets), anySplitOf(octets)),
        ),
        anyLimit(),
        ([octets, pieces], limit) => {
          const [one, other] = [1, 2].map(() => new MessageCompression(role, SMALL_WINDOWS, 0));
          assert.deepEqual(taken(role, limit, pieces, one), taken(role, limit, [octets], other));
        },
      ),
    );

    law(
      'MessageDecoder',
      'round trip',
      `for any message written to a ${role}: takes it`,
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (data) => {
        const octets = written(data, role);
        const told = typeof data === 'string' ? ['text', data] : ['binary', latin1(data)];
        assert.deepEqual(taken(role, 10_000, [octets]), [told]);
      }),
    );

    law(
      'MessageDecoder',
      'prefix',
      `for any proper prefix of a message to a ${role}: takes no message`,
      fc.property(anyMessage(role), fc.nat(), (octets, at) => {
        const told = taken(role, 10_000, [octets.subarray(0, at % octets.length)]);
        assert.ok(told.every((event) => event[0] === 'ping' || event[0] === 'pong'));
      }),
    );

    law(
      'MessageDecoder',
      'rest',
      `for any octets behind a message to a ${role}: they are left in the reader`,
      fc.property(fc.uint8Array({ minLength: 1 }), anyOctetsTo(role), (data, rest) => {
        const decoder = new MessageDecoder(role, 10_000);
        decoder.reader.feed(Buffer.concat([written(data, role), rest]));
        assert.equal(decoder.next(), 'message');
        const { octets, position, end } = decoder.reader;
        assert.deepEqual(octets.subarray(position, end), rest);
      }),
    );
  }
});

// Helpers

function anyOctetsTo(role: Role): fc.Arbitrary<Buffer> {
  return fc.oneof(anyTraffic(role), almostTraffic(role));
}

function anyLimit(): fc.Arbitrary<number> {
  return fc.constantFrom(60, 126, 200, 100_000);
}

/** The message as the sources write it. */
function written(data: string | Uint8Array, receiver: Role): Buffer {
  const output = new OutputList();
  const keys = receiver === 'server' ? () => 0x8765fedc : undefined;
  if (typeof data === 'string') writeTextFrame(output, data, keys);
  else writeFrame(output, 2, data, keys);
  return output.take();
}

/** A message or a control frame, or the code of a fault. */
type Taken = readonly [what: string, ...rest: unknown[]] | WebSocketFaultCode;

/** Everything that is taken of these chunks, up to a Close frame or to a fault, which is its code. */
function taken(
  role: Role,
  limit: number,
  chunks: readonly Uint8Array[],
  compression?: MessageCompression,
) {
  const decoder = new MessageDecoder(role, limit, compression);
  const told: Taken[] = [];
  try {
    for (const octets of chunks) {
      decoder.reader.feed(Uint8Array.from(octets));
      takeAll(decoder, told);
      decoder.reader.settle();
    }
  } catch (error) {
    assert.ok(error instanceof WebSocketError);
    told.push(error.code);
  }
  return told;
}

function takeAll(decoder: MessageDecoder, told: Taken[]): void {
  if (told.at(-1)?.[0] === 'close') return;
  for (let taking = decoder.next(); taking !== 'more'; taking = decoder.next()) {
    if (taking === 'close') {
      told.push(['close', decoder.closing.code, decoder.closing.reason]);
      return;
    }
    if (taking === 'piece') continue;
    const data = decoder.takeData();
    if (typeof data === 'string') told.push(['text', data]);
    else told.push([taking === 'message' ? 'binary' : taking, latin1(data)]);
  }
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}
