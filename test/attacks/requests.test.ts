import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { openingHandshake } from '../../spec/opening-handshake.ts';
import { Victim } from './attacker.ts';

describe('a request that means harm', () => {
  let common: Victim;
  before(async () => {
    common = await Victim.start({});
  });
  after(async () => {
    await common.assertUnharmed();
    common.stop();
  });

  for (const attached of [false, true]) {
    const door = attached ? 'inside node:http' : 'on node:net';

    it(`H9: is answered 431 when its fields are too many, so that Upgrade is missing, ${door}`, async () => {
      await Victim.attack({ attached }, async (victim) => {
        const [line, ...fields] = openingHandshake(victim, {}).split('\r\n');
        const many = Array.from({ length: 3_000 }, () => 'A: b');
        const wire = await victim.connect();
        await wire.send([line, fields[0], ...many, ...fields.slice(1)].join('\r\n'));
        const { status } = await wire.readResponse();
        // node:http leaves out what is above its own count, and gives what remains to the application.
        assert.ok(attached ? status !== 101 : status === 431, `${status}`);
      });
    });
  }

  for (const [what, head, status] of [
    ['101 fields', `GET / HTTP/1.1\r\nHost: localhost\r\n${'A: b\r\n'.repeat(100)}\r\n`, 431],
    ['a field of 16 KiB', `GET / HTTP/1.1\r\nHost: localhost\r\nA: ${'a'.repeat(16_384)}`, 431],
    ['a field name without end', `GET / HTTP/1.1\r\nHost: localhost\r\n${'a'.repeat(20_000)}`, 431],
    ['a target of 8 KiB', `GET /${'a'.repeat(8_192)}`, 414],
  ] as const) {
    it(`H9: is answered ${status} for ${what}, and the connection ends`, async () => {
      const wire = await common.connect();
      await wire.send(head);
      assert.equal((await wire.readResponse()).status, status);
      assert.ok(await wire.endsHere());
    });
  }

  it('H9: is answered 408 when its head takes too long, whether it drips or stops', async () => {
    await Victim.attack({ limits: { headTime: 300 } }, async (victim) => {
      const [dripping, stopped, silent] = await Promise.all([
        victim.connect(),
        victim.connect(),
        victim.connect(),
      ]);
      await stopped.send('GET / HTTP/1.1\r\nHost: local');
      for (const octet of 'GET / HTTP/1.1\r\nHost: localhost\r\n') {
        await dripping.send(octet);
        await sleep(20);
        if (dripping.waiting.length > 0) break;
      }
      assert.equal((await dripping.readResponse()).status, 408);
      assert.equal((await stopped.readResponse()).status, 408);
      assert.equal(await silent.endsHere(), true);
    });
  });

  it('H9: is the last on its connection when none follows in time', async () => {
    await Victim.attack({ limits: { idleTime: 300 } }, async (victim) => {
      const wire = await victim.connect();
      await wire.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      assert.equal((await wire.readResponse()).status, 200);
      assert.ok(await wire.isQuiet(100));
      assert.ok(await wire.endsHere());
    });
  });

  for (const [line, ...statuses] of [
    ['GET /', 400, 505],
    ['GET / HTTP/0.9', 400, 505],
    ['GET / HTTP/2.0', 505],
    ['PRI * HTTP/2.0', 505],
    ['GET / HTTP/3.0', 505],
    ['GET / HTTP/10.1', 400, 505],
    ['GET / HTTP/1', 400],
    ['GET / HTTP/1.', 400],
    ['GET / HTTP/1.1.1', 400],
    ['GET / HTTP/1.x', 400],
    ['GET / http/1.1', 400],
    ['GET / HTTPS/1.1', 400],
    ['GET / HTTP/01.1', 400, 505],
  ] as const) {
    it(`H13: is answered ${statuses.join(' or ')} for ${line}, and never upgraded`, async () => {
      const [, ...fields] = openingHandshake(common, {}).split('\r\n');
      const wire = await common.connect();
      await wire.send([line, ...fields].join('\r\n'));
      const response = await wire.readResponse();
      assert.ok((statuses as readonly number[]).includes(response.status), response.head);
      assert.ok(await wire.endsHere());
    });
  }

  it('H13: is an ordinary one in HTTP/1.0, whatever it wants to be upgraded to', async () => {
    const wire = await common.connect();
    await wire.send(openingHandshake(common, { version: 'HTTP/1.0' }));
    assert.equal((await wire.readResponse()).status, 200);
    assert.ok(await wire.endsHere());
  });
});
