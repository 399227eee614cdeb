import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FieldList } from '../../src/http1/fields.ts';
import {
  type AllowList,
  decideOrigin,
  hostRefusal,
  originRefusal,
} from '../../src/hub/admission.ts';

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

  it('lets pages of either scheme in where TLS may have ended in front, and of that alone that is known', () => {
    for (const scheme of ['http', 'https'] as const) {
      const other = scheme === 'http' ? 'https' : 'http';
      assert.equal(refusedOrigin({ origin: `${scheme}://push.example` }), undefined);
      assert.equal(refusedOrigin({ origin: `${scheme}://push.example` }, { scheme }), undefined);
      const why = refusedOrigin({ origin: `${other}://push.example` }, { scheme })!;
      assert.ok(why.includes(`(Host "push.example", by ${scheme})`), why);
    }
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

  it('takes nothing for an origin that is not serialised as one, in lower case (RFC 6454 §6.2)', () => {
    const allowed = ['https://app.example'];
    assert.equal(refusedOrigin({ origin: 'https://app.example' }, {}, allowed), undefined);
    for (const origin of ['HTTPS://app.example', 'https://APP.example', 'https://app.example/']) {
      assert.match(refusedOrigin({ origin }, {}, allowed)!, /origins/);
    }
    assert.match(refusedOrigin({ origin: 'https://PUSH.example' })!, /origins/);
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

describe('decideOrigin', () => {
  const listed = ['https://app.example'];

  it('names the origin that may read the answer, with credentials if it is listed', () => {
    const own = { origin: 'http://push.example' };
    assert.deepEqual(decide(own), { ...own, credentials: false, page: own.origin });
    const other = { origin: 'https://app.example' };
    assert.deepEqual(decide(other, listed), { ...other, credentials: true, page: other.origin });
    assert.deepEqual(decide(other, '*'), { ...other, credentials: false, page: other.origin });
    assert.equal(decide({ origin: 'null' }, ['null']).page, undefined);
  });

  it('says what to set', () => {
    assert.match(
      decide({ origin: 'https://x.example' }).refusal!,
      /origins: \["https:\/\/x.example"\]/,
    );
  });

  it('knows the page of an element by its Referer', () => {
    const fields = { 'sec-fetch-site': 'cross-site', referer: 'https://app.example/page?q' };
    assert.deepEqual(decide(fields, listed, true), { page: 'https://app.example' });
    const refused = decide({ ...fields, referer: 'https://evil.example/' }, listed, true);
    assert.match(refused.refusal!, /cross-site: a page of the origin https:\/\/evil.example/);
    assert.ok(decide({ 'sec-fetch-site': 'cross-site' }, listed, true).refusal);
  });

  it('names no page whose host could be read as something else', () => {
    const referer = "http://push.example');evil('/";
    assert.equal(decide({ referer }, '*', true).page, undefined);
    assert.equal(decide({ origin: "http://a'b" }, '*', true).page, undefined);
    assert.equal(decide({ referer: "http://a'b/" }, '*', true).page, undefined);
    assert.equal(decide({ referer: 'http://[::1]:80/' }, '*', true).page, 'http://[::1]');
  });

  it('heeds Referer for elements alone', () => {
    const fields = { 'sec-fetch-site': 'cross-site', referer: 'https://app.example/page?q' };
    assert.ok(decide(fields, listed, false).refusal);
  });

  for (const site of ['same-origin', 'none']) {
    it(`takes the word of a browser that says ${site}`, () => {
      assert.deepEqual(decide({ 'sec-fetch-site': site }, [], true), { page: undefined });
    });
  }

  it('takes the page of an element that says nothing of itself for unknown', () => {
    assert.equal(decide({}, [], true).isAnonymous, true);
    assert.equal(decide({ 'sec-fetch-site': 'nonsense' }, [], true).isAnonymous, true);
    for (const referer of ['https://evil.example/', 'nonsense', 'data:text/html,x', 'http://']) {
      assert.equal(decide({ referer }, listed, true).isAnonymous, true, referer);
    }
    assert.equal(decide({}, '*', true).isAnonymous, false);
    assert.equal(decide({}, [], false).isAnonymous, false);
    assert.deepEqual(decide({ referer: 'http://push.example/page' }, [], true), {
      page: 'http://push.example',
    });
  });
});

// Helpers

function decide(fields: Record<string, string>, origins: AllowList = [], isElement = false) {
  const lines = Object.entries(fields).map(([name, value]) => ({ name, value }));
  const arrival = { host: 'push.example', localAddress: undefined, scheme: undefined };
  return decideOrigin({ ...arrival, fields: new FieldList(lines) }, origins, isElement);
}

function refusedHost(host: string, hosts?: AllowList, ...address: [address?: string | undefined]) {
  const scheme = undefined;
  const localAddress = address.length === 0 ? '127.0.0.1' : address[0];
  return hostRefusal({ host, fields: new FieldList([]), localAddress, scheme }, hosts);
}

function refusedOrigin(
  fields: Record<string, string>,
  arrival: { host?: string | undefined; scheme?: 'http' | 'https' } = {},
  origins: AllowList = [],
) {
  const lines = Object.entries(fields).map(([name, value]) => ({ name, value }));
  const usual = { host: 'push.example', localAddress: undefined, scheme: undefined };
  return originRefusal({ ...usual, ...arrival, fields: new FieldList(lines) }, origins);
}
