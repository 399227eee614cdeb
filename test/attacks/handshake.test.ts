import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { type FieldChanges, openingHandshake } from '../../spec/opening-handshake.ts';
import { Conversation } from '../../spec/websocket-wire.ts';
import { Victim } from './attacker.ts';

describe('an opening handshake that means harm', () => {
  for (const attached of [false, true]) {
    const door = attached ? 'inside node:http' : 'on node:net';

    it(`W3: may be reset behind any of its octets, ${door}`, async () => {
      await Victim.attack({ attached }, async (victim) => {
        const handshake = `${openingHandshake(victim, {})}\x81\x85\x00\x00\x00\x00He`;
        for (let length = 0; length <= handshake.length; length++) {
          const wire = await victim.connect();
          await wire.send(handshake.slice(0, length));
          if (length % 2 === 0) await sleep(1);
          wire.reset();
        }
        const { sockets } = await victim.stateWhen((state) => state.sockets === 0);
        assert.equal(sockets, 0);
      });
    });

    it(`W3: may name the wrong method, protocol or path, ${door}`, async () => {
      await Victim.attack({ attached }, async (victim) => {
        for (const [changes, status] of [
          [{ method: 'POST' }, 405],
          [{ method: 'POST', fields: { 'Content-Length': '5' }, content: 'hello' }, 405],
          [{ fields: { Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' } }, 200],
          [{ target: '/echo' }, 200],
          [{ target: '//' }, attached ? 200 : 404],
          [{ target: '/../' }, attached ? 200 : 404],
        ] as const) {
          const { response, wire } = await Conversation.open(victim, changes);
          assert.equal(response.status, status, JSON.stringify(changes));
          wire.reset();
        }
      });
    });
  }

  it('W16: is let in from a page of the same origin, and from no page at all', async () => {
    await Victim.attack({}, async (victim) => {
      const own = `http://127.0.0.1:${victim.port}`;
      for (const fields of [{}, { Origin: own }, { 'Sec-Fetch-Site': 'same-origin' }]) {
        const { response } = await Conversation.open(victim, { fields });
        assert.equal(response.status, 101, JSON.stringify(fields));
      }
    });
  });

  it('W16: is refused from any other origin, with both values and the option that allows it', async () => {
    await Victim.attack({}, async (victim) => {
      const host = `127.0.0.1:${victim.port}`;
      for (const origin of [
        'http://evil.example',
        'null',
        `http://${host}.evil.example`,
        `http://evil.example/${host}`,
        `http://${host}@evil.example`,
        `http://127.0.0.1.evil.example:${victim.port}`,
        `http://127.0.0.1:${victim.port + 1}`,
        'http://127.0.0.1',
        `http://localhost:${victim.port}`,
        `file://${host}`,
        '',
      ]) {
        const refusal = await refused(victim, { Origin: origin });
        for (const part of [origin, host, 'origins']) assert.ok(refusal.includes(part), refusal);
      }
    });
  });

  it('W16: is let in from a listed origin, and not from one that looks like it', async () => {
    await Victim.attack({ origins: ['https://app.example'] }, async (victim) => {
      for (const origin of ['https://app.example', 'https://app.example:443']) {
        const { response } = await Conversation.open(victim, { fields: { Origin: origin } });
        assert.equal(response.status, 101, origin);
      }
      for (const origin of [
        'https://app.example.evil',
        'https://evil-app.example',
        'https://evil.app.example',
        'http://app.example',
        'https://app.example:8443',
        'null',
      ]) {
        assert.ok((await refused(victim, { Origin: origin })).includes(origin));
      }
    });
  });

  it('W16: is refused when a browser says that it comes from another site', async () => {
    await Victim.attack({}, async (victim) => {
      for (const site of ['cross-site', 'same-site']) {
        const refusal = await refused(victim, { 'Sec-Fetch-Site': site });
        for (const part of [site, 'origins']) assert.ok(refusal.includes(part), refusal);
      }
    });
  });

  it('W16: is refused for a foreign Host on a loopback address, and so is any request', async () => {
    await Victim.attack({}, async (victim) => {
      for (const host of [
        'evil.example',
        `evil.example:${victim.port}`,
        'localhost.evil.example',
      ]) {
        const refusal = await refused(victim, { Host: host, Origin: `http://${host}` });
        for (const part of [host, 'hosts']) assert.ok(refusal.includes(part), refusal);
        const wire = await victim.connect();
        await wire.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        assert.equal((await wire.readResponse()).status, 403);
      }
    });
  });
});

// Helpers

/** What a handshake with these fields is refused with: a 403, and in its content the reason. */
async function refused(victim: Victim, fields: FieldChanges): Promise<string> {
  const { response, wire } = await Conversation.open(victim, { fields });
  assert.equal(response.status, 403, JSON.stringify(fields));
  assert.ok(await wire.endsHere());
  return response.content.toString();
}
