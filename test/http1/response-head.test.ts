import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import {
  framingOf,
  isPersistent,
  type ResponseHeadMeaning,
  readResponseHead,
} from '../../spec/models/response-head.ts';
import { HttpError, type HttpFaultCode } from '../../src/errors.ts';
import { encodeResponseHead } from '../../src/http1/encode-head.ts';
import { DEFAULT_HEAD_LIMITS, type HeadLimits } from '../../src/http1/limits.ts';
import { type ResponseHead, ResponseHeadDecoder } from '../../src/http1/response-head.ts';
import { headLaws } from '../support/decoder-laws.ts';
import { type Decode, faultOf, readerOf } from '../support/decoding.ts';
import { law } from '../support/law.ts';
import { anyFields, anyReason, anyResponseHead } from '../support/messages.ts';
import { ascii, OVERWRITTEN } from '../support/octets.ts';

describe('ResponseHeadDecoder', () => {
  it('takes a head from the reader, and leaves what comes behind it', () => {
    const reader = readerOf('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nrest');
    const head = new ResponseHeadDecoder(DEFAULT_HEAD_LIMITS).decode(reader);
    assert.ok(head);
    assert.deepEqual([head.minorVersion, head.status, head.reason], [1, 200, 'OK']);
    assert.equal(head.fields.get('content-length'), '4');
    assert.equal(head.framing('GET'), 4);
    assert.equal(head.persistent, true);
    assert.equal(reader.available, 'rest'.length);
  });

  it('asks for more, and takes nothing, until the head is whole', () => {
    const reader = readerOf('HTTP/1.1 200 OK\r\nA: b\r\n');
    const decoder = new ResponseHeadDecoder(DEFAULT_HEAD_LIMITS);
    assert.equal(decoder.decode(reader), undefined);
    assert.equal(reader.position, 0);
    reader.feed(ascii('\r\n'));
    assert.equal(decoder.decode(reader)?.fields.get('a'), 'b');
  });

  it('decodes one head after the other', () => {
    const reader = readerOf('HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n');
    const decoder = new ResponseHeadDecoder(DEFAULT_HEAD_LIMITS);
    assert.equal(decoder.decode(reader)?.status, 100);
    assert.equal(decoder.decode(reader)?.status, 200);
    assert.equal(decoder.decode(reader), undefined);
  });

  it('unfolds a folded line, however much whitespace it is folded with', () => {
    const head = decode(`HTTP/1.1 200 OK\r\nA: b\r\n${' '.repeat(10_000)}c\r\n\r\n`);
    assert.equal(head.fields.get('a'), 'b c');
  });

  it('takes a head as long as the limit, and refuses a longer one', () => {
    const head = 'HTTP/1.1 200 OK\r\nA: b\r\n\r\n';
    assert.ok(decode(head, head.length));
    assert.throws(() => decode(head, head.length - 1), faultOf('HTTP_HEAD_LIMIT'));
    assert.throws(() => decode('HTTP/1.1 2', 10), faultOf('HTTP_HEAD_LIMIT'));
  });

  headLaws({
    parser: 'ResponseHeadDecoder',
    what: 'head',
    any: anyResponseHead,
    short: 'HTTP/1.1 200 \r\nX-y: z\r\n a\r\n\r\n',
    read: readResponseHead,
    decode: decodeMeaning,
  });

  law(
    'ResponseHeadDecoder',
    'round trip',
    'for any status code, reason phrase and fields: decodes what was encoded',
    fc.property(
      fc.integer({ min: 100, max: 599 }),
      anyReason(),
      anyFields(),
      (status, reason, fields) => {
        const head = decode(encodeResponseHead(status, fields, reason));
        assert.deepEqual([head.minorVersion, head.status, head.reason], [1, status, reason]);
        assert.deepEqual(
          [...head.fields],
          fields.map(([name, value]) => [name.toLowerCase(), value]),
        );
      },
    ),
  );
});

describe('ResponseHead', () => {
  for (const [head, method, framing] of [
    ['1.1 200|Content-Length: 5', 'GET', 5],
    ['1.1 200|Content-Length: 5', 'HEAD', 0],
    ['1.1 103|Content-Length: 5', 'GET', 0],
    ['1.1 204|Transfer-Encoding: chunked', 'GET', 0],
    ['1.1 304|Content-Length: 5', 'GET', 0],
    ['1.1 200|Content-Length: 5', 'CONNECT', 0],
    ['1.1 403|Content-Length: 5', 'CONNECT', 5],
    ['1.1 200|Transfer-Encoding: Chunked', 'GET', 'chunked'],
    ['1.1 200|', 'GET', 'close'],
    ['1.0 200|', 'GET', 'close'],
  ] as const) {
    it(`frames the answer to ${method}, HTTP/${head}: ${framing}`, () => {
      assert.equal(responseOf(head).framing(method), framing);
    });
  }

  for (const [head, fault] of [
    ['1.1 200|Content-Length: 5|Transfer-Encoding: chunked', 'HTTP_LENGTH_CONFLICT'],
    ['1.0 200|Transfer-Encoding: chunked', 'HTTP_TRANSFER_ENCODING_VERSION'],
    ['1.1 200|Transfer-Encoding: gzip', 'HTTP_TRANSFER_ENCODING'],
    ['1.1 200|Transfer-Encoding: gzip, chunked', 'HTTP_TRANSFER_CODING_UNKNOWN'],
    ['1.1 200|Content-Length: abc', 'HTTP_CONTENT_LENGTH'],
    ['1.1 200|Content-Length: 5|Content-Length: 5', 'HTTP_CONTENT_LENGTH'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`can't frame HTTP/${head}: ${fault}`, () => {
      assert.throws(() => responseOf(head).framing('GET'), faultOf(fault));
    });
  }

  for (const [head, persistent] of [
    ['1.1 200|', true],
    ['1.1 200|Connection: close', false],
    ['1.1 200|Connection: foo|Connection: Close', false],
    ['1.1 200|Connection: no list', false],
    ['1.0 200|', false],
    ['1.0 200|Connection: keep-alive', true],
  ] as const) {
    it(`says that HTTP/${head} is ${persistent ? '' : 'not '}persistent`, () => {
      assert.equal(responseOf(head).persistent, persistent);
    });
  }

  law(
    'ResponseHeadDecoder',
    'model',
    'for any head: agrees with the model on its fields when its octets have been overwritten',
    fc.property(anyResponseHead(), (octets) => {
      const reading = readResponseHead(octets, DEFAULT_HEAD_LIMITS);
      fc.pre(reading.outcome === 'complete');
      const lent = Uint8Array.from(octets);
      const reader = readerOf(lent);
      const head = new ResponseHeadDecoder(DEFAULT_HEAD_LIMITS).decode(reader)!;
      reader.settle();
      lent.fill(OVERWRITTEN);
      assert.deepEqual([...head.fields], reading.value.fields);
    }),
  );

  law(
    'ResponseHeadDecoder',
    'model',
    'for any head and any method: agrees with the model on framing and persistence',
    fc.property(anyResponseHead(), fc.constantFrom('GET', 'HEAD', 'CONNECT'), (octets, method) => {
      const reading = readResponseHead(octets, DEFAULT_HEAD_LIMITS);
      fc.pre(reading.outcome === 'complete');
      const head = decode(octets.toString('latin1'));
      assert.deepEqual(framingOrFault(head, method), framingOf(reading.value, method));
      assert.equal(head.persistent, isPersistent(reading.value));
    }),
  );
});

// Helpers

function decode(wire: string, head: number = DEFAULT_HEAD_LIMITS.head): ResponseHead {
  const decoded = new ResponseHeadDecoder({ ...DEFAULT_HEAD_LIMITS, head }).decode(readerOf(wire));
  assert.ok(decoded, 'asks for more');
  return decoded;
}

/** The head of a version and a status code, with lines behind bars. */
function responseOf(text: string): ResponseHead {
  const [start, ...lines] = text.split('|').filter((part) => part !== '');
  return decode(`HTTP/${start} \r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
}

function framingOrFault(head: ResponseHead, method: string): unknown {
  try {
    return head.framing(method);
  } catch (error) {
    assert.ok(error instanceof HttpError);
    return { fault: error.code };
  }
}

/** What the head means, in the model's words. */
function decodeMeaning(limits: HeadLimits): Decode<ResponseHeadMeaning> {
  const decoder = new ResponseHeadDecoder(limits);
  return (reader) => {
    const head = decoder.decode(reader);
    if (head === undefined) return undefined;
    const { minorVersion, status, reason, fields } = head;
    return { minorVersion, status, reason, fields: [...fields] };
  };
}
