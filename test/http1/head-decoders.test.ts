import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { HttpError } from '../../src/errors.ts';
import { HeadDecoders } from '../../src/http1/head-decoders.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import { ascii } from '../support/octets.ts';

const LIMITS = DEFAULT_HEAD_LIMITS;

describe('HeadDecoders', () => {
  it('keeps heads apart that come in pieces on several connections at once', () => {
    const connections = ['/a', '/b', '/c'].map((target) => ({
      target,
      decoders: new HeadDecoders(LIMITS),
      reader: new ByteReader(),
    }));
    const wire = (target: string) => `GET ${target} HTTP/1.1\r\nHost: ${target.slice(1)}\r\n\r\n`;
    for (let i = 0; i < wire('/a').length; i++) {
      for (const { target, decoders, reader } of connections) {
        reader.feed(ascii(wire(target)[i]!));
        const head = decoders.decode(reader);
        reader.settle();
        if (i < wire(target).length - 1) assert.equal(head, undefined);
        else assert.deepEqual([head?.target, head?.fields.get('host')], [target, target.slice(1)]);
      }
    }
  });

  it('does not hand on a decoder that has refused a head', () => {
    const reader = readerOf('GET / HTTP/1.1\r\nBad Field: x\r\n\r\n');
    assert.throws(() => new HeadDecoders(LIMITS).decode(reader), HttpError);
    const head = new HeadDecoders(LIMITS).decode(readerOf('GET /b HTTP/1.1\r\nHost: h\r\n\r\n'));
    assert.equal(head?.target, '/b');
  });

  it('holds each connection to its own limits', () => {
    const long = `GET /${'x'.repeat(50)} HTTP/1.1\r\nHost: h\r\n\r\n`;
    const strict = { ...LIMITS, target: 20 };
    for (let i = 0; i < 2; i++) {
      assert.ok(new HeadDecoders(LIMITS).decode(readerOf(long)));
      assert.throws(() => new HeadDecoders(strict).decode(readerOf(long)), HttpError);
    }
  });
});

// Helpers

function readerOf(wire: string): ByteReader {
  const reader = new ByteReader();
  reader.feed(ascii(wire));
  return reader;
}
