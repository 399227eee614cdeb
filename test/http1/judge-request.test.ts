import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { HttpError } from '../../src/errors.ts';
import { NO_FIELDS } from '../../src/http1/fields.ts';
import { judgeRequest, requestAtFault } from '../../src/http1/judge-request.ts';
import { parseRequestTarget } from '../../src/http1/request-target.ts';
import { law } from '../support/law.ts';
import { ascii } from '../support/octets.ts';

describe('judgeRequest', () => {
  it('gives the target of a request that may be served', () => {
    assert.equal(judge('GET', '/a', false).path, '/a');
    assert.equal(judge('GET', 'http://h/a', false).authority, 'h');
  });

  for (const [method, target, secure, code] of [
    ['CONNECT', 'h:80', false, 'HTTP_METHOD_UNSUPPORTED'],
    ['CONNECT', 'h:', false, 'HTTP_TARGET'],
    ['TRACE', '/', false, 'HTTP_METHOD_UNSUPPORTED'],
    ['GET', '*', false, 'HTTP_TARGET'],
    ['GET', 'https://h/', false, 'HTTP_MISDIRECTED'],
  ] as const) {
    it(`refuses ${method} ${target} with ${code}`, () => {
      assert.throws(
        () => judge(method, target, secure),
        (error) => error instanceof HttpError && error.code === code,
      );
    });
  }

  it('takes https on a secured connection', () => {
    assert.equal(judge('GET', 'https://h/', true).scheme, 'https');
  });
});

describe('judgeRequest, laws', () => {
  law(
    'judgeRequest',
    'model',
    'for any request line: it is refused for its target, then its method, then its scheme',
    fc.property(
      fc.constantFrom('GET', 'POST', 'OPTIONS', 'CONNECT', 'TRACE'),
      fc.oneof(
        fc.constantFrom(
          '/',
          '*',
          'h:80',
          'h:',
          'http://h/',
          'https://h/a',
          'HTTPS://h',
          'ftp://h/',
        ),
        fc.string(),
      ),
      fc.boolean(),
      (method, target, secure) => {
        const judged = outcome(() => judge(method, target, secure));
        const parsed = outcome(() => parseRequestTarget(method, target));
        if (typeof parsed === 'string') assert.equal(judged, parsed);
        else if (method === 'CONNECT' || method === 'TRACE') {
          assert.equal(judged, 'HTTP_METHOD_UNSUPPORTED');
        } else if (/^https:/i.test(target) && !secure) assert.equal(judged, 'HTTP_MISDIRECTED');
        else assert.deepEqual(judged, parsed);
      },
    ),
  );
});

describe('requestAtFault', () => {
  for (const [wire, method] of [
    ['HEAD / HTTP/9', 'HEAD'],
    ['\r\n\r\nHEAD /', 'HEAD'],
    ['HEADER / HTTP/9', 'GET'],
    ['HEA', 'GET'],
    ['\r\n', 'GET'],
  ] as const) {
    it(`takes ${JSON.stringify(wire)} for ${method}`, () => {
      const reader = new ByteReader();
      reader.feed(ascii(wire));
      assert.equal(requestAtFault(reader).method, method);
    });
  }

  it('does not look beyond what has come', () => {
    const reader = new ByteReader();
    reader.feed(ascii('HEAD /'));
    reader.end = 4;
    assert.equal(requestAtFault(reader).method, 'GET');
  });
});

// Helpers

function judge(method: string, target: string, secure: boolean) {
  return judgeRequest({ method, target, minorVersion: 1, fields: NO_FIELDS }, secure);
}

/** What `decode` returns, or the code of the fault. */
function outcome<T>(decode: () => T): T | string {
  try {
    return decode();
  } catch (error) {
    assert.ok(error instanceof HttpError);
    return error.code;
  }
}
