import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { readResponse } from '../../spec/models/response.ts';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { HttpError } from '../../src/errors.ts';
import { ContentDecoder } from '../../src/http1/content-decoder.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import type { MessageBodyLength } from '../../src/http1/message-body-length.ts';
import {
  type AnyContent,
  anyContent,
  encodeContent,
  nearly,
  octetsOf,
} from '../support/exchanges.ts';
import { law } from '../support/law.ts';
import { anySplitOf, ascii } from '../support/octets.ts';

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

  it('hands out nothing when nothing is within the limit', () => {
    const { decoder, reader } = decoderOf('chunked', '4\r\nhell\r\n1\r\no\r\n', 4);
    assert.equal(next(decoder, reader), 'hell');
    assert.throws(() => next(decoder, reader), isOverLimit);
  });

  it('takes content that is as long as the limit', () => {
    const { decoder, reader } = decoderOf('chunked', '4\r\nhell\r\n0\r\n\r\n', 4);
    assert.equal(next(decoder, reader), 'hell');
    assert.equal(next(decoder, reader), undefined);
    assert.equal(decoder.ended, true);
  });
});

describe('ContentDecoder, laws', () => {
  law(
    'ContentDecoder',
    'model',
    'for any content: it is what a literal reader finds',
    fc.property(anyContent(), fc.uint8Array(), (content, rest) => {
      const wire = Buffer.concat([ascii('HTTP/1.1 200 OK\r\n'), encodeContent(content), rest]);
      const response = readResponse(wire, 'GET', true)!;
      const { octets, ended } = decode(content.framing === 'none' ? 'close' : framingOf(content), [
        wire.subarray(wire.indexOf('\r\n\r\n') + 4),
      ]);
      assert.deepEqual(octets, response.content);
      assert.equal(ended, content.framing !== 'none');
    }),
  );

  law(
    'ContentDecoder',
    'model',
    'for any content and any limit: it is refused exactly when it is longer',
    fc.property(anyContent(), fc.nat(60), (content, limit) => {
      const octets = Buffer.from(octetsOf(content));
      const decoded = decode(framingOf(content), [bodyOf(content)], limit);
      const isOver = octets.length > limit;
      assert.equal(decoded.error, isOver ? 'HTTP_BODY_LIMIT' : undefined);
      // A length is refused before any of the content, chunks when the limit is reached.
      const taken = isOver && content.framing === 'length' ? 0 : limit;
      assert.deepEqual(decoded.octets, octets.subarray(0, taken));
    }),
  );

  law(
    'ContentDecoder',
    'split',
    'for any octets and any split of them: the outcome is the same',
    fc.property(
      anyContent().chain((content) =>
        fc.tuple(fc.constant(framingOf(content)), nearly(bodyOf(content)).chain(withSplit)),
      ),
      fc.nat(60),
      ([framing, [octets, pieces]], limit) => {
        assert.deepEqual(decode(framing, pieces, limit), decode(framing, [octets], limit));
      },
    ),
  );

  law(
    'ContentDecoder',
    'round trip',
    'for any content: what was encoded is decoded',
    fc.property(anyContent(), (content) => {
      const { octets, ended, trailers } = decode(framingOf(content), [bodyOf(content)]);
      assert.deepEqual(octets, Buffer.from(octetsOf(content)));
      assert.equal(ended, true);
      const isTrailed = content.framing === 'chunked' && content.trailer !== undefined;
      assert.deepEqual(trailers, isTrailed ? [['x', content.trailer]] : []);
    }),
  );

  law(
    'ContentDecoder',
    'round trip',
    'for any content: what comes behind it is decoded as if it were the first',
    fc.property(anyContent(), anyContent(), (before, content) => {
      const decoder = new ContentDecoder(DEFAULT_HEAD_LIMITS, 10_000);
      decodeWith(decoder, framingOf(before), [bodyOf(before)]);
      const decoded = decodeWith(decoder, framingOf(content), [bodyOf(content)]);
      assert.deepEqual(decoded, decode(framingOf(content), [bodyOf(content)]));
    }),
  );

  law(
    'ContentDecoder',
    'prefix',
    'for any proper prefix of content: more is asked for',
    fc.property(anyContent(), fc.nat(), (content, cut) => {
      const body = bodyOf(content);
      if (body.length === 0) return;
      const { ended, error } = decode(framingOf(content), [body.subarray(0, cut % body.length)]);
      assert.equal(ended, false);
      assert.equal(error, undefined);
    }),
  );

  law(
    'ContentDecoder',
    'rest',
    'for any octets behind content: they are left to the next message',
    fc.property(anyContent(), fc.uint8Array(), (content, rest) => {
      const decoded = decode(framingOf(content), [Buffer.concat([bodyOf(content), rest])]);
      assert.deepEqual(decoded.rest, Buffer.from(rest));
    }),
  );
});

// Helpers

function framingOf(content: AnyContent): MessageBodyLength {
  return content.framing === 'chunked' ? 'chunked' : octetsOf(content).length;
}

/** The content as it is framed, without the head. */
function bodyOf(content: AnyContent): Buffer {
  const octets = encodeContent(content);
  return octets.subarray(content.framing === 'none' ? 2 : octets.indexOf('\r\n\r\n') + 4);
}

function withSplit(octets: Buffer): fc.Arbitrary<[Buffer, Uint8Array[]]> {
  return fc.tuple(fc.constant(octets), anySplitOf(octets));
}

/** Decodes all that comes of one message. */
function decode(framing: MessageBodyLength, pieces: readonly Uint8Array[], limit = 10_000) {
  return decodeWith(new ContentDecoder(DEFAULT_HEAD_LIMITS, limit), framing, pieces);
}

function decodeWith(
  decoder: ContentDecoder,
  framing: MessageBodyLength,
  pieces: readonly Uint8Array[],
) {
  const reader = new ByteReader();
  const content: Uint8Array[] = [];
  let error: unknown;
  try {
    decoder.begin(framing);
    for (const piece of pieces) {
      reader.feed(Buffer.from(piece));
      for (let next = decoder.next(reader); next !== undefined; next = decoder.next(reader)) {
        assert.notEqual(next.length, 0);
        content.push(next);
      }
    }
  } catch (thrown) {
    assert.ok(thrown instanceof HttpError);
    error = thrown.code;
  }
  return {
    octets: Buffer.concat(content),
    error,
    ended: decoder.ended,
    trailers: decoder.ended ? [...decoder.trailers] : [],
    rest: decoder.ended ? Buffer.from(reader.octets.subarray(reader.position, reader.end)) : '',
  };
}

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
