import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { HttpError } from '../../src/errors.ts';
import { handOnHeadDecoder, takeHeadDecoder } from '../../src/http1/head-decoders.ts';
import { DEFAULT_HEAD_LIMITS, type HeadLimits } from '../../src/http1/limits.ts';
import { ascii } from '../support/octets.ts';

const LIMITS = DEFAULT_HEAD_LIMITS;

describe('takeHeadDecoder', () => {
  it('takes the decoder that was handed on, and gives it to one alone', () => {
    const decoder = takeHeadDecoder(LIMITS);
    handOnHeadDecoder(decoder, LIMITS);
    assert.equal(takeHeadDecoder(LIMITS), decoder);
    assert.notEqual(takeHeadDecoder(LIMITS), decoder);
  });

  it('holds each connection to its own limits', () => {
    const long = `GET /${'x'.repeat(50)} HTTP/1.1\r\nHost: h\r\n\r\n`;
    const strict = { ...LIMITS, target: 20 };
    for (let i = 0; i < 2; i++) {
      assert.equal(targetOf(long, LIMITS)?.length, 51);
      assert.equal(targetOf('GET / HTTP/1.1\r\nHost: h\r\n\r\n', strict), '/');
      assert.throws(() => targetOf(long, strict), HttpError);
    }
  });
});

// Helpers

/** The target of a request, decoded as connections do it. */
function targetOf(wire: string, limits: HeadLimits): string | undefined {
  const reader = new ByteReader();
  reader.feed(ascii(wire));
  const decoder = takeHeadDecoder(limits);
  const head = decoder.decode(reader);
  handOnHeadDecoder(decoder, limits);
  return head?.target;
}
