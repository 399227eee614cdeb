import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HttpError } from '../../src/errors.ts';
import { knownMethod } from '../../src/http1/method.ts';
import { ascii } from '../support/octets.ts';

describe('knownMethod', () => {
  it('knows the methods of RFC 9110, and PATCH', () => {
    const methods = 'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH'.split(' ');
    for (const method of methods) {
      assert.equal(knownMethod(ascii(`..${method} /`), 2, 2 + method.length), method);
    }
  });

  it('refuses any other with 501, also one in other letters', () => {
    for (const method of [
      'get',
      'Get',
      'GE',
      'GETT',
      'PUS',
      'PR',
      'PRIV',
      'pri',
      'LINK',
      'PROPFIND',
      '__proto__',
    ]) {
      assert.throws(
        () => knownMethod(ascii(method), 0, method.length),
        (error: unknown) => error instanceof HttpError && error.status === 501,
      );
    }
  });

  it('takes the method of a preface of HTTP/2 for a version that is not spoken', () => {
    assert.throws(
      () => knownMethod(ascii('PRI * HTTP/2.0'), 0, 3),
      (error: unknown) => error instanceof HttpError && error.status === 505,
    );
  });
});
