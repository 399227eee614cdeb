import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FieldList } from '../../src/http1/fields.ts';
import type { AllowList } from '../../src/hub/admission.ts';
import { canonicalAddress, schemeOf } from '../../src/hub/scheme.ts';
import { liveHub } from '../support/live-hub.ts';
import { TRANSPORTS } from '../support/live-peer.ts';
import { attachedHub, listeningHub } from '../support/running-hub.ts';

describe('schemeOf', () => {
  it('is https over TLS, and not known of a plain connection: TLS may have ended in front', () => {
    assert.equal(scheme({ secure: true }), 'https');
    assert.equal(scheme({}), undefined);
  });

  it('is what a trusted proxy says, by whatever name', () => {
    for (const [told, expected] of [
      ['https', 'https'],
      ['HTTP', 'http'],
      [' wss ', 'https'],
      ['ws', 'http'],
    ] as const) {
      assert.equal(scheme({ told }, ['192.0.2.1']), expected);
      assert.equal(scheme({ told, secure: true }, ['192.0.2.1']), expected);
      assert.equal(scheme({ told }, '*'), expected);
      assert.equal(scheme({ told, address: undefined }, '*'), expected);
    }
  });

  it('is not what anybody else says, nor two at once, nor nonsense', () => {
    assert.equal(scheme({ told: 'https' }), undefined);
    assert.equal(scheme({ told: 'https' }, ['192.0.2.2']), undefined);
    assert.equal(scheme({ told: 'http', secure: true }, ['192.0.2.2']), 'https');
    assert.equal(scheme({ told: 'https', address: undefined }, ['192.0.2.2']), undefined);
    assert.equal(scheme({ told: 'https, http' }, '*'), undefined);
    assert.equal(scheme({ told: '' }, '*'), undefined);
    assert.equal(scheme({ told: 'constructor', secure: true }, '*'), 'https');
  });

  it('knows an address however it is written', () => {
    for (const [address, given] of [
      ['::ffff:192.0.2.1', '192.0.2.1'],
      ['192.0.2.1', '::FFFF:192.0.2.1'],
      ['2001:db8::1', '2001:0DB8:0:0::1'],
      ['::1', '0:0:0:0:0:0:0:1'],
    ] as const) {
      assert.equal(scheme({ told: 'https', address }, [canonicalAddress(given)]), 'https', given);
    }
    assert.equal(scheme({ told: 'https', address: 'fe80::1%eth0' }, ['::1']), undefined);
  });
});

describe('the option proxies', () => {
  const PAGE = 'https://push.example';
  const options = { hosts: ['push.example'], proxies: ['127.0.0.1'] };

  for (const isAttached of [false, true]) {
    for (const transport of TRANSPORTS) {
      it(`makes the origin's scheme count, by ${transport}${isAttached ? ' inside node:http' : ''}`, async () => {
        const { open } = await liveHub({}, options, isAttached);
        const ask = async (told?: string) => {
          const forwarded = told === undefined ? {} : { 'x-forwarded-proto': told };
          const headers = { host: 'push.example', origin: PAGE, ...forwarded };
          const peer = await open(transport, { headers });
          peer.leave();
          return peer.records[0]?.ready === undefined ? 'refused' : 'ready';
        };
        assert.deepEqual([await ask('https'), await ask()], ['ready', 'ready']);
        assert.equal(await ask('http'), 'refused');
      });
    }
  }

  it('says so in the refusal, and believes nobody unless it is given', async () => {
    const headers = { host: 'push.example', origin: PAGE, 'x-forwarded-proto': 'http' };
    const trusting = await liveHub({}, options);
    const refused = await (await trusting.open('long-poll', { headers })).ended();
    assert.equal(refused.status, 403);
    assert.match(refused.text, /\(Host "push\.example", by http\)/);
    const { open } = await liveHub({}, { hosts: ['push.example'] });
    assert.equal((await open('long-poll', { headers })).status, 200);
  });

  it('counts at the doors of a bare WebSocket', async () => {
    for (const make of [listeningHub, (given: object) => attachedHub(undefined, given)]) {
      const { hub, get } = await make({ proxies: ['127.0.0.1'] });
      hub.websocket('/ws', { authorize: () => ({ status: 299 }) });
      const ask = (told: string): Promise<string> =>
        get('/ws', `${HANDSHAKE}Origin: https://localhost\r\nX-Forwarded-Proto: ${told}\r\n`);
      assert.match(await ask('wss'), /^HTTP\/1.1 299 /);
      assert.match(await ask('ws'), /^HTTP\/1.1 403 .*by http\)/s);
    }
  });
});

// Helpers

const HANDSHAKE =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';

interface Asked {
  readonly told?: string;
  readonly secure?: boolean;
  readonly address?: string | undefined;
}

function scheme(asked: Asked, proxies: AllowList = []) {
  const { told, secure = false } = asked;
  const remoteAddress = 'address' in asked ? asked.address : '192.0.2.1';
  const lines = told === undefined ? [] : [{ name: 'x-forwarded-proto', value: told }];
  return schemeOf({ secure, remoteAddress, fields: new FieldList(lines) }, proxies);
}
