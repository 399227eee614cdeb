import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { parseAddress, sameHost, targetOf } from '../../src/ws/address.ts';

describe('parseAddress', () => {
  for (const [given, href] of [
    ['ws://comet.example/a?b', 'ws://comet.example/a?b'],
    ['HTTP://comet.example', 'ws://comet.example/'],
    ['https://comet.example:443/', 'wss://comet.example/'],
    ['ws+unix:///run/comet.sock:/a', 'ws+unix:///run/comet.sock:/a'],
  ] as const) {
    it(`takes ${given}`, () => {
      assert.equal(parseAddress(given).href, href);
      assert.equal(parseAddress(new URL(given)).href, href);
    });
  }

  for (const given of ['', 'comet', '/a', 'ftp://comet.example', 'ws://a/#b', 'ws+unix:']) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.throws(() => parseAddress(given), SyntaxError);
    });
  }

  it('takes one that is relative to another', () => {
    const base = parseAddress('wss://comet.example/a/b');
    assert.equal(parseAddress('../c', base).href, 'wss://comet.example/c');
    assert.equal(parseAddress('//other.example/', base).href, 'wss://other.example/');
  });
});

describe('targetOf', () => {
  it('says where to go, whom to be, and what to ask for', () => {
    const { location: _, ...target } = targetOf(parseAddress('wss://a%3A:b%40@[::1]:81/c?d'));
    assert.deepEqual(target, {
      isSecure: true,
      host: '::1',
      port: 81,
      defaultPort: 443,
      path: '/c?d',
      socketPath: undefined,
      auth: 'a::b@',
    });
    assert.equal(targetOf(parseAddress('ws://comet.example')).port, 80);
  });

  it('tells a socket of this machine from the path at its server', () => {
    const { socketPath, path } = targetOf(parseAddress('ws+unix:///run/comet.sock:/a:b?c'));
    assert.deepEqual([socketPath, path], ['/run/comet.sock', '/a:b?c']);
    assert.equal(targetOf(parseAddress('ws+unix:///run/comet.sock')).path, '/');
  });
});

describe('sameHost', () => {
  for (const [first, second, isSame] of [
    ['ws://a/b', 'ws://a/c', true],
    ['ws://a', 'wss://a', true],
    ['wss://a', 'ws://a', false],
    ['ws://a', 'ws://b', false],
    ['ws://a', 'ws://a:81', false],
    ['ws+unix:/a:/b', 'ws+unix:/a:/c', true],
    ['ws+unix:/a:/b', 'ws+unix:/b:/b', false],
    ['ws+unix:/a:/b', 'ws://a', false],
  ] as const) {
    it(`${first} ${isSame ? 'trusts' : 'does not trust'} ${second}`, () => {
      assert.equal(sameHost(parseAddress(first), parseAddress(second)), isSame);
    });
  }
});
