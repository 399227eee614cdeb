import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { LiveAdmission, Refusal, Session } from '../../src/index.ts';
import { Random } from '../faults/random.ts';
import { liveHub } from '../support/live-hub.ts';
import { LivePeer, TRANSPORTS } from '../support/live-peer.ts';
import { until } from '../support/until.ts';

const FAILURE = 'a handler failed on purpose';

describe('live routes in disorder', () => {
  for (const isAttached of [false, true]) {
    it(`open and close each session once, and keep nothing${isAttached ? ', inside node:http' : ''}`, async () => {
      const random = new Random(isAttached ? 2 : 1);
      const opened = new Set<Session<unknown>>();
      const closed = new Set<Session<unknown>>();
      const disturb = (session: Session<unknown>): void | Promise<void> => {
        switch (random.below(12)) {
          case 0:
            session.close();
            break;
          case 1:
            session.subscribe(`own${random.below(5)}`);
            break;
          case 2:
            session.unsubscribe('news');
            break;
          case 3:
            throw new Error(FAILURE);
          case 4:
            return sleep(random.below(20)).then(() => Promise.reject(new Error(FAILURE)));
          default:
            session.send('from a handler');
            news.publish('x'.repeat(random.below(3_000)));
        }
      };
      const { port, hub, news, reported, post, sessions } = await liveHub(
        {
          authorize: async (): Promise<LiveAdmission<unknown> | Refusal> => {
            if (random.below(2) === 0) await sleep(random.below(10));
            if (random.below(20) === 0) return { status: 401 };
            const isShort = random.below(5) === 0;
            return {
              channels: ['news'],
              expires: isShort ? Date.now() + random.below(400) : undefined,
            };
          },
          open: (session) => {
            assert.ok(!opened.has(session));
            opened.add(session);
            return disturb(session);
          },
          message: disturb,
          close: (session) => {
            assert.ok(opened.has(session) && !closed.has(session));
            closed.add(session);
            if (random.below(10) === 0) throw new Error(FAILURE);
          },
        },
        { limits: { sessionIdle: 300, roundTime: 500, wait: 300, stall: 1_000, catchUp: 100 } },
        isAttached,
      );
      await Promise.all(
        Array.from({ length: 60 }, async () => {
          let query: Record<string, string> = {};
          for (let i = 0; i < 4; i++) {
            const transport = TRANSPORTS[random.below(TRANSPORTS.length)]!;
            const isAhead = random.below(10) === 0;
            if (isAhead) query['cursor'] = hub.cursor().replace(/\..*/, '.999999999999999-0');
            const peer = LivePeer.start(port, transport, { query });
            await sleep(random.below(60));
            if (random.below(4) === 0) peer.pause();
            news.publish('y'.repeat(random.below(20_000)));
            const ready = peer.records[0]?.ready;
            if (ready !== undefined) {
              query = { session: ready.session, cursor: peer.cursor };
              const sent = random.below(2) === 0 ? post(ready.session, [{ data: 1 }]) : undefined;
              if (random.below(8) === 0) sessions.find(({ id }) => id === ready.session)?.close();
              await sent?.catch(() => {});
            }
            peer.resume();
            peer.leave();
          }
        }),
      );
      await until(() => news.readers === 0);
      await sleep(600);
      await until(() => closed.size === opened.size);
      assert.ok(opened.size > 5, `${opened.size}`);
      for (const session of opened) assert.equal(session.uses, 0);
      for (const error of reported) assert.equal((error as Error).message, FAILURE);
      await hub.close();
    });
  }

  it('close in the middle of everything', async () => {
    for (let i = 0; i < 12; i++) {
      const random = new Random(100 + i);
      const { port, hub, told, reported } = await liveHub({
        open: (session) => {
          session.send('welcome');
          if (random.below(15) === 0) hub.close({ drain: 1_000 });
        },
      });
      const peers: LivePeer[] = [];
      for (let j = 0; j < 20; j++) {
        peers.push(LivePeer.start(port, TRANSPORTS[random.below(TRANSPORTS.length)]!));
        if (j % 5 === 0) await sleep(random.below(5));
      }
      await hub.close();
      for (const peer of peers) await peer.ended();
      assert.deepEqual(reported, []);
      const opens = told.filter((each) => each === 'open').length;
      assert.equal(told.length, 2 * opens);
    }
  });
});
