import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { TRANSPORTS } from '../support/live-peer.ts';
import { Victim } from './attacker.ts';
import { post, receive, statusOf } from './live.ts';

let common: Victim;
before(async () => {
  common = await Victim.start({});
});
after(async () => {
  await common.assertUnharmed();
  common.stop();
});

for (const transport of TRANSPORTS) {
  describe(`a client that may not come in, by ${transport}`, () => {
    describe('who asks for channels', { concurrency: true }, () => {
      for (const name of [
        'secret',
        'news/',
        '/news',
        'NEWS',
        'news%00',
        'news\0',
        'news\0secret',
        'news/../secret',
        './news',
        'new%73',
        ' news',
        'news ',
        'news,secret',
        '*',
        'n*',
        '',
      ]) {
        it(`S3: reads nothing on a channel called ${JSON.stringify(name)}`, async () => {
          const sender = await receive(common, 'stream');
          const query = [
            ['channel', name],
            ['session', sender.ready.session],
          ] as const;
          const cursor = ['cursor', sender.cursor] as const;
          await post(common, sender.ready.session, [
            { data: { channel: 'news', secret: name } },
            { data: { channel: name === '' ? 'secret' : name, secret: name } },
          ]);
          const peer = await receive(common, transport, [...query, cursor, ['wait', '0.05']]);
          assert.equal(peer.status, transport === 'websocket' ? 101 : 200);
          assert.deepEqual(peer.entries, []);
          peer.leave();
          sender.leave();
        });
      }
    });

    it('S3: finds the route at no other spelling of its path', async () => {
      for (const path of [
        '/live/',
        '/LIVE',
        '/li%76e',
        '//live',
        '/./live',
        '/live%00',
        '/live;x',
      ]) {
        const answer = await rawStatus(common, path, transport);
        assert.equal(answer, 404, path);
      }
    });

    it('S4: is refused for its origin, its host, and what authorize says', async () => {
      for (const [status, headers, query] of [
        [403, { origin: 'https://evil.example' }, {}],
        [403, { origin: 'https://127.0.0.1.evil.example' }, {}],
        [403, { origin: 'null' }, {}],
        [403, { 'sec-fetch-site': 'cross-site' }, {}],
        [403, { host: 'rebound.example' }, {}],
        [401, {}, { refuse: '' }],
        [401, {}, { refuse: '', session: '__proto__', cursor: 'x' }],
        [400, {}, { wait: 'for ever' }],
      ] as const) {
        const { opened } = await common.state();
        const peer = await receive(common, transport, query, headers);
        await peer.ended();
        assert.equal(statusOf(peer), status, JSON.stringify({ headers, query }));
        assert.equal((await common.state()).opened, opened);
      }
    });

    it('S4: does not take up the session of somebody else', async () => {
      const owner = await receive(common, 'stream', { as: 'owner' });
      const { session } = owner.ready;
      const query = { session, cursor: owner.cursor, as: 'thief', wait: '0' };
      const thief = await receive(common, transport, query);
      assert.notEqual(thief.ready.session, session);
      assert.deepEqual(thief.ready.gaps, ['']);
      thief.leave();
      owner.leave();
    });

    it('S10: is put out when the time that authorize gave is over', async () => {
      const first = await receive(common, 'long-poll', { wait: '0' });
      const begun = performance.now();
      const peer = await receive(common, transport, { expires: '500', cursor: first.cursor });
      await peer.ended();
      assert.equal(peer.bye!.reason, 'expired');
      assert.ok(performance.now() - begun < 2_000);
      const again = await receive(common, transport, { refuse: '', cursor: peer.cursor });
      assert.equal(statusOf(await again.ended()), 401);
    });
  });
}

// Helpers

/** The status of the answer at a path, which is sent as it is. */
async function rawStatus(victim: Victim, path: string, transport: string): Promise<number> {
  const wire = await victim.connect();
  const upgrade =
    'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
  const fields = transport === 'websocket' ? upgrade : '';
  const query = `transport=${transport}&callback=f`;
  await wire.send(`GET ${path}?${query} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`);
  const { status } = await wire.readResponse();
  wire.close();
  return status;
}
