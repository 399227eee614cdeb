import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HubOptions } from '../../src/index.ts';
import { liveHub } from '../browser/live-hub.ts';
import { LivePeer } from '../support/live-peer.ts';
import { missing, PROXIES, type ProxyKind } from './proxies.ts';

const PUBLIC = 'push.example.com';

for (const proxy of PROXIES) {
  describe(`a hub with a public name, behind ${proxy.name}`, () => {
    const lacking = missing(proxy);
    if (lacking !== undefined) {
      it(`is not tried: ${lacking}`, () => {});
      return;
    }

    it('says which option to set when it was not told its name', async () => {
      const { status, text } = await asked(proxy, {}, PUBLIC);
      assert.equal(status, 403);
      assert.match(text, /Host "push\.example\.com" .* option hosts/);
    });

    it('lets its own pages in, wherever TLS ends, and no others', async () => {
      const options = { hosts: [PUBLIC] };
      for (const origin of [`https://${PUBLIC}`, `http://${PUBLIC}`]) {
        const { status, records } = await asked(proxy, options, PUBLIC, origin);
        assert.equal(status, 200);
        assert.equal(records[0]!.ready!.recovery, 'new');
      }
      assert.equal((await asked(proxy, options, PUBLIC, 'https://elsewhere.example')).status, 403);
      assert.equal((await asked(proxy, options, 'elsewhere.example')).status, 403);
    });

    it('lets only pages of its own scheme in, where it trusts the proxy that says which it is', async () => {
      const options = { hosts: [PUBLIC], proxies: ['127.0.0.1'] };
      assert.equal((await asked(proxy, options, PUBLIC, `http://${PUBLIC}`)).status, 200);
      const { status, text } = await asked(proxy, options, PUBLIC, `https://${PUBLIC}`);
      assert.equal(status, 403);
      assert.match(text, /\(Host "push\.example\.com", by http\)/);
    });
  });
}

// Helpers

/** What a poll gets that asks for a host through a proxy, from a page of an origin. */
async function asked(
  proxy: ProxyKind,
  options: HubOptions,
  host: string,
  origin?: string,
): Promise<LivePeer> {
  const { hub, port } = await liveHub(options);
  const program = await proxy.start([port]);
  try {
    const headers = { host, ...(origin === undefined ? {} : { origin }) };
    return await LivePeer.start(program.port, 'long-poll', { path: '/live', headers }).ended();
  } finally {
    await program.stop();
    await hub.close();
  }
}
