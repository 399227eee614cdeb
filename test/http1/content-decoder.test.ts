import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { HttpError } from '../../src/errors.ts';
import { ContentDecoder } from '../../src/http1/content-decoder.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import type { MessageBodyLength } from '../../src/http1/message-body-length.ts';
import { ascii } from '../support/octets.ts';

describe('ContentDecoder', () => {
  it('takes as many octets as announced, and leaves the rest', () => {
    const { decoder, reader } = decoderOf(5, 'helloGET /');
    assert.equal(decoder.remaining, 5);
    assert.equal(next(decoder, reader), 'hello');
    assert.equal(decoder.remaining, 0);
    assert.equal(decoder.ended, true);
    assert.equal(next(decoder, reader), undefined);
    assert.equal(reader.available, 5);
  });

  it('takes what has come of content that is not all there', () => {
    const { decoder, reader } = decoderOf(5, 'hel');
    assert.equal(next(decoder, reader), 'hel');
    assert.equal(next(decoder, reader), undefined);
    assert.equal(decoder.ended, false);
    decoder.end();
    assert.equal(decoder.ended, false);
  });

  it('has ended at once when there is no content', () => {
    const { decoder, reader } = decoderOf(0, 'GET /');
    assert.equal(decoder.ended, true);
    assert.equal(next(decoder, reader), undefined);
    assert.equal(decoder.trailers.size, 0);
  });

  it('takes chunks one after the other, and the trailers', () => {
    const { decoder, reader } = decoderOf('chunked', '1\r\na\r\n1\r\nb\r\n0\r\nX: y\r\n\r\nGET');
    assert.equal(decoder.remaining, Number.POSITIVE_INFINITY);
    assert.equal(next(decoder, reader), 'a');
    assert.equal(next(decoder, reader), 'b');
    assert.equal(decoder.ended, false);
    assert.equal(next(decoder, reader), undefined);
    assert.equal(decoder.ended, true);
    assert.equal(decoder.trailers.get('x'), 'y');
    assert.equal(reader.available, 3);
  });

  it('takes the chunks of another message as if they were the first', () => {
    const { decoder, reader } = decoderOf('chunked', '0\r\nX: y\r\n\r\n1\r\nb\r\n');
    next(decoder, reader);
    decoder.begin('chunked');
    assert.equal(next(decoder, reader), 'b');
    assert.equal(decoder.trailers.size, 0);
  });

  it('takes everything up to the end of the connection', () => {
    const { decoder, reader } = decoderOf('close', 'abc');
    assert.equal(next(decoder, reader), 'abc');
    assert.equal(decoder.ended, false);
    decoder.end();
    assert.equal(decoder.ended, true);
  });

  it('refuses an announced length over the limit at once', () => {
    const decoder = new ContentDecoder(DEFAULT_HEAD_LIMITS, 4);
    decoder.begin(4);
    assert.throws(() => decoder.begin(5), isOverLimit);
  });

  for (const [framing, wire] of [
    ['chunked', '5\r\nhello\r\n0\r\n\r\n'],
    ['chunked', '2\r\nhe\r\n2\r\nll\r\n1\r\no\r\n0\r\n\r\n'],
    ['close', 'hello'],
  ] as const) {
    it(`hands out what is within the limit of ${JSON.stringify(wire)}`, () => {
      const { decoder, reader } = decoderOf(framing, wire, 4);
      let content = '';
      assert.throws(() => {
        for (;;) content += next(decoder, reader);
      }, isOverLimit);
      assert.equal(content, 'hell');
      decoder.end();
      assert.equal(decoder.ended, false);
    });
  }

  it('takes content that is as long as the limit', () => {
    const { decoder, reader } = decoderOf('chunked', '4\r\nhell\r\n0\r\n\r\n', 4);
    assert.equal(next(decoder, reader), 'hell');
    assert.equal(next(decoder, reader), undefined);
    assert.equal(decoder.ended, true);
  });
});

// Helpers

function decoderOf(framing: MessageBodyLength, wire: string, limit = 1_000) {
  const decoder = new ContentDecoder(DEFAULT_HEAD_LIMITS, limit);
  decoder.begin(framing);
  const reader = new ByteReader();
  reader.feed(ascii(wire));
  return { decoder, reader };
}

function next(decoder: ContentDecoder, reader: ByteReader): string | undefined {
  const piece = decoder.next(reader);
  return piece === undefined ? undefined : Buffer.from(piece).toString('latin1');
}

function isOverLimit(error: unknown): boolean {
  return error instanceof HttpError && error.code === 'HTTP_BODY_LIMIT';
}
