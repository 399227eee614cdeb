import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { readChunkedBody } from '../../spec/models/chunked.ts';
import { type Recognition, recognise } from '../../spec/models/grammar.ts';
import { chunkLine, requestHead, section, statusLine } from '../../spec/models/http-grammar.ts';
import { readRequestHead } from '../../spec/models/request-head.ts';
import { readResponseHead } from '../../spec/models/response-head.ts';
import { anyChunkedBody, anyRequestHead, anyResponseHead } from '../support/messages.ts';
import { validOrNot } from '../support/mutation.ts';
import { ascii } from '../support/octets.ts';

const LIMITS = { head: 16_384, fields: 100, target: 8_192 };

/** What a head may break without breaking the grammar: it is no request to be served. */
const NOT_GRAMMAR = [
  'HTTP_METHOD_UNSUPPORTED',
  'HTTP_VERSION_UNSUPPORTED',
  'HTTP_HOST',
  'HTTP_CONTENT_LENGTH',
  'HTTP_LENGTH_CONFLICT',
  'HTTP_TRANSFER_ENCODING',
  'HTTP_TRANSFER_ENCODING_VERSION',
  'HTTP_TRANSFER_CODING_UNKNOWN',
  'HTTP_EXPECTATION',
];

describe('readRequestHead', () => {
  it('for any octets: completes what the grammar matches, and faults where it leads no further', () => {
    fc.assert(
      fc.property(validOrNot(anyRequestHead()), (octets) => {
        const reading = readRequestHead(octets, LIMITS);
        if (reading.outcome === 'more') assert.equal(recognise(requestHead, octets).isPrefix, true);
        if (reading.outcome === 'complete') {
          assert.equal(recogniseFirst(requestHead, octets, reading.length).matches, true);
        }
        if (reading.outcome !== 'fault' || NOT_GRAMMAR.includes(reading.code)) return;
        if (reading.code === 'HTTP_FIELD_VALUE') return;
        assert.equal(recogniseFirst(requestHead, octets, reading.at).isPrefix, false);
        assert.equal(recogniseFirst(requestHead, octets, reading.at - 1).isPrefix, true);
      }),
      { numRuns: 300 },
    );
  });

  it('reads the head of the RFC', () => {
    const wire =
      'GET /hello.txt HTTP/1.1\r\nHost: www.example.com\r\nAccept-Language: en, mi\r\n\r\n';
    assert.deepEqual(readRequestHead(ascii(wire), LIMITS), {
      outcome: 'complete',
      length: wire.length,
      value: {
        method: 'GET',
        target: '/hello.txt',
        minorVersion: 1,
        fields: [
          ['host', 'www.example.com'],
          ['accept-language', 'en, mi'],
        ],
        framing: 0,
        persistent: true,
        expectsContinue: false,
        upgrade: false,
      },
    });
  });
});

describe('readResponseHead', () => {
  it('for any octets: completes a status line and, unless it is folded, a section', () => {
    fc.assert(
      fc.property(validOrNot(anyResponseHead()), (octets) => {
        const reading = readResponseHead(octets, LIMITS);
        fc.pre(reading.outcome === 'complete');
        const wire = octets.toString('latin1', 0, reading.length);
        const line = wire.slice(0, wire.indexOf('\r\n'));
        assert.equal(recognise(statusLine, ascii(line)).matches, true);
        const unfolded = wire.slice(line.length + 2).replace(/\r\n[ \t]/g, ' ');
        assert.equal(recognise(section, ascii(unfolded)).matches, true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('readChunkedBody', () => {
  it('reads the body of the RFC', () => {
    assert.deepEqual(
      readChunkedBody(ascii('4\r\nWiki\r\n5;a="b"\r\npedia\r\n0\r\nX: y\r\n\r\nrest'), LIMITS),
      {
        outcome: 'complete',
        length: 36,
        value: { content: 'Wikipedia', trailers: [['x', 'y']] },
      },
    );
  });

  it('for any octets that are a body: its chunk lines are what the grammar says', () => {
    fc.assert(
      fc.property(validOrNot(anyChunkedBody()), (octets) => {
        const reading = readChunkedBody(octets, LIMITS);
        fc.pre(reading.outcome === 'complete');
        const line = octets.subarray(0, octets.indexOf('\r\n') + 2);
        assert.equal(recognise(chunkLine, line).matches, true);
      }),
      { numRuns: 300 },
    );
  });
});

// Helpers

function recogniseFirst(
  rule: Parameters<typeof recognise>[0],
  octets: Buffer,
  count: number,
): Recognition {
  return recognise(rule, octets.subarray(0, count));
}
