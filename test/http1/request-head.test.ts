import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { type RequestHeadMeaning, readRequestHead } from '../../spec/models/request-head.ts';
import { encodeRequestHead } from '../../src/http1/encode-head.ts';
import { DEFAULT_HEAD_LIMITS, type HeadLimits } from '../../src/http1/limits.ts';
import { type DecodedRequestHead, RequestHeadDecoder } from '../../src/http1/request-head.ts';
import { headLaws } from '../support/decoder-laws.ts';
import { type Decode, decodePieces, faultOf, readerOf, withSplit } from '../support/decoding.ts';
import { law } from '../support/law.ts';
import { anyFields, anyRequestHead, anyTarget } from '../support/messages.ts';
import { withOtherOctets } from '../support/mutation.ts';
import { ascii } from '../support/octets.ts';

/** Short, and with every part that there is. */
const SHORT_HEAD = 'PUT /a?b HTTP/1.1\r\nHost: a:80\r\nX-y: "z"\r\nContent-Length: 1\r\n\r\n';

describe('RequestHeadDecoder', () => {
  it('takes host and target from each head, whatever the one before it said', () => {
    const decode = decodeHead();
    const heads = ['/ab HTTP/1.1\r\nHost: a', '/ac HTTP/1.1\r\nHost: b', '/ac HTTP/1.0\r\nA: b'];
    const told = heads.map((head) => {
      const { target, host } = decode(readerOf(`GET ${head}\r\n\r\n`))!;
      return [target, host];
    });
    assert.deepEqual(told, [
      ['/ab', 'a'],
      ['/ac', 'b'],
      ['/ac', undefined],
    ]);
  });

  it('makes nothing anew of what comes again', () => {
    const decode = decodeHead();
    const get = 'GET /a HTTP/1.1\r\nHost: a\r\nX-Long: '.padEnd(300, 'x');
    const first = decode(readerOf(`${get}\r\n\r\n`))!;
    assert.equal(decode(readerOf(`${get}\r\n\r\n`)), first);
    const second = decode(readerOf(`${get.replace('/a', '/b')}\r\n\r\n`))!;
    assert.deepEqual([second.target, second.host], ['/b', 'a']);
    assert.equal(second.fields, first.fields);
    const third = decode(readerOf(`${get}x\r\n\r\n`))!;
    assert.equal(third.fields.get('x-long')?.length, first.fields.get('x-long')!.length + 1);
  });

  it('does not keep a long section to see whether it comes again', () => {
    const decode = decodeHead();
    const get = 'GET /a HTTP/1.1\r\nHost: a\r\nX-Long: '.padEnd(5_000, 'x');
    const first = decode(readerOf(`${get}\r\n\r\n`))!;
    const second = decode(readerOf(`${get}\r\n\r\n`))!;
    assert.notEqual(second.fields, first.fields);
    assert.equal(decode(readerOf('GET /a HTTP/1.0\r\n\r\n'))!.fields.size, 0);
  });

  it('takes a head from the reader, and leaves what comes behind it', () => {
    const reader = readerOf(
      'GET /news?since=42 HTTP/1.1\r\nHost: example.com\r\nX-A:\t1 \r\n\r\nrest',
    );
    const head = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS).decode(reader);
    assert.ok(head);
    assert.equal(head.method, 'GET');
    assert.equal(head.target, '/news?since=42');
    assert.equal(head.minorVersion, 1);
    assert.equal(head.fields.get('host'), 'example.com');
    assert.equal(head.fields.get('x-a'), '1');
    assert.equal(head.framing, 0);
    assert.equal(head.persistent, true);
    assert.equal(head.expectsContinue, false);
    assert.equal(head.upgrade, false);
    assert.equal(reader.available, 'rest'.length);
  });

  it('asks for more, and takes nothing, until the head is whole', () => {
    const reader = readerOf('GET / HTTP/1.1\r\nHost: a\r\n');
    const decoder = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS);
    assert.equal(decoder.decode(reader), undefined);
    assert.equal(reader.position, 0);
    reader.feed(ascii('\r\n'));
    assert.equal(decoder.decode(reader)?.method, 'GET');
    assert.equal(reader.available, 0);
  });

  it('decodes one head after the other', () => {
    const reader = readerOf(
      'POST /a HTTP/1.0\r\nContent-Length: 1\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: b\r\n\r\n',
    );
    const decoder = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS);
    assert.equal(decoder.decode(reader)?.framing, 1);
    const second = decoder.decode(reader);
    assert.deepEqual([second?.target, second?.framing], ['/b', 0]);
    assert.equal(decoder.decode(reader), undefined);
  });

  it('gives heads that stay as they are while others come', () => {
    const reader = readerOf('GET /first HTTP/1.1\r\nHost: fi');
    const decoder = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS);
    decoder.decode(reader);
    reader.feed(ascii('rst\r\n\r\nGET /sec'));
    const first = decoder.decode(reader)!;
    decoder.decode(reader);
    reader.feed(ascii(`ond HTTP/1.1\r\nHost: second\r\nX: ${'x'.repeat(1_000)}\r\n\r\n`));
    const second = decoder.decode(reader)!;
    assert.deepEqual([first.target, first.fields.get('host')], ['/first', 'first']);
    assert.deepEqual([second.target, second.fields.get('host')], ['/second', 'second']);
  });

  it('takes a head as long as the limit, and refuses a longer one', () => {
    const head = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    assert.ok(decode(head, head.length));
    assert.throws(() => decode(head, head.length - 1), faultOf('HTTP_HEAD_LIMIT'));
    assert.throws(() => decode('\r\n'.repeat(20), 40), faultOf('HTTP_HEAD_LIMIT'));
  });

  it('says of a target that it is too long when that is what exceeds the limit of the head', () => {
    assert.throws(() => decode(`GET /${'a'.repeat(100)}`, 40), faultOf('HTTP_TARGET_LIMIT'));
    assert.throws(() => decode(`GET / HTTP/1.1\r\n`, 16), faultOf('HTTP_HEAD_LIMIT'));
  });

  it('H7: takes nothing for the end of a head but an empty line', () => {
    const head = 'GET / HTTP/1.1\r\nHost: a';
    for (const [end, fault] of [
      ['\r\n\rX', 'HTTP_BARE_CR'],
      ['\r\r\n', 'HTTP_BARE_CR'],
      ['\rX: y', 'HTTP_BARE_CR'],
      ['\n\n', 'HTTP_BARE_LF'],
      ['\r\n\n', 'HTTP_BARE_LF'],
      ['\n\r\n', 'HTTP_BARE_LF'],
      ['\r\n\x0b\r\n', 'HTTP_FIELD_NAME'],
      ['\0\r\n', 'HTTP_FIELD_VALUE'],
    ] as const) {
      assert.throws(() => decode(head + end), faultOf(fault), JSON.stringify(end));
    }
  });

  headLaws({
    parser: 'RequestHeadDecoder',
    what: 'head',
    any: anyRequestHead,
    short: SHORT_HEAD,
    read: readRequestHead,
    decode: decodeMeaning,
  });

  law(
    'RequestHeadDecoder',
    'model',
    'for any head and any name: has the values that the model has under it',
    fc.property(anyRequestHead(), fc.constantFrom('x', 'upgrade', '__proto__'), (octets, other) => {
      const reading = readRequestHead(octets, DEFAULT_HEAD_LIMITS);
      fc.pre(reading.outcome === 'complete');
      const { fields } = decode(octets);
      const lines = reading.value.fields;
      assert.equal(fields.size, lines.length);
      for (const name of [other, ...lines.map(([each]) => each)]) {
        const values = lines.filter(([each]) => each === name).map(([, value]) => value);
        assert.deepEqual(fields.all(name), values);
        assert.equal(fields.get(name), values.length === 0 ? undefined : values.join(', '));
        assert.equal(fields.has(name), values.length > 0);
      }
    }),
  );

  law(
    'RequestHeadDecoder',
    'round trip',
    'for any method, target and fields: decodes what was encoded',
    fc.property(
      fc.constantFrom('GET', 'PATCH'),
      anyTarget(),
      anyFields(),
      (method, target, fields) => {
        const octets = ascii(encodeRequestHead(method, target, [['Host', 'a'], ...fields]));
        const decoding = decodePieces(decodeHead(), [octets]);
        assert.ok(decoding.outcome === 'complete');
        const head = decoding.value;
        assert.deepEqual([head.method, head.target, head.minorVersion], [method, target, 1]);
        assert.deepEqual(
          [...head.fields].slice(1),
          fields.map(([name, value]) => [name.toLowerCase(), value]),
        );
      },
    ),
  );

  law(
    'RequestHeadDecoder',
    'rest',
    'for any octet in any place of a head that comes again: has the same outcome as alone',
    fc.property(withOtherOctets(SHORT_HEAD), (heads) => {
      for (const octets of heads) {
        const alone = decodePieces(decodeMeaning(DEFAULT_HEAD_LIMITS), [octets]);
        const decodeNext = decodeMeaning(DEFAULT_HEAD_LIMITS);
        assert.ok(decodeNext(readerOf(SHORT_HEAD)));
        assert.deepEqual(decodePieces(decodeNext, [octets]), alone);
      }
    }),
  );

  law(
    'RequestHeadDecoder',
    'rest',
    'for any head behind one that says the same, or almost: has the same outcome as alone',
    fc.property(
      anyRequestHead().chain((first) =>
        fc.tuple(fc.constant(first), anyLike(first).chain(withSplit)),
      ),
      fc.nat(3),
      ([first, [, pieces]], room) => {
        fc.pre(readRequestHead(first, DEFAULT_HEAD_LIMITS).outcome === 'complete');
        const limits = { ...DEFAULT_HEAD_LIMITS, head: first.length + room };
        const decodeNext = decodeMeaning(limits);
        assert.ok(decodeNext(readerOf(first)));
        const alone = decodePieces(decodeMeaning(limits), pieces);
        assert.deepEqual(decodePieces(decodeNext, pieces), alone);
      },
    ),
  );
});

// Helpers

function decode(
  wire: string | Buffer,
  head: number = DEFAULT_HEAD_LIMITS.head,
): DecodedRequestHead {
  const decoded = new RequestHeadDecoder({ ...DEFAULT_HEAD_LIMITS, head }).decode(readerOf(wire));
  assert.ok(decoded, 'asks for more');
  return decoded;
}

function decodeHead(): Decode<DecodedRequestHead> {
  const decoder = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS);
  return (reader) => decoder.decode(reader);
}

/** A head again: as it was, with another request line, another octet, cut off, or with more behind it. */
function anyLike(head: Buffer): fc.Arbitrary<Buffer> {
  const text = head.toString('latin1');
  const section = head.subarray(text.indexOf('HTTP/1.') + 'HTTP/1.x\r\n'.length);
  return fc.oneof(
    fc.constant(head),
    fc
      .constantFrom('GET / HTTP/1.1', 'POST /long/er HTTP/1.1', 'GET / HTTP/1.0')
      .map((line) => Buffer.concat([ascii(`${line}\r\n`), section])),
    fc
      .nat(4)
      .map((more) => Buffer.from(text.replace(' HTTP/', `${'x'.repeat(more)} HTTP/`), 'latin1')),
    fc.tuple(fc.nat(head.length - 1), fc.nat(255)).map(([at, octet]) => {
      const other = Buffer.from(head);
      other[at] = octet;
      return other;
    }),
    fc.nat(head.length - 1).map((end) => head.subarray(0, end)),
    fc.constantFrom('a: b\r\n', 'GET /').map((more) => Buffer.concat([head, ascii(more)])),
  );
}

/** What the head means, in the model's words. */
function decodeMeaning(limits: HeadLimits): Decode<RequestHeadMeaning> {
  const decoder = new RequestHeadDecoder(limits);
  return (reader) => {
    const head = decoder.decode(reader);
    if (head === undefined) return undefined;
    const { method, target, minorVersion, framing, persistent, expectsContinue, upgrade } = head;
    const fields = [...head.fields];
    return {
      method,
      target,
      minorVersion,
      fields,
      framing,
      persistent,
      expectsContinue,
      upgrade,
    } as RequestHeadMeaning;
  };
}
