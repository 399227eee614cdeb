import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  encodeFieldLines,
  encodeRequestHead,
  encodeRequestLine,
  encodeResponseHead,
  encodeStatusLine,
} from '../../src/http1/encode-head.ts';

describe('encodeResponseHead', () => {
  it('is a status line, the field lines as given, and an empty line', () => {
    assert.equal(
      encodeResponseHead(200, { Server: 'encke', 'Set-Cookie': ['a=1', 'b=2'] }),
      'HTTP/1.1 200 OK\r\nServer: encke\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n',
    );
  });

  it('takes a reason phrase, which may be empty', () => {
    assert.equal(encodeResponseHead(200, {}, 'Fine'), 'HTTP/1.1 200 Fine\r\n\r\n');
    assert.equal(encodeResponseHead(200, {}, ''), 'HTTP/1.1 200 \r\n\r\n');
  });
});

describe('encodeRequestHead', () => {
  it('is a request line, the field lines as given, and an empty line', () => {
    assert.equal(
      encodeRequestHead('GET', '/', new Map([['Host', 'h']])),
      'GET / HTTP/1.1\r\nHost: h\r\n\r\n',
    );
  });
});

describe('encodeStatusLine', () => {
  it('has a space behind the status code even without a reason phrase', () => {
    assert.equal(encodeStatusLine(299), 'HTTP/1.1 299 \r\n');
  });

  for (const status of [99, 600, 200.5, Number.NaN, '200']) {
    it(`refuses the status ${JSON.stringify(status)}`, () => {
      assert.throws(() => encodeStatusLine(status as number), RangeError);
    });
  }

  it('H11: refuses a reason phrase that would end the line', () => {
    assert.throws(() => encodeStatusLine(200, 'OK\r\nX: y'), TypeError);
  });
});

describe('encodeRequestLine', () => {
  it('is the method, the target and the version', () => {
    assert.equal(encodeRequestLine('GET', '/a?b'), 'GET /a?b HTTP/1.1\r\n');
  });

  for (const [method, target] of [
    ['', '/'],
    ['GET /x HTTP/1.1\r\n', '/'],
    ['GET', ''],
    ['GET', '/a b'],
    ['GET', '/\r\nX: y'],
    ['GET', '/\u0000'],
    ['GET', '/\u010a'],
    ['GET', undefined],
  ]) {
    it(`H11: refuses ${JSON.stringify(method)} ${JSON.stringify(target)}`, () => {
      assert.throws(() => encodeRequestLine(method as string, target as string), TypeError);
    });
  }
});

describe('encodeFieldLines', () => {
  it('takes an object, pairs, or anything that yields pairs', () => {
    const lines = 'a: 1\r\nb: 2\r\n';
    assert.equal(encodeFieldLines({ a: '1', b: '2' }), lines);
    assert.equal(
      encodeFieldLines([
        ['a', '1'],
        ['b', '2'],
      ]),
      lines,
    );
    assert.equal(encodeFieldLines(new Headers({ a: '1', b: '2' })), lines);
  });

  it('H11: refuses what is no name or no value', () => {
    assert.throws(() => encodeFieldLines({ 'a:b': '' }), TypeError);
    assert.throws(() => encodeFieldLines({ a: 'b\nc: d' }), TypeError);
  });
});
