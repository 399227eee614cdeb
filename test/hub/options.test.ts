import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  requireHeartbeat,
  requireHosts,
  requireOrigins,
  requireProxies,
} from '../../src/hub/options.ts';
import { newHub } from '../support/running-hub.ts';

describe('requireOrigins', () => {
  it('takes any, none, and origins with or without ports', () => {
    for (const origins of ['*', [], ['https://app.example', 'http://localhost:8080', 'null']]) {
      assert.equal(requireOrigins(origins as never), origins);
    }
  });

  for (const [origins, why] of [
    [['app.example'], /"app.example", which is not an origin, such as/],
    [['https://app.example/'], /is not an origin/],
    [['*'], /is not an origin/],
    ['https://app.example', /'\*' or a list/],
    [[7], /has 7/],
  ] as const) {
    it(`refuses ${JSON.stringify(origins)}`, () => {
      assert.throws(() => requireOrigins(origins as never), { name: 'TypeError', message: why });
    });
  }
});

describe('requireHosts', () => {
  it('takes any, names with or without ports, and what was not given', () => {
    for (const hosts of ['*', ['a.example', 'b.example:8080', '[::1]'], undefined]) {
      assert.equal(requireHosts(hosts as never), hosts);
    }
  });

  it('refuses what no Host field can be', () => {
    for (const hosts of [['https://a.example'], [''], 'a.example', [undefined]]) {
      assert.throws(() => requireHosts(hosts as never), TypeError);
    }
  });
});

describe('requireProxies', () => {
  it('takes any, none, and addresses, which it writes as connections have them', () => {
    for (const proxies of ['*', [], ['127.0.0.1', '::1']]) {
      assert.deepEqual(requireProxies(proxies as never), proxies);
    }
    assert.deepEqual(requireProxies(['::ffff:10.0.0.1', '2001:DB8::0']), [
      '10.0.0.1',
      '2001:db8::',
    ]);
  });

  it('refuses what no connection comes from', () => {
    for (const proxies of [
      ['localhost'],
      ['10.0.0.0/8'],
      [''],
      ['::g'],
      '127.0.0.1',
      [undefined],
    ]) {
      assert.throws(() => requireProxies(proxies as never), TypeError);
    }
  });
});

describe('requireHeartbeat', () => {
  it('takes milliseconds, and 0 for none', () => {
    assert.deepEqual([0, 20_000].map(requireHeartbeat), [0, 20_000]);
  });

  it('refuses what is no time', () => {
    for (const heartbeat of [-1, Number.NaN, Number.POSITIVE_INFINITY, '20' as never]) {
      assert.throws(() => requireHeartbeat(heartbeat), RangeError);
    }
  });
});

describe('options of a hub and of its routes', () => {
  it('are judged where they are given', () => {
    assert.throws(() => newHub({ origins: ['app.example'] }), TypeError);
    assert.throws(() => newHub({ hosts: ['http://a'] }), TypeError);
    assert.throws(() => newHub({ proxies: ['a.example'] }), TypeError);
    const hub = newHub();
    assert.throws(() => hub.websocket('/', { heartbeat: -1 }), RangeError);
    const authorize = () => ({ channels: [] });
    assert.throws(() => hub.live('/', { authorize, origins: ['app.example'] }), TypeError);
  });
});
