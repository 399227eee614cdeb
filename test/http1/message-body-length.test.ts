import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { matches } from '../../spec/models/grammar.ts';
import { ContentLength, TransferEncoding } from '../../spec/models/http-grammar.ts';
import { transferCodingFault } from '../../spec/models/request-head.ts';
import { HttpError } from '../../src/errors.ts';
import { parseContentLength, requireChunked } from '../../src/http1/message-body-length.ts';
import { faultOf } from '../support/decoding.ts';
import { textFromGrammar } from '../support/from-grammar.ts';
import { law } from '../support/law.ts';
import { nearlyText } from '../support/mutation.ts';

describe('parseContentLength', () => {
  it('takes decimal digits', () => {
    assert.equal(parseContentLength('0'), 0);
    assert.equal(parseContentLength('00042'), 42);
    assert.equal(parseContentLength('9007199254740991'), Number.MAX_SAFE_INTEGER);
  });

  for (const value of ['', ' ', '+1', '-1', '1.0', '1e3', '0x1', '1,1', '1 ', '9007199254740992']) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => parseContentLength(value), faultOf('HTTP_CONTENT_LENGTH'));
    });
  }

  law(
    'parseContentLength',
    'model',
    'for any text: agrees with the grammar, and with a count that has no bound',
    fc.property(nearlyText(anyDigits()), (value) => {
      const isLength = matches(ContentLength, value) && BigInt(value) < 2n ** 53n;
      assert.equal(lengthOrFault(value), isLength ? Number(BigInt(value)) : undefined);
    }),
  );

  law(
    'parseContentLength',
    'round trip',
    'for any length: parses its digits',
    fc.property(fc.maxSafeNat(), (length) => {
      assert.equal(parseContentLength(String(length)), length);
    }),
  );
});

describe('requireChunked', () => {
  it('is content with `chunked`, once and last, and with empty elements', () => {
    for (const value of ['chunked', 'Chunked', ' , chunked,, ']) requireChunked(value);
  });

  for (const value of [
    '',
    ',',
    'gzip',
    'identity',
    'xchunked',
    'chunked, gzip',
    'chunked, chunked',
    'gzip, chunked, chunked',
    'chunked;q=1, chunked',
    'chunked;a',
    'chunked;',
    'chunked;q=1',
    'gzip;q, chunked',
    'chunked chunked',
    '"chunked"',
    'chun\0ked',
  ]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => requireChunked(value), faultOf('HTTP_TRANSFER_ENCODING'));
    });
  }

  it('knows no coding before `chunked`', () => {
    for (const value of ['gzip, chunked', 'identity,chunked', 'a;b=c, d, chunked']) {
      assert.throws(() => requireChunked(value), faultOf('HTTP_TRANSFER_CODING_UNKNOWN'));
    }
  });

  it('for any text: agrees with the model', () => {
    const anyCodings = fc
      .tuple(textFromGrammar(TransferEncoding), fc.constantFrom('', ',chunked', ', chunked ,'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(nearlyText(anyCodings), (value) => {
        assert.equal(faultIn(value), transferCodingFault(value.replace(/^[ \t]+|[ \t]+$/g, '')));
      }),
    );
  });
});

// Helpers

function anyDigits(): fc.Arbitrary<string> {
  return fc.bigInt({ min: 0n, max: 2n ** 54n }).map(String);
}

function lengthOrFault(value: string): number | undefined {
  try {
    return parseContentLength(value);
  } catch (error) {
    assert.ok(error instanceof HttpError && error.code === 'HTTP_CONTENT_LENGTH');
    return undefined;
  }
}

function faultIn(value: string): string | undefined {
  try {
    requireChunked(value);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof HttpError);
    return error.code;
  }
}
