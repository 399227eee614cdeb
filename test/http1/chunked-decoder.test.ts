import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { type ChunkedBodyMeaning, readChunkedBody } from '../../spec/models/chunked.ts';
import { OutputList } from '../../src/bytes/output.ts';
import type { HttpFaultCode } from '../../src/errors.ts';
import { ChunkedDecoder } from '../../src/http1/chunked-decoder.ts';
import { writeChunk, writeLastChunk } from '../../src/http1/chunked-encoder.ts';
import { NO_FIELDS } from '../../src/http1/fields.ts';
import { DEFAULT_HEAD_LIMITS, type HeadLimits } from '../../src/http1/limits.ts';
import { decoderLaws } from '../support/decoder-laws.ts';
import {
  type Decode,
  decodePieces,
  faultOf,
  readerOf,
  waiting,
  withSplit,
} from '../support/decoding.ts';
import { law } from '../support/law.ts';
import { anyChunkedBody, anyFields } from '../support/messages.ts';
import { validOrNot } from '../support/mutation.ts';
import { ascii, OVERWRITTEN } from '../support/octets.ts';

/** Short, and with every part that there is. */
const SHORT_BODY = '01 ;a="b\\c";d = e\r\nf\r\n1;g\r\nh\r\n0 ;i\r\nX: y\r\n\r\n';

describe('ChunkedDecoder', () => {
  it('tells each piece of content as it comes, then the end', () => {
    const reader = readerOf('5\r\nhel');
    const decoder = new ChunkedDecoder(DEFAULT_HEAD_LIMITS);
    const pieces: string[] = [];
    const sink = { content: (octets: Uint8Array) => pieces.push(Buffer.from(octets).toString()) };
    assert.equal(decoder.decode(reader, sink), 'more');
    assert.deepEqual(pieces, ['hel']);
    reader.feed(ascii('lo\r\n6\r\n world\r\n0\r\n\r\nGET /'));
    assert.equal(decoder.decode(reader, sink), 'end');
    assert.deepEqual(pieces, ['hel', 'lo', ' world']);
    assert.equal(decoder.trailers, NO_FIELDS);
    assert.equal(waiting(reader), 'GET /');
  });

  it('has the trailer section at the end', () => {
    const decoder = new ChunkedDecoder(DEFAULT_HEAD_LIMITS);
    decoder.decode(readerOf('0\r\nDigest: abc\r\nExpires: 0\r\n\r\n'), NO_SINK);
    assert.deepEqual(
      [...decoder.trailers],
      [
        ['digest', 'abc'],
        ['expires', '0'],
      ],
    );
  });

  it('stays at the end until it begins with another body', () => {
    const reader = readerOf('0\r\nA: b\r\n\r\n2\r\nab\r\n0\r\n\r\n');
    const decoder = new ChunkedDecoder(DEFAULT_HEAD_LIMITS);
    assert.equal(decoder.decode(reader, NO_SINK), 'end');
    assert.equal(decoder.decode(reader, NO_SINK), 'end');
    assert.equal(reader.available, 12);
    decoder.reset();
    assert.equal(decoder.trailers, NO_FIELDS);
    assert.equal(decoder.decode(reader, NO_SINK), 'end');
    assert.equal(reader.available, 0);
  });

  it('stops behind a piece while its sink is paused', () => {
    const reader = readerOf('1\r\na\r\n1\r\nb\r\n0\r\n\r\n');
    const decoder = new ChunkedDecoder(DEFAULT_HEAD_LIMITS);
    let content = '';
    const sink = { paused: true, content: (octets: Uint8Array) => (content += octets[0]) };
    assert.equal(decoder.decode(reader, sink), 'more');
    assert.equal(content, '97');
    assert.equal(decoder.decode(reader, sink), 'more');
    assert.equal(content, '9798');
    assert.equal(decoder.decode(reader, sink), 'end');
  });

  it('takes sizes in either case, with zeros before them', () => {
    assert.equal(decode('a\r\n0123456789\r\n00A\r\n0123456789\r\n000\r\n\r\n').length, 20);
  });

  it('ignores extensions', () => {
    const wire = '5;a=b;c="d\\"\t" ; e\t=\tf;g\r\nhello\r\n0;a\r\n\r\n';
    assert.equal(decode(wire), 'hello');
  });

  for (const [wire, fault] of [
    ['\r', 'HTTP_CHUNK_SIZE'],
    ['\n', 'HTTP_BARE_LF'],
    ['g', 'HTTP_CHUNK_SIZE'],
    [';', 'HTTP_CHUNK_SIZE'],
    ['5\n', 'HTTP_BARE_LF'],
    ['5\rh', 'HTTP_BARE_CR'],
    ['5 \r', 'HTTP_CHUNK_EXT'],
    ['5 a', 'HTTP_CHUNK_EXT'],
    ['1\r\nab', 'HTTP_CHUNK_DATA'],
    ['1\r\na\n', 'HTTP_CHUNK_DATA'],
    ['1\r\na\r1', 'HTTP_CHUNK_DATA'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`refuses ${JSON.stringify(wire)} at its last octet, with ${fault}`, () => {
      refusesAtLast(wire, fault);
    });
  }

  for (const [wire, fault] of [
    ['1;a\n', 'HTTP_BARE_LF'],
    ['1;\n', 'HTTP_BARE_LF'],
    ['1;\r', 'HTTP_CHUNK_EXT'],
    ['1;a\r\r', 'HTTP_BARE_CR'],
    ['1;a\rX', 'HTTP_BARE_CR'],
    ['1;a=\r', 'HTTP_CHUNK_EXT'],
    ['1;a="\r', 'HTTP_CHUNK_EXT'],
    ['1;a="\n', 'HTTP_BARE_LF'],
    ['1;a="\\\r', 'HTTP_CHUNK_EXT'],
    ['1;a="b"c', 'HTTP_CHUNK_EXT'],
    ['1;a="b" \r', 'HTTP_CHUNK_EXT'],
    ['1;a b', 'HTTP_CHUNK_EXT'],
    ['1;a;;', 'HTTP_CHUNK_EXT'],
    ['1;a=b=', 'HTTP_CHUNK_EXT'],
    ['1;a\0', 'HTTP_CHUNK_EXT'],
    ['1;\x0b', 'HTTP_CHUNK_EXT'],
    ['1;a=\xe4', 'HTTP_CHUNK_EXT'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`H1: refuses the extension in ${JSON.stringify(wire)}, with ${fault}`, () => {
      refusesAtLast(wire, fault);
    });
  }

  it('H2: bounds the extensions of a message, in one chunk line and in many', () => {
    const limits = { ...DEFAULT_HEAD_LIMITS, head: 100 };
    const endless = `1;${'x'.repeat(98)}`;
    assert.equal(decodeStep(endless, limits), 'more');
    assert.throws(() => decodeStep(`${endless}xx`, limits), faultOf('HTTP_CHUNK_LINE_LIMIT'));
    const chunk = `1;${'x'.repeat(9)}\r\na\r\n`;
    assert.equal(decodeStep(chunk.repeat(10), limits), 'more');
    assert.throws(() => decodeStep(chunk.repeat(11), limits), faultOf('HTTP_CHUNK_LINE_LIMIT'));
  });

  it('H2: bounds the zeros before chunk sizes', () => {
    const limits = { ...DEFAULT_HEAD_LIMITS, head: 100 };
    assert.equal(decodeStep('0'.repeat(101), limits), 'more');
    assert.throws(() => decodeStep('0'.repeat(102), limits), faultOf('HTTP_CHUNK_LINE_LIMIT'));
    assert.throws(
      () => decodeStep('01\r\na\r\n'.repeat(101), limits),
      faultOf('HTTP_CHUNK_LINE_LIMIT'),
    );
  });

  it('gives every message the whole allowance', () => {
    const decoder = new ChunkedDecoder({ ...DEFAULT_HEAD_LIMITS, head: 10 });
    for (let message = 0; message < 5; message++) {
      assert.equal(decoder.decode(readerOf('0;123456789\r\n\r\n'), NO_SINK), 'end');
      decoder.reset();
    }
  });

  for (const wire of [
    '-1',
    '+1',
    ' 1',
    '\t1',
    '0x',
    '5,',
    '1.',
    '\x0b',
    'f'.repeat(14),
    `1${'0'.repeat(14)}`,
  ]) {
    it(`H3: refuses the chunk-size ${JSON.stringify(wire)}`, () => {
      assert.throws(() => decodeStep(wire), faultOf('HTTP_CHUNK_SIZE'));
    });
  }

  it('H3: takes the largest size that can be counted, and no larger one', () => {
    assert.equal(decodeStep('1fffffffffffff\r\n'), 'more');
    refusesAtLast('20000000000000', 'HTTP_CHUNK_SIZE');
    refusesAtLast('10000000000000005', 'HTTP_CHUNK_SIZE', 15);
    refusesAtLast('FFFFFFFFFFFFFFFF', 'HTTP_CHUNK_SIZE', 14);
  });

  for (const [wire, fault, count] of [
    ['0\r\nGET / HTTP/1.1\r', 'HTTP_FIELD_NAME', 7],
    ['0\r\nX : y', 'HTTP_FIELD_NAME', 5],
    ['0\r\n X', 'HTTP_OBS_FOLD', 4],
    ['0\r\nX: y\n', 'HTTP_BARE_LF'],
    ['0\r\nX: \0', 'HTTP_FIELD_VALUE'],
    ['0\r\n\n', 'HTTP_BARE_LF'],
    ['0\r\n\rX', 'HTTP_BARE_CR'],
  ] satisfies [string, HttpFaultCode, number?][]) {
    it(`H8: refuses the trailer section of ${JSON.stringify(wire)}, with ${fault}`, () => {
      refusesAtLast(wire, fault, count);
    });
  }

  it('H8: bounds the trailer section, its octets and its lines', () => {
    const limits = { ...DEFAULT_HEAD_LIMITS, head: 20, fields: 2 };
    assert.equal(decodeStep('0\r\nX: 0123456789012\r\n\r\n', limits), 'end');
    assert.throws(
      () => decodeStep('0\r\nX: 01234567890123\r\n\r\n', limits),
      faultOf('HTTP_TRAILER_LIMIT'),
    );
    assert.equal(decodeStep('0\r\nX:1\r\nX:2\r\n\r\n', limits), 'end');
    assert.throws(() => decodeStep('0\r\nX:1\r\nX:2\r\nX', limits), faultOf('HTTP_FIELDS_LIMIT'));
  });

  it('H10: takes the names of what every object has for names of trailers like any other', () => {
    const decoder = new ChunkedDecoder(DEFAULT_HEAD_LIMITS);
    decoder.decode(readerOf('0\r\n__proto__: 1\r\nconstructor: 2\r\n\r\n'), NO_SINK);
    assert.equal(decoder.trailers.get('__proto__'), '1');
    assert.equal(decoder.trailers.get('constructor'), '2');
    assert.equal(decoder.trailers.get('tostring'), undefined);
  });

  decoderLaws({
    parser: 'ChunkedDecoder',
    what: 'body',
    any: anyChunkedBody,
    anyInRow: anyBodyToUseUp,
    short: SHORT_BODY,
    limits: anyChunkLimits,
    read: readChunkedBody,
    decode: decodeMeaning,
  });

  law(
    'ChunkedDecoder',
    'model',
    'for any body: agrees with the model on the trailers when its octets have been overwritten',
    fc.property(anyChunkedBody(), (octets) => {
      const reading = readChunkedBody(octets, DEFAULT_HEAD_LIMITS);
      fc.pre(reading.outcome === 'complete');
      const lent = Uint8Array.from(octets);
      const reader = readerOf(lent);
      const decoder = new ChunkedDecoder(DEFAULT_HEAD_LIMITS);
      assert.equal(decoder.decode(reader, NO_SINK), 'end');
      reader.settle();
      lent.fill(OVERWRITTEN);
      assert.deepEqual([...decoder.trailers], reading.value.trailers);
    }),
  );

  law(
    'ChunkedDecoder',
    'split',
    'for any octets, any split of them, and a pause behind each piece: has the same outcome',
    fc.property(
      validOrNot(anyChunkedBody()).chain(withSplit),
      anyChunkLimits(),
      ([octets, pieces], limits) => {
        const whole = decodePieces(decodeMeaning(limits), [octets]);
        assert.deepEqual(decodePieces(decodeMeaning(limits, true), pieces), whole);
      },
    ),
  );

  law(
    'ChunkedDecoder',
    'round trip',
    'for any content, any chunks of it and any trailers: decodes what was encoded',
    fc.property(fc.array(fc.uint8Array()), anyFields(), (chunks, fields) => {
      const output = new OutputList();
      for (const chunk of chunks) writeChunk(output, chunk);
      writeLastChunk(
        output,
        fields.map(([name, value]) => ({ name, value })),
      );
      const decoding = decodePieces(decodeMeaning(DEFAULT_HEAD_LIMITS), [output.take()]);
      assert.ok(decoding.outcome === 'complete');
      const { content, trailers } = decoding.value;
      assert.equal(content, Buffer.concat(chunks).toString('latin1'));
      assert.deepEqual(
        trailers,
        fields.map(([name, value]) => [name.toLowerCase(), value]),
      );
    }),
  );

  law(
    'ChunkedDecoder',
    'prefix',
    'for any proper prefix of a body: asks for more',
    fc.property(anyChunkedBody(), fc.nat(), (octets, cut) => {
      fc.pre(readChunkedBody(octets, DEFAULT_HEAD_LIMITS).outcome === 'complete');
      const prefix = octets.subarray(0, cut % octets.length);
      assert.equal(decodeStep(prefix), 'more');
    }),
  );
});

// Helpers

const NO_SINK = { content: () => undefined };

/** Any body, and some that use up much of what the least limits allow. */
function anyBodyToUseUp(): fc.Arbitrary<Buffer> {
  const lines = ['0;abcdefghij\r\n\r\n', '000000000\r\n\r\n', '1;a=bcdefghi\r\nx\r\n0\r\n\r\n'];
  return fc.oneof(anyChunkedBody(), fc.constantFrom(...lines.map(ascii)));
}

function anyChunkLimits(): fc.Arbitrary<HeadLimits> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(DEFAULT_HEAD_LIMITS) },
    { weight: 1, arbitrary: fc.constant({ head: 20, fields: 1, target: 0 }) },
  );
}

/** All of the content of a whole body. */
function decode(wire: string): string {
  const decoding = decodePieces(decodeMeaning(DEFAULT_HEAD_LIMITS), [ascii(wire)]);
  assert.ok(decoding.outcome === 'complete');
  return decoding.value.content;
}

function decodeStep(wire: string | Uint8Array, limits = DEFAULT_HEAD_LIMITS): 'more' | 'end' {
  return new ChunkedDecoder(limits).decode(readerOf(wire), NO_SINK);
}

/** What bodies mean, one after the other, in the model's words. */
function decodeMeaning(limits: HeadLimits, paused = false): Decode<ChunkedBodyMeaning> {
  const decoder = new ChunkedDecoder(limits);
  const pieces: Uint8Array[] = [];
  const sink = { paused, content: (octets: Uint8Array) => pieces.push(Buffer.from(octets)) };
  return (reader) => {
    for (let told = -1; told !== pieces.length; ) {
      told = pieces.length;
      const isEnd = decoder.decode(reader, sink) === 'end';
      if (paused) assert.ok(pieces.length <= told + 1);
      if (!isEnd) continue;
      const content = Buffer.concat(pieces.splice(0)).toString('latin1');
      const meaning = { content, trailers: [...decoder.trailers] };
      decoder.reset();
      return meaning;
    }
    return undefined;
  };
}

/** The octet at `count` proves the fault; what comes before it is fine. */
function refusesAtLast(wire: string, fault: HttpFaultCode, count: number = wire.length): void {
  assert.equal(decodeStep(wire.slice(0, count - 1)), 'more');
  assert.throws(() => decodeStep(wire.slice(0, count)), faultOf(fault));
}
