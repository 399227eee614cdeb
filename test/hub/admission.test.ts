import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FieldList } from '../../src/http1/fields.ts';
import { type AllowList, hostRefusal, originRefusal } from '../../src/hub/admission.ts';

describe('hostRefusal', () => {
  for (const host of [
    'localhost',
    'localhost:8080',
    't1.localhost',
    '127.0.0.1',
    '127.9.9.9:1',
    '[::1]:80',
    'LOCALHOST',
  ]) {
    it(`lets ${host} in on a loopback address`, () => {
      assert.equal(refusedHost(host), undefined);
    });
  }

  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evillocalhost',
    '',
    '10.0.0.1',
    'local:host',
  ]) {
    it(`refuses ${JSON.stringify(host)} on a loopback address, and names the option`, () => {
      const why = refusedHost(host);
      assert.match(why!, /option hosts/);
      assert.ok(why!.includes(JSON.stringify(host)));
    });
  }

  it('lets any host in on another address, and on a stream that has none', () => {
    assert.equal(refusedHost('push.example', undefined, '192.0.2.1'), undefined);
    assert.equal(refusedHost('push.example', undefined, undefined), undefined);
  });

  it('takes an IPv4 address in IPv6 form for what it is', () => {
    assert.match(refusedHost('push.example', undefined, '::ffff:127.0.0.1')!, /hosts/);
  });

  it("lets any host in where hosts is '*'", () => {
    assert.equal(refusedHost('evil.example', '*'), undefined);
  });

  it('compares with the hosts listed: without a port on any port, with one on that alone', () => {
    const hosts = ['push.example', 'other.example:80'];
    assert.equal(refusedHost('push.example:8443', hosts), undefined);
    assert.equal(refusedHost('PUSH.example', hosts), undefined);
    assert.equal(refusedHost('other.example', hosts), undefined);
    assert.match(refusedHost('other.example:81', hosts)!, /option hosts/);
    assert.match(refusedHost('localhost', hosts)!, /option hosts/);
    assert.match(refusedHost('a b', hosts)!, /option hosts/);
  });
});

describe('originRefusal', () => {
  it('lets a page of the same host and port in', () => {
    assert.equal(refusedOrigin({ origin: 'http://push.example' }), undefined);
    assert.equal(refusedOrigin({ origin: 'http://push.example:80' }), undefined);
    assert.equal(
      refusedOrigin({ origin: 'http://push.example:8080' }, { host: 'push.example:8080' }),
      undefined,
    );
  });

  it('lets a page of https in where TLS may have ended in front, but no page of http behind TLS', () => {
    assert.equal(refusedOrigin({ origin: 'https://push.example' }), undefined);
    assert.equal(refusedOrigin({ origin: 'https://push.example' }, { secure: true }), undefined);
    assert.match(refusedOrigin({ origin: 'http://push.example' }, { secure: true })!, /origins/);
  });

  for (const origin of [
    'http://evil.example',
    'http://push.example.evil.example',
    'http://push.example:81',
    'http://push.example@evil.example',
    'http://push.example/',
    'null',
    'nonsense',
    '',
  ]) {
    it(`refuses ${JSON.stringify(origin)}, and says both values and the option`, () => {
      const why = refusedOrigin({ origin });
      assert.ok(why!.includes(origin));
      assert.ok(why!.includes('push.example'));
      assert.match(why!, /option origins/);
    });
  }

  it('lets listed origins in, with default ports filled in, and null only if listed', () => {
    assert.equal(
      refusedOrigin({ origin: 'https://app.example' }, {}, ['https://app.example:443']),
      undefined,
    );
    assert.equal(refusedOrigin({ origin: 'null' }, {}, ['null']), undefined);
    assert.match(refusedOrigin({ origin: 'null' }, {}, ['https://app.example'])!, /origins/);
    assert.equal(refusedOrigin({ origin: 'http://evil.example' }, {}, '*'), undefined);
  });

  it('refuses what is cross-site without saying where it comes from, and lets programs in', () => {
    assert.equal(refusedOrigin({}), undefined);
    for (const site of ['same-origin', 'none']) {
      assert.equal(refusedOrigin({ 'sec-fetch-site': site }), undefined);
    }
    for (const site of ['cross-site', 'same-site']) {
      assert.match(refusedOrigin({ 'sec-fetch-site': site })!, /origins/);
    }
  });

  it('refuses every page where the request names no host', () => {
    assert.match(refusedOrigin({ origin: 'http://push.example' }, { host: undefined })!, /origins/);
  });
});

// Helpers

function refusedHost(host: string, hosts?: AllowList, ...address: [address?: string | undefined]) {
  const localAddress = address.length === 0 ? '127.0.0.1' : address[0];
  return hostRefusal({ host, fields: new FieldList([]), localAddress, secure: false }, hosts);
}

function refusedOrigin(
  fields: Record<string, string>,
  arrival: { host?: string | undefined; secure?: boolean } = {},
  origins: AllowList = [],
) {
  const lines = Object.entries(fields).map(([name, value]) => ({ name, value }));
  const usual = { host: 'push.example', localAddress: undefined, secure: false };
  return originRefusal({ ...usual, ...arrival, fields: new FieldList(lines) }, origins);
}
