import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createHub } from '../../src/index.ts';
import { liveHub } from '../support/live-hub.ts';
import { LivePeer, TRANSPORTS } from '../support/live-peer.ts';
import { until } from '../support/until.ts';

describe('Live', () => {
  for (const isAttached of [false, true]) {
    it(`asks every client to come back at a time of its own${isAttached ? ', inside node:http' : ''}`, async () => {
      const { hub, port, sessions, told } = await liveHub({}, {}, isAttached);
      const query = { cursor: hub.cursor() };
      const peers = TRANSPORTS.flatMap((transport) => [
        LivePeer.start(port, transport, { query }),
        LivePeer.start(port, transport, { query }),
      ]);
      await until(() => sessions.length === peers.length);
      const closed = hub.close({ drain: 5_000 });
      const retries: number[] = [];
      for (const peer of peers) {
        const { bye, transport, state } = await peer.ended();
        assert.equal(bye!.reason, 'draining', transport);
        assert.equal(state, 'ended');
        assert.ok(bye!.retry >= 0 && bye!.retry <= 5_000);
        retries.push(bye!.retry);
      }
      assert.ok(new Set(retries).size > 6, retries.join());
      await closed;
      assert.deepEqual(
        told.filter((each) => each !== 'open'),
        peers.map(() => 'close server draining'),
      );
    });
  }

  for (const transport of TRANSPORTS) {
    it(`lets nobody in by ${transport} once it is going away`, async () => {
      const { hub, open } = await liveHub({}, {}, true);
      const closing = hub.close({ drain: 4_000 });
      const peer = await (await open(transport)).ended();
      if (['jsonp', 'forever-frame', 'event-stream'].includes(transport)) {
        assert.equal(peer.status, 200);
        assert.equal(peer.bye!.reason, 'draining');
      } else {
        assert.equal(peer.status, 503);
        assert.match(peer.headers['retry-after']!, /^[0-4]$/);
      }
      await closing;
    });
  }

  it('answers an upstream that is under way when the hub closes', async () => {
    let settle: (() => void) | undefined;
    const { hub, open, post } = await liveHub({
      message: () =>
        new Promise<void>((resolve) => {
          settle = resolve;
        }),
    });
    const peer = await open('stream');
    const answer = post(peer.ready.session, [{ n: 1, data: 1 }]);
    await until(() => settle !== undefined);
    const closing = hub.close();
    settle!();
    assert.deepEqual(await (await answer).json(), { ack: 1 });
    await closing;
  });

  it('keeps its paths to itself', () => {
    const hub = createHub();
    const route = { authorize: () => ({ channels: [] }) };
    hub.live('/', route);
    assert.throws(() => hub.live('/', route), TypeError);
    assert.throws(() => hub.http('/', () => ({})), TypeError);
    assert.throws(() => hub.websocket('/', {}), TypeError);
    hub.http('/page', () => ({}));
    assert.throws(() => hub.live('/page', route), TypeError);
  });

  it('knows no transport but its own', () => {
    const transports = ['carrier-pigeon'] as never;
    const route = { authorize: () => ({ channels: [] }), transports };
    assert.throws(() => createHub().live('/', route), /carrier-pigeon/);
  });
});
