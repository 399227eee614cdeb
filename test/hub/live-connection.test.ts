import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { liveHub } from '../support/live-hub.ts';
import { LivePeer, TRANSPORTS } from '../support/live-peer.ts';
import { dial } from '../support/raw.ts';
import { until } from '../support/until.ts';

for (const transport of TRANSPORTS) {
  describe(`LiveConnection by ${transport}`, () => {
    it('opens before it says that it is ready, and tells what that led to thereafter', async () => {
      const { open, news, hub } = await liveHub({
        authorize: () => ({ channels: ['news'] }),
        open: (session) => {
          session.send('welcome');
          news.publish('somebody came');
          session.subscribe('more');
          hub.channel('more').publish('and more');
        },
      });
      const peer = await open(transport);
      await peer.until(({ data }) => data === 'and more');
      assert.deepEqual(peer.entries, ['welcome', 'somebody came', 'and more']);
      assert.ok(peer.records[0]!.ready);
      peer.leave();
    });

    it('takes leave of a client whose opening closes the session', async () => {
      const { open, told } = await liveHub({ open: (session) => session.close() });
      const peer = await (await open(transport)).ended();
      assert.ok(peer.records[0]!.ready);
      assert.equal(peer.bye!.reason, 'closed');
      assert.deepEqual(told, ['open', 'close server closed']);
    });

    it('refuses a client whose opening fails, and knows its session no more', async () => {
      const { open, told, reported } = await liveHub({
        open: () => {
          throw new Error('no');
        },
      });
      const peer = await (await open(transport)).ended();
      const status = peer.bye?.status ?? peer.status;
      assert.equal(status, 500);
      assert.equal(reported.length, 1);
      assert.deepEqual(told, ['open', 'close server closed']);
    });

    it('cuts a client whose opening is rejected, so that it comes back', async () => {
      const { port, reported, sessions, hub } = await liveHub({
        open: async () => {
          await sleep(20);
          throw new Error('no');
        },
      });
      const peer = LivePeer.start(port, transport, { query: { cursor: hub.cursor() } });
      await peer.ended();
      assert.equal(peer.bye, undefined);
      assert.equal(reported.length, 1);
      assert.equal(sessions[0]!.hasEnded, true);
    });

    it('waits for a log that lags, and says then that there is a gap', async () => {
      const { port, hub, told } = await liveHub({}, { limits: { catchUp: 300 } });
      const ahead = hub.cursor().replace(/\..*/, '.999999999999999-0');
      const peer = LivePeer.start(port, transport, { query: { cursor: ahead } });
      await sleep(100);
      assert.deepEqual(told, []);
      await until(() => peer.records.length > 0);
      assert.equal(peer.ready.recovery, 'gap');
      assert.deepEqual(peer.ready.gaps, ['news']);
      assert.equal(peer.ready.cursor, hub.cursor());
      peer.leave();
    });

    it('ends where its client is when that ends its side while the log lags', async () => {
      if (transport === 'websocket') return;
      for (const isAttached of [false, true]) {
        const { port, hub, open } = await liveHub({}, { limits: { catchUp: 60_000 } }, isAttached);
        const first = await open(transport);
        const { session } = first.ready;
        if (first.state === 'open') first.leave();
        await until(() => hub.channel('news').readers === 0);
        const cursor = hub.cursor().replace(/\..*/, '.999999999999999-0');
        const query = { transport, callback: 'f', session, cursor };
        const socket = dial(port);
        socket.write(
          `GET /events?${new URLSearchParams(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        );
        await until(() => hub.channel('news').readers === 1);
        socket.end();
        let answer = '';
        for await (const piece of socket) answer += piece;
        assert.match(answer, /^HTTP\/1.1 200 /);
        assert.ok(answer.includes(`"session":"${session}","cursor":"${cursor}","recovery":"full"`));
        assert.ok(answer.includes('{"bye":{"reason":"round","retry":0}}'));
        assert.equal(hub.channel('news').readers, 0);
      }
    });

    it('refuses a new session when its peer ends its side while the log lags', async () => {
      if (transport === 'websocket') return;
      const { port, hub, told } = await liveHub({}, { limits: { catchUp: 60_000 } });
      const cursor = hub.cursor().replace(/\..*/, '.999999999999999-0');
      const query = new URLSearchParams({ transport, callback: 'f', cursor });
      const socket = dial(port);
      socket.write(`GET /events?${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await until(() => hub.channel('news').readers === 1);
      socket.end();
      let answer = '';
      for await (const piece of socket) answer += piece;
      if (transport === 'event-stream') assert.match(answer, /"reason":"round"/);
      else assert.match(answer, /^HTTP\/1.1 503 .*as far as its cursor|"status":503/s);
      assert.deepEqual(told, []);
    });

    it('never opens for a peer that leaves while the log lags', async () => {
      const { port, hub, told } = await liveHub({}, { limits: { catchUp: 60_000 } });
      const ahead = hub.cursor().replace(/\..*/, '.999999999999999-0');
      const peer = LivePeer.start(port, transport, { query: { cursor: ahead } });
      await until(() => hub.channel('news').readers === 1);
      peer.leave();
      await until(() => hub.channel('news').readers === 0);
      assert.deepEqual(told, []);
    });

    it('answers who waits for a log that lags when the server goes away', async () => {
      const { port, hub, told } = await liveHub({}, { limits: { catchUp: 60_000 } });
      const ahead = hub.cursor().replace(/\..*/, '.999999999999999-0');
      const peer = LivePeer.start(port, transport, { query: { cursor: ahead } });
      await until(() => hub.channel('news').readers === 1);
      hub.close();
      await peer.ended();
      // Any status but 200 would keep a plain EventSource away for good.
      if (transport === 'event-stream') assert.equal(peer.bye?.reason, 'draining');
      else assert.equal(peer.bye?.status ?? peer.status, 503);
      assert.deepEqual(told, []);
    });
  });
}
