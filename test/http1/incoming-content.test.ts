import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { IncomingContent, NO_CONTENT } from '../../src/http1/incoming-content.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import { ascii } from '../support/octets.ts';

const LIMITS = { ...DEFAULT_HEAD_LIMITS, body: 1_000_000 };

/** How much is taken in for nothing. */
const MOST = 65_536;

describe('IncomingContent', () => {
  it('is taken by whoever wants it', () => {
    const content = new IncomingContent(LIMITS, 5);
    assert.deepEqual(content.next(reading('hello, next')), ascii('hello'));
    assert.ok(content.ended);
  });

  it('says why it can not be taken, and does not throw before it has to', () => {
    const content = new IncomingContent({ ...LIMITS, body: 4 }, 5);
    assert.equal(content.fault?.code, 'HTTP_BODY_LIMIT');
    assert.ok(content.isTooLong);
    assert.equal(new IncomingContent({ ...LIMITS, body: 5 }, 5).fault, undefined);
  });

  it('is too long for nothing when it is announced to be', () => {
    assert.equal(new IncomingContent(LIMITS, MOST).isTooLong, false);
    assert.equal(new IncomingContent(LIMITS, MOST + 1).isTooLong, true);
  });

  it('is too long for nothing when so much has come of it', () => {
    const content = new IncomingContent(LIMITS, 'chunked');
    const reader = reading(`10000\r\n${'x'.repeat(MOST)}\r\n1\r\nx\r\n`);
    assert.ok(content.skip(reader));
    assert.equal(content.isTooLong, false);
    assert.ok(content.skip(reader));
    assert.equal(content.isTooLong, true);
  });

  it('leaves what follows, and says when more is needed', () => {
    const content = new IncomingContent(LIMITS, 5);
    const reader = reading('hel');
    assert.equal(content.skip(reader), true);
    assert.equal(content.skip(reader), false);
    const rest = reading('lo, next');
    assert.equal(content.skip(rest), true);
    assert.equal(content.skip(rest), false);
    assert.equal(rest.available, ', next'.length);
    assert.ok(content.ended);
  });

  it('finds the faults of what nobody wants', () => {
    const content = new IncomingContent(LIMITS, 'chunked');
    assert.throws(() => content.skip(reading('x')), { code: 'HTTP_CHUNK_SIZE' });
  });
});

describe('NO_CONTENT', () => {
  it('has ended, and is none that could not be taken', () => {
    assert.ok(NO_CONTENT.ended);
    assert.equal(NO_CONTENT.fault, undefined);
    assert.equal(NO_CONTENT.isTooLong, false);
    assert.equal(NO_CONTENT.skip(reading('GET')), false);
  });
});

// Helpers

function reading(text: string): ByteReader {
  const reader = new ByteReader();
  reader.feed(ascii(text));
  return reader;
}
