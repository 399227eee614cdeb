import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { http2FaultOf, http2Headers, http2HeadOf, http2Status } from '../../src/node/http2-head.ts';

describe('http2HeadOf', () => {
  it('tells pseudo-header fields from fields', () => {
    const { head, target } = http2HeadOf(raw({ 'x-a': 'b', host: 'localhost' }));
    const { method, minorVersion, majorVersion, protocol, fields } = head;
    assert.deepEqual([method, head.target, protocol], ['GET', '/a?b', undefined]);
    assert.deepEqual([minorVersion, majorVersion], [1, 2]);
    assert.deepEqual(
      [...fields],
      [
        ['x-a', 'b'],
        ['host', 'localhost'],
      ],
    );
    assert.deepEqual(target, {
      form: 'origin',
      path: '/a?b',
      authority: 'localhost',
      scheme: 'https',
    });
  });

  it('makes one line of the lines of Cookie, and of no other', () => {
    const crumbs = ['cookie', 'a=1', 'x-a', '1', 'cookie', 'b=2', 'x-a', '2', 'cookie', 'c=3'];
    const { fields } = http2HeadOf([...raw(), ...crumbs]).head;
    assert.deepEqual(fields.all('cookie'), ['a=1; b=2; c=3']);
    assert.deepEqual(fields.all('x-a'), ['1', '2']);
  });

  it('knows the protocol of an extended CONNECT', () => {
    const connect = { ':method': 'CONNECT', ':protocol': 'websocket' };
    assert.equal(http2HeadOf(raw(connect)).head.protocol, 'websocket');
  });

  for (const path of [undefined, '', '*', 'a', 'http://localhost/a', '/a b', '/a#b', '/ä']) {
    it(`knows no target of the path ${path}`, () => {
      assert.equal(http2HeadOf(raw({ ':path': path, ':scheme': 'other' })).target, undefined);
    });
  }

  it('knows no scheme but those of HTTP', () => {
    assert.equal(http2HeadOf(raw({ ':scheme': 'http' })).target?.scheme, 'http');
    assert.equal(http2HeadOf(raw({ ':scheme': 'ftp' })).target?.scheme, undefined);
  });
});

describe('http2FaultOf', () => {
  for (const [what, fields, isFault] of [
    ['an authority', {}, false],
    ['an authority and the same Host', { host: 'localhost' }, false],
    ['a Host alone', { ':authority': undefined, host: 'localhost' }, false],
    ['neither', { ':authority': undefined }, true],
    ['an authority and another Host', { host: 'localhost:1' }, true],
    ['two authorities in one', { ':authority': 'localhost,localhost' }, true],
    ['userinfo', { ':authority': 'a@localhost' }, true],
  ] as const) {
    it(`${isFault ? 'refuses' : 'takes'} a head with ${what}`, () => {
      const fault = http2FaultOf(http2HeadOf(raw(fields)));
      assert.equal(fault?.code, isFault ? 'HTTP_HOST' : undefined);
    });
  }
});

describe('http2Headers', () => {
  it('writes names in lower case, and several values of a name as a list', () => {
    const fields = [
      ['X-A', '1'],
      ['set-cookie', 'a=1'],
      ['x-a', '2'],
      ['x-a', '3'],
    ] as const;
    assert.deepEqual({ ...http2Headers(fields) }, { 'x-a': ['1', '2', '3'], 'set-cookie': 'a=1' });
  });

  it('leaves out what speaks of a connection, and the length', () => {
    const fields = {
      Connection: 'close',
      'HTTP2-Settings': 'a',
      'Keep-Alive': 'a',
      'Proxy-Connection': 'a',
      TE: 'trailers',
      'Transfer-Encoding': 'chunked',
      Upgrade: 'websocket',
      'Content-Length': '5',
    };
    assert.deepEqual({ ...http2Headers(fields) }, {});
  });

  it('takes any name for data', () => {
    assert.deepEqual(Object.keys(http2Headers([['__proto__', 'a']])), ['__proto__']);
  });
});

describe('http2Status', () => {
  it('accepts no CONNECT, and upgrades nothing', () => {
    for (const [status, method, expected] of [
      [200, 'GET', 200],
      [200, 'CONNECT', 403],
      [299, 'CONNECT', 403],
      [300, 'CONNECT', 300],
      [426, 'GET', 400],
      [503, 'CONNECT', 503],
    ] as const) {
      assert.equal(http2Status(status, method), expected);
    }
    assert.throws(() => http2Status(101, 'GET'), RangeError);
  });
});

// Helpers

/** The raw lines of a request with these fields, or without those that are nothing. */
function raw(fields: Readonly<Record<string, string | undefined>> = {}): string[] {
  const lines = {
    ':method': 'GET',
    ':scheme': 'https',
    ':authority': 'localhost',
    ':path': '/a?b',
    ...fields,
  };
  return Object.entries(lines).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
}
