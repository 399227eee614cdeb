import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { DEFAULT_CLIENT_LIMITS } from '../../src/node/client-terms.ts';
import { redirectUrl, termsAt } from '../../src/node/opening-redirect.ts';

describe('redirectUrl', () => {
  for (const [location, from, to] of [
    ['/b', 'ws://a/x', 'ws://a/b'],
    ['//b/y', 'wss://a/x', 'wss://b/y'],
    ['https://b/y#z', 'ws://a/x', 'wss://b/y'],
    ['http://b/y', 'ws://a/x', 'ws://b/y'],
  ] as const) {
    it(`leads from ${from} by ${location} to ${to}`, () => {
      assert.equal(redirectUrl(location, new URL(from)).href, to);
    });
  }

  for (const [location, from, why] of [
    ['http://b/', 'wss://a/', /out of TLS/],
    ['ws://a/', 'wss://a/', /out of TLS/],
    ['ftp://b/', 'ws://a/', /ftp: is not supported/],
    ['ws://b:99999/', 'ws://a/', /no URL/],
  ] as const) {
    it(`does not lead from ${from} by ${location}`, () => {
      assert.throws(() => redirectUrl(location, new URL(from)), why);
    });
  }
});

describe('termsAt', () => {
  const from = new URL('wss://a/x');
  const terms = {
    protocols: ['chat'],
    compression: undefined,
    fields: [['Authorization', 'Bearer x']] as const,
    limits: DEFAULT_CLIENT_LIMITS,
    transport: { tls: { ca: 'a', key: 'k' } },
  };

  it('are the same for the same origin', () => {
    assert.deepEqual(termsAt(new URL('/y', from), terms, from), terms);
  });

  for (const there of ['wss://b/', 'wss://a:8443/', 'ws://a/x']) {
    it(`W17: have no credentials for ${there}`, () => {
      const { fields, protocols, transport } = termsAt(new URL(there), terms, from);
      assert.deepEqual([fields, protocols], [[], ['chat']]);
      assert.deepEqual(transport, { dial: undefined, tls: { ca: 'a' } });
    });
  }
});
