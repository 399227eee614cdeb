import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { readRequestTarget } from '../../spec/models/request-target.ts';
import { HttpError } from '../../src/errors.ts';
import { parseRequestTarget, type RequestTarget } from '../../src/http1/request-target.ts';
import { faultOf } from '../support/decoding.ts';
import { law } from '../support/law.ts';
import { anyAuthorityForm, anyTarget } from '../support/messages.ts';
import { nearlyText, withOtherOctets } from '../support/mutation.ts';

describe('parseRequestTarget', () => {
  it('takes the origin-form', () => {
    assert.deepEqual(parseRequestTarget('GET', '//a/../b?c=/d?'), {
      form: 'origin',
      path: '//a/../b?c=/d?',
      authority: undefined,
      scheme: undefined,
    });
  });

  it('takes the absolute-form', () => {
    assert.deepEqual(parseRequestTarget('GET', 'HTTP://Example.com:80/a?b'), {
      form: 'absolute',
      path: '/a?b',
      authority: 'Example.com:80',
      scheme: 'http',
    });
    assert.equal(parseRequestTarget('GET', 'https://[::1]/').scheme, 'https');
  });

  it('gives the absolute-form the path that the origin-form would have', () => {
    assert.equal(parseRequestTarget('GET', 'http://a').path, '/');
    assert.equal(parseRequestTarget('GET', 'http://a?b').path, '/?b');
    assert.equal(parseRequestTarget('OPTIONS', 'http://a').path, '*');
    assert.equal(parseRequestTarget('OPTIONS', 'http://a/').path, '/');
  });

  it('takes the authority-form for CONNECT alone', () => {
    assert.deepEqual(parseRequestTarget('CONNECT', 'example.com:443'), {
      form: 'authority',
      path: '',
      authority: 'example.com:443',
      scheme: undefined,
    });
    assert.throws(() => parseRequestTarget('GET', 'example.com:443'), faultOf('HTTP_TARGET'));
  });

  it('takes the asterisk-form for OPTIONS alone', () => {
    assert.equal(parseRequestTarget('OPTIONS', '*').form, 'asterisk');
    assert.throws(() => parseRequestTarget('GET', '*'), faultOf('HTTP_TARGET'));
  });

  for (const [method, target] of [
    ['GET', ''],
    ['GET', 'a'],
    ['GET', '**'],
    ['GET', '/a b'],
    ['GET', '/a#b'],
    ['GET', '/\x7f'],
    ['GET', '/ä'],
    ['GET', '/☄'],
    ['GET', 'http:/a'],
    ['GET', 'http:a'],
    ['GET', 'http://'],
    ['GET', 'http:///a'],
    ['GET', 'http://:80/'],
    ['GET', 'http://u@a/'],
    ['GET', 'http://u:p@a/'],
    ['GET', 'http://a:b/'],
    ['GET', 'http://a,b/'],
    ['GET', 'http://a\\b/'],
    ['GET', 'ftp://a/'],
    ['GET', 'ws://a/'],
    ['CONNECT', '/'],
    ['CONNECT', 'a'],
    ['CONNECT', 'a:'],
    ['CONNECT', ':443'],
    ['CONNECT', 'a:65536'],
    ['CONNECT', 'http://a:80'],
    ['CONNECT', '*'],
  ] as const) {
    it(`refuses ${JSON.stringify(target)} for ${method}`, () => {
      assert.throws(() => parseRequestTarget(method, target), faultOf('HTTP_TARGET'));
    });
  }

  const anyMethod = fc.constantFrom('GET', 'OPTIONS', 'CONNECT');

  law(
    'parseRequestTarget',
    'model',
    'for any method and any text: agrees with the grammar on the form and its parts',
    fc.property(
      anyMethod,
      nearlyText(fc.oneof(anyTarget(), anyAuthorityForm())),
      (method, text) => {
        assert.deepEqual(targetOrFault(method, text), readRequestTarget(method, text));
      },
    ),
  );

  law(
    'parseRequestTarget',
    'model',
    'for any method and any character in any place: agrees with the grammar on it',
    fc.property(
      anyMethod,
      fc.constantFrom('/a?b', 'http://a:1/b?c', 'https://a?', 'a:1', '*').chain(withOtherOctets),
      (method, texts) => {
        for (const octets of texts) {
          const text = octets.toString('latin1');
          assert.deepEqual(targetOrFault(method, text), readRequestTarget(method, text), text);
        }
      },
    ),
  );

  law(
    'parseRequestTarget',
    'round trip',
    'for any target: its parts are the target again',
    fc.property(fc.constantFrom('GET', 'OPTIONS'), anyTarget(), (method, text) => {
      const target = targetOrFault(method, text);
      fc.pre(
        target !== undefined &&
          text.toLowerCase() !== `${target.scheme}://${target.authority?.toLowerCase()}`,
      );
      const { scheme, authority, path } = target;
      const whole = scheme === undefined ? path : `${scheme}://${authority}${path}`;
      assert.deepEqual(parseRequestTarget(method, whole), target);
    }),
  );
});

// Helpers

function targetOrFault(method: string, target: string): RequestTarget | undefined {
  try {
    return parseRequestTarget(method, target);
  } catch (error) {
    assert.ok(error instanceof HttpError && error.code === 'HTTP_TARGET');
    return undefined;
  }
}
