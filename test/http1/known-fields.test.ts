import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { HttpFaultCode } from '../../src/errors.ts';
import { knownField } from '../../src/http1/known-fields.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import { type DecodedRequestHead, RequestHeadDecoder } from '../../src/http1/request-head.ts';
import { faultOf, readerOf } from '../support/decoding.ts';
import { ascii } from '../support/octets.ts';

describe('knownField', () => {
  it('knows the fields that steer a connection, in letters of either case', () => {
    for (const name of [
      'host',
      'Expect',
      'UPGRADE',
      'Connection',
      'content-LENGTH',
      'Transfer-Encoding',
    ]) {
      assert.equal(knownField(ascii(`..${name}:`), 2, 2 + name.length)?.name, name.toLowerCase());
    }
  });

  it('knows no other', () => {
    for (const name of ['', 'hos', 'hosts', 'h0st', 'cookie', 'user-agent', 'x'.repeat(40)]) {
      assert.equal(knownField(ascii(`${name}:`), 0, name.length), undefined);
    }
  });
});

describe('KnownFields', () => {
  for (const [lines, framing] of [
    ['', 0],
    ['Content-Length: 0\r\n', 0],
    ['content-length:\t17 \r\n', 17],
    ['Content-Length: 0009007199254740991\r\n', 9_007_199_254_740_991],
    ['Transfer-Encoding: chunked\r\n', 'chunked'],
    ['TRANSFER-ENCODING: , CHUNKED ,\r\n', 'chunked'],
    ['Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n', 'chunked'],
  ] as const) {
    it(`frames the body by ${JSON.stringify(lines)}: ${framing}`, () => {
      assert.equal(decode('1.1', `Host: a\r\n${lines}`).framing, framing);
    });
  }

  for (const [version, lines, persistent] of [
    ['1.1', '', true],
    ['1.1', 'Connection: close\r\n', false],
    ['1.1', 'Connection: foo, CLOSE\r\n', false],
    ['1.1', 'Connection: keep-alive\r\nConnection: close\r\n', false],
    ['1.0', '', false],
    ['1.0', 'Connection: Keep-Alive\r\n', true],
    ['1.0', 'Connection: keep-alive, close\r\n', false],
  ] as const) {
    it(`says that HTTP/${version} with ${JSON.stringify(lines)} is ${persistent ? '' : 'not '}persistent`, () => {
      assert.equal(decode(version, `Host: a\r\n${lines}`).persistent, persistent);
    });
  }

  for (const [version, lines, expectsContinue] of [
    ['1.1', 'Expect: 100-Continue\r\n', true],
    ['1.1', 'Expect: 100-continue, 100-continue\r\n', true],
    ['1.1', 'Expect:\r\n', false],
    ['1.0', 'Expect: 100-continue\r\n', false],
    ['1.0', 'Expect: something else\r\n', false],
  ] as const) {
    it(`says that HTTP/${version} with ${JSON.stringify(lines)} waits: ${expectsContinue}`, () => {
      assert.equal(decode(version, `Host: a\r\n${lines}`).expectsContinue, expectsContinue);
    });
  }

  for (const [version, lines, upgrade] of [
    ['1.1', 'Connection: Upgrade\r\nUpgrade: websocket\r\n', true],
    ['1.1', 'Upgrade: websocket\r\nConnection: keep-alive, upgrade\r\n', true],
    ['1.1', 'Upgrade: websocket\r\n', false],
    ['1.1', 'Connection: Upgrade\r\n', false],
    ['1.0', 'Connection: Upgrade\r\nUpgrade: websocket\r\n', false],
  ] as const) {
    it(`says that HTTP/${version} with ${JSON.stringify(lines)} asks for an upgrade: ${upgrade}`, () => {
      assert.equal(decode(version, `Host: a\r\n${lines}`).upgrade, upgrade);
    });
  }

  for (const value of [
    '',
    'a',
    'a.example:8080',
    '127.0.0.1',
    '[::1]:80',
    '%41',
    "!$&'()*+;=-._~",
  ]) {
    it(`takes the Host ${JSON.stringify(value)}`, () => {
      assert.equal(decode('1.1', `Host: ${value} \r\n`).fields.get('host'), value);
    });
  }

  it('asks for a Host in HTTP/1.1 alone', () => {
    assert.throws(() => decode('1.1', 'X: a\r\n'), faultOf('HTTP_HOST'));
    assert.ok(decode('1.0', 'X: a\r\n'));
  });

  for (const [line, fault] of [
    ['Host: a\r\nHost:', 'HTTP_HOST'],
    ['Host: a/', 'HTTP_HOST'],
    ['Host: a@', 'HTTP_HOST'],
    ['Host: a,', 'HTTP_HOST'],
    ['Host: a\xe4', 'HTTP_HOST'],
    ['Host: a\0', 'HTTP_FIELD_VALUE'],
    ['Host: a\n', 'HTTP_BARE_LF'],
    ['Host: a b\r\n', 'HTTP_HOST'],
    ['Host: a:port\r\n', 'HTTP_HOST'],
    ['Host: a:65536\r\n', 'HTTP_HOST'],
    ['Host: [::1\r\n', 'HTTP_HOST'],
    ['Connection: a b\r\n', 'HTTP_FIELD_VALUE'],
    ['Connection: close;\r\n', 'HTTP_FIELD_VALUE'],
    ['Expect: 200-ok\r\n', 'HTTP_EXPECTATION'],
    ['Expect: 100-continue, 200-ok\r\n', 'HTTP_EXPECTATION'],
    ['Expect: "100-continue"\r\n', 'HTTP_EXPECTATION'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`refuses ${JSON.stringify(line)} at its last octet, with ${fault}`, () => {
      refusesAtLast(line, fault);
    });
  }

  for (const [lines, fault] of [
    ['Content-Length: 1\r\nTransfer-Encoding:', 'HTTP_LENGTH_CONFLICT'],
    ['Transfer-Encoding: chunked\r\nContent-Length:', 'HTTP_LENGTH_CONFLICT'],
    ['Host: a\r\nTransfer-Encoding: gzip\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['Host: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['Host: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    [
      'Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n',
      'HTTP_TRANSFER_ENCODING',
    ],
    [
      'Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n',
      'HTTP_TRANSFER_ENCODING',
    ],
    [
      'Host: a\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n',
      'HTTP_TRANSFER_CODING_UNKNOWN',
    ],
    ['Host: a\r\nTransfer-Encoding: xchunked\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['Host: a\r\nTransfer-Encoding: "chunked"\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['Host: a\r\nTransfer-Encoding: chunked;\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['Host: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['Host: a\r\nTransfer-Encoding: chunked foo\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['Host: a\r\nTransfer-Encoding:\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['Transfer-Encoding: \x0bchunked', 'HTTP_FIELD_VALUE'],
    ['Transfer-Encoding: chunked\0', 'HTTP_FIELD_VALUE'],
    ['Transfer-Encoding : chunked', 'HTTP_FIELD_NAME'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`H4: refuses ${JSON.stringify(lines)}, with ${fault}`, () => {
      assert.throws(() => decodeLines(lines), faultOf(fault));
    });
  }

  it('H4: refuses a transfer coding in HTTP/1.0', () => {
    const lines = 'Transfer-Encoding: chunked\r\n';
    assert.throws(() => decode('1.0', lines), faultOf('HTTP_TRANSFER_ENCODING_VERSION'));
  });

  for (const value of ['', '+5', '-1', '0x5', '5;', '1e1', '5,', '5,5', '5.0', '٥']) {
    it(`H5: refuses the Content-Length ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => decodeLines(`Content-Length: ${value}\r\n`),
        faultOf('HTTP_CONTENT_LENGTH'),
      );
    });
  }

  for (const lines of [
    'Content-Length: 5 5\r\n',
    'Content-Length: 5, 5\r\n',
    'Content-Length: 5\r\nContent-Length: 6\r\n',
    'Content-Length: 5\r\nContent-Length: 5\r\n',
    'Content-Length: 9007199254740992\r\n',
    'Content-Length: 18446744073709551621\r\n',
    `Content-Length: ${'9'.repeat(400)}\r\n`,
  ]) {
    it(`H5: refuses ${JSON.stringify(lines.slice(0, 60))}`, () => {
      assert.throws(() => decodeLines(lines), faultOf('HTTP_CONTENT_LENGTH'));
    });
  }
});

// Helpers

function decode(version: string, lines: string): DecodedRequestHead {
  const head = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS).decode(
    readerOf(`POST / HTTP/${version}\r\n${lines}\r\n`),
  );
  assert.ok(head);
  return head;
}

/** Decodes lines of a head that need not be whole. */
function decodeLines(lines: string): unknown {
  return new RequestHeadDecoder(DEFAULT_HEAD_LIMITS).decode(
    readerOf(`POST / HTTP/1.1\r\n${lines}`),
  );
}

function refusesAtLast(lines: string, fault: HttpFaultCode): void {
  assert.equal(decodeLines(lines.slice(0, -1)), undefined);
  assert.throws(() => decodeLines(lines), faultOf(fault));
}
