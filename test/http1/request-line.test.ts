import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HttpError, type HttpFaultCode } from '../../src/errors.ts';
import { RequestLineDecoder } from '../../src/http1/request-line.ts';
import { faultOf } from '../support/decoding.ts';
import { ascii } from '../support/octets.ts';

describe('RequestLineDecoder', () => {
  it('tells the method, where the target is, and the version', () => {
    const { decoder, index } = decode('GET /news?since=42 HTTP/1.1\r\nHost');
    assert.equal(decoder.ended, true);
    assert.equal(decoder.method, 'GET');
    assert.deepEqual([decoder.targetStart, decoder.targetEnd], [4, 18]);
    assert.equal(decoder.minorVersion, 1);
    assert.equal(index, 29);
  });

  it('goes on where it stopped, in octets that have moved', () => {
    const line = 'POST /a HTTP/1.0\r\n';
    const decoder = new RequestLineDecoder(100);
    let read = 0;
    for (let end = 1; end <= line.length; end++) {
      const position = end % 3;
      const octets = ascii('x'.repeat(position) + line.slice(0, end));
      read = decoder.decode(octets, position, position + read, position + end) - position;
    }
    assert.equal(decoder.ended, true);
    assert.equal(read, line.length);
    assert.deepEqual([decoder.method, decoder.targetEnd, decoder.minorVersion], ['POST', 7, 0]);
  });

  it('begins with another line', () => {
    const { decoder } = decode('POST /a HTTP/1.0\r\n');
    decoder.begin();
    assert.equal(decoder.ended, false);
    decoder.decode(ascii('GET / HTTP/1.1\r\n'), 0, 0, 16);
    assert.deepEqual([decoder.method, decoder.targetEnd], ['GET', 5]);
  });

  it('ignores empty lines before the line', () => {
    const { decoder } = decode('\r\n\r\nGET / HTTP/1.1\r\n');
    assert.deepEqual([decoder.ended, decoder.targetStart], [true, 8]);
  });

  it('counts every minor version above 1 as 1', () => {
    const minors = ['1.0', '1.1', '1.2', '1.9'].map(
      (version) => decode(`GET / HTTP/${version}\r\n`).decoder.minorVersion,
    );
    assert.deepEqual(minors, [0, 1, 1, 1]);
  });

  it('takes what browsers leave as it is in a target, a lone percent sign too', () => {
    assert.equal(decode('GET /100%?q={a|b}[]^`\\ HTTP/1.1\r\n').decoder.ended, true);
  });

  it('takes a target as long as the limit, and refuses a longer one', () => {
    assert.equal(decode('GET /abc HTTP/1.1\r\n', 4).decoder.ended, true);
    assert.throws(() => decode('GET /abc', 3), faultOf('HTTP_TARGET_LIMIT'));
    assert.throws(() => decode('GET /abc\n', 3), faultOf('HTTP_TARGET_LIMIT'));
  });

  it('says what a line is that goes on beyond the limit of the head', () => {
    const codes = ['\r\n', 'GET', 'GET /a', 'GET /a H'].map(
      (wire) => decode(wire).decoder.limitFault().code,
    );
    assert.deepEqual(codes, [
      'HTTP_HEAD_LIMIT',
      'HTTP_HEAD_LIMIT',
      'HTTP_TARGET_LIMIT',
      'HTTP_HEAD_LIMIT',
    ]);
  });

  for (const [wire, fault] of [
    ['\n', 'HTTP_BARE_LF'],
    ['\r\r', 'HTTP_BARE_CR'],
    [' ', 'HTTP_METHOD'],
    ['\x16', 'HTTP_METHOD'],
    ['\xe4', 'HTTP_METHOD'],
    ['G@', 'HTTP_METHOD'],
    ['GET\t', 'HTTP_METHOD'],
    ['GET\r', 'HTTP_METHOD'],
    ['GET\n', 'HTTP_BARE_LF'],
    ['get ', 'HTTP_METHOD_UNSUPPORTED'],
    ['PROPFIND ', 'HTTP_METHOD_UNSUPPORTED'],
    ['A'.repeat(33), 'HTTP_METHOD_UNSUPPORTED'],
    ['GET  ', 'HTTP_TARGET'],
    ['GET \r', 'HTTP_TARGET'],
    ['GET \n', 'HTTP_BARE_LF'],
    ['GET /a\t', 'HTTP_TARGET'],
    ['GET /\0', 'HTTP_TARGET'],
    ['GET /\x7f', 'HTTP_TARGET'],
    ['GET /\xe4', 'HTTP_TARGET'],
    ['GET /#', 'HTTP_TARGET'],
    ['GET /"', 'HTTP_TARGET'],
    ['GET /<', 'HTTP_TARGET'],
    ['GET />', 'HTTP_TARGET'],
    ['GET /\n', 'HTTP_BARE_LF'],
    ['GET /a b', 'HTTP_VERSION'],
    ['GET /  ', 'HTTP_VERSION'],
    ['GET / \n', 'HTTP_BARE_LF'],
    ['GET / h', 'HTTP_VERSION'],
    ['GET / HTTP/x', 'HTTP_VERSION'],
    ['GET / HTTP/1/', 'HTTP_VERSION'],
    ['GET / HTTP/11', 'HTTP_VERSION'],
    ['GET / HTTP/1.x', 'HTTP_VERSION'],
    ['GET / HTTP/1.10', 'HTTP_VERSION'],
    ['GET / HTTP/1.1 ', 'HTTP_VERSION'],
    ['GET / HTTP/1.1\n', 'HTTP_BARE_LF'],
    ['GET / HTTP/1.1\r\r', 'HTTP_BARE_CR'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`refuses ${JSON.stringify(wire)} at its last octet, with ${fault}`, () => {
      refusesAtLast(wire, fault);
    });
  }

  for (const [wire, fault] of [
    ['GET /\r', 'HTTP_VERSION'],
    ['GET / HTTP/0', 'HTTP_VERSION_UNSUPPORTED'],
    ['GET / HTTP/2', 'HTTP_VERSION_UNSUPPORTED'],
    ['PRI * HTTP/2.0', 'HTTP_VERSION_UNSUPPORTED', 4],
  ] satisfies [string, HttpFaultCode, number?][]) {
    it(`H13: refuses the version of ${JSON.stringify(wire)}, with ${fault}`, () => {
      assert.throws(() => decode(wire), faultOf(fault));
      assert.match(String(new HttpError(fault).status), /^(?:400|50[15])$/);
    });
  }
});

// Helpers

function decode(wire: string, maxTarget = 100) {
  const decoder = new RequestLineDecoder(maxTarget);
  const index = decoder.decode(ascii(wire), 0, 0, wire.length);
  return { decoder, index };
}

function refusesAtLast(wire: string, fault: HttpFaultCode): void {
  assert.equal(decode(wire.slice(0, -1)).decoder.ended, false);
  assert.throws(() => decode(wire), faultOf(fault));
}
