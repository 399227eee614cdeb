import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { MessageBodyLength } from '../../src/http1/message-body-length.ts';
import {
  connectionLine,
  frameResponse,
  framingLine,
  isWithoutContent,
} from '../../src/http1/response-framing.ts';

describe('isWithoutContent', () => {
  it('is so for HEAD, 1xx, 204, 205 and 304', () => {
    const statuses = [100, 101, 103, 200, 204, 205, 206, 304, 404, 500];
    const without = statuses.filter((status) => isWithoutContent(status, 'GET'));
    assert.deepEqual(without, [100, 101, 103, 204, 205, 304]);
    assert.ok(isWithoutContent(200, 'HEAD'));
  });
});

describe('frameResponse', () => {
  for (const [status, method, minorVersion, length, announced, framing] of [
    [200, 'GET', 1, 5, undefined, 5],
    [200, 'GET', 1, 5, 5, 5],
    [200, 'GET', 1, undefined, 5, 5],
    [200, 'GET', 1, undefined, undefined, 'chunked'],
    [200, 'GET', 0, undefined, undefined, 'close'],
    [200, 'GET', 0, undefined, 5, 5],
    [200, 'HEAD', 1, 5, undefined, 5],
    [200, 'HEAD', 1, undefined, 5, 5],
    [200, 'HEAD', 1, undefined, undefined, 'close'],
    [103, 'GET', 1, undefined, 5, 'close'],
    [204, 'GET', 1, 5, 5, 'close'],
    [205, 'GET', 1, 5, 5, 0],
    [304, 'GET', 1, 0, undefined, 'close'],
    [304, 'GET', 1, 0, 5, 5],
  ] satisfies Row[]) {
    const known = `length ${length}, announced ${announced}`;
    it(`frames ${status} to ${method} of HTTP/1.${minorVersion}, ${known}: ${framing}`, () => {
      assert.equal(frameResponse(status, { method, minorVersion }, length, announced), framing);
    });
  }

  it('refuses to announce another length than there is', () => {
    const request = { method: 'GET', minorVersion: 1 } as const;
    assert.throws(() => frameResponse(200, request, 5, 6), TypeError);
  });
});

describe('framingLine', () => {
  it('says what the framing is, unless that is the end of the connection', () => {
    assert.equal(framingLine(0), 'Content-Length: 0\r\n');
    assert.equal(framingLine('chunked'), 'Transfer-Encoding: chunked\r\n');
    assert.equal(framingLine('close'), '');
  });
});

describe('connectionLine', () => {
  for (const [persists, minorVersion, options, line] of [
    [true, 1, '', ''],
    [true, 0, '', 'Connection: keep-alive\r\n'],
    [false, 1, '', 'Connection: close\r\n'],
    [false, 0, '', 'Connection: close\r\n'],
    [true, 1, 'Upgrade', 'Connection: Upgrade\r\n'],
    [false, 1, 'Upgrade', 'Connection: close, Upgrade\r\n'],
  ] satisfies [boolean, 0 | 1, string, string][]) {
    it(`is ${JSON.stringify(line)} for HTTP/1.${minorVersion} and "${options}"`, () => {
      assert.equal(connectionLine(persists, minorVersion, options), line);
    });
  }
});

// Helpers

type Row = [
  status: number,
  method: string,
  minorVersion: 0 | 1,
  length: number | undefined,
  announced: number | undefined,
  framing: MessageBodyLength,
];
