import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { HttpFaultCode } from '../../src/errors.ts';
import { StatusLineDecoder } from '../../src/http1/status-line.ts';
import { faultOf } from '../support/decoding.ts';
import { ascii } from '../support/octets.ts';

describe('StatusLineDecoder', () => {
  it('tells the version, the status code and the reason phrase', () => {
    const { decoder, index } = decode('HTTP/1.1 426 Upgrade Required\r\nUpgrade');
    assert.equal(decoder.ended, true);
    assert.deepEqual(
      [decoder.minorVersion, decoder.status, decoder.reason],
      [1, 426, 'Upgrade Required'],
    );
    assert.equal(index, 31);
  });

  it('goes on where it stopped, in octets that have moved', () => {
    const line = 'HTTP/1.0 200 \xe4\r\n';
    const decoder = new StatusLineDecoder();
    let read = 0;
    for (let end = 1; end <= line.length; end++) {
      const position = end % 3;
      const octets = ascii('x'.repeat(position) + line.slice(0, end));
      read = decoder.decode(octets, position, position + read, position + end) - position;
    }
    assert.equal(decoder.ended, true);
    assert.deepEqual([decoder.minorVersion, decoder.status, decoder.reason], [0, 200, '\xe4']);
  });

  it('begins with another line', () => {
    const { decoder } = decode('HTTP/1.1 100 Continue\r\n');
    decoder.begin();
    assert.equal(decoder.ended, false);
    decoder.decode(ascii('HTTP/1.9 299 \r\n'), 0, 0, 15);
    assert.deepEqual([decoder.minorVersion, decoder.status, decoder.reason], [1, 299, '']);
  });

  for (const [wire, fault] of [
    ['\n', 'HTTP_BARE_LF'],
    ['h', 'HTTP_STATUS_LINE'],
    ['HTTP/2', 'HTTP_STATUS_LINE'],
    ['HTTP/1.x', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1\t', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1  ', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1 0', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1 20 ', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1 2000', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1 200\r', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1 200 O\0', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1 200 OK\n', 'HTTP_BARE_LF'],
    ['HTTP/1.1 200 OK\rX', 'HTTP_BARE_CR'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`refuses ${JSON.stringify(wire)} at its last octet, with ${fault}`, () => {
      assert.equal(decode(wire.slice(0, -1)).decoder.ended, false);
      assert.throws(() => decode(wire), faultOf(fault));
    });
  }
});

// Helpers

function decode(wire: string) {
  const decoder = new StatusLineDecoder();
  const index = decoder.decode(ascii(wire), 0, 0, wire.length);
  return { decoder, index };
}
