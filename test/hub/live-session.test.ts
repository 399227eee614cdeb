import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { liveHub } from '../support/live-hub.ts';
import { until } from '../support/until.ts';

describe('Session', () => {
  it('sends to its own client alone, in order with what is published', async () => {
    const { open, sessions, news } = await liveHub();
    const one = await open('stream');
    const other = await open('stream');
    const [first] = sessions;
    const before = await news.publish('before');
    const id = await first!.send({ private: true });
    await news.publish('after');
    await one.until(({ data }) => data === 'after');
    await other.until(({ data }) => data === 'after');
    assert.deepEqual(one.entries, ['before', { private: true }, 'after']);
    assert.deepEqual(other.entries, ['before', 'after']);
    const record = one.records.find((each) => each.id === id)!;
    assert.equal(record.channel, '');
    assert.ok(before < id);
    one.leave();
    other.leave();
  });

  it('tells its transport, its recovery and its data', async () => {
    const { open, sessions } = await liveHub({
      authorize: () => ({ channels: [], data: { name: 'ann' } }),
    });
    const peer = await open('long-poll', { query: { wait: '0' } });
    const [session] = sessions;
    assert.equal(session!.id, peer.ready.session);
    assert.equal(session!.transport, 'long-poll');
    assert.equal(session!.recovery, 'new');
    assert.deepEqual(session!.data, { name: 'ann' });
    assert.equal(session!.behind, 0);
    const next = await open('event-stream', {
      query: { session: session!.id, cursor: peer.cursor },
    });
    assert.equal(session!.transport, 'event-stream');
    assert.equal(session!.recovery, 'full');
    assert.equal(sessions.length, 1);
    next.leave();
  });

  it('subscribes on a running connection, from its position on, and says from where', async () => {
    const { hub, open, sessions } = await liveHub();
    const peer = await open('stream');
    const [session] = sessions;
    await hub.channel('other').publish('too early');
    session!.subscribe('other');
    const { cursor } = await peer.until((record) => record.cursor !== undefined);
    assert.equal(cursor, hub.cursor());
    await hub.channel('other').publish('in time');
    await peer.until(({ data }) => data === 'in time');
    session!.unsubscribe('other');
    await hub.channel('other').publish('too late');
    await hub.channel('news').publish('end');
    await peer.until(({ data }) => data === 'end');
    assert.deepEqual(peer.entries, ['in time', 'end']);
    peer.leave();
  });

  it('keeps its subscriptions from one connection to the next', async () => {
    const { hub, open } = await liveHub({ open: (session) => session.subscribe('own') });
    const first = await (await open('long-poll')).ended();
    await hub.channel('own').publish('kept');
    const query = { session: first.ready.session, cursor: first.cursor };
    const second = await open('long-poll', { query });
    assert.deepEqual(second.entries, ['kept']);
  });

  it('has no channel without a name', async () => {
    const { open, sessions } = await liveHub();
    await open('long-poll');
    assert.throws(() => sessions[0]!.subscribe(''), TypeError);
  });

  it('closes, tells its client on each connection, and is known no more', async () => {
    const { open, sessions, told, post } = await liveHub();
    const peer = await open('stream');
    const query = { session: peer.ready.session };
    const other = await open('websocket', { query });
    const [session] = sessions;
    const { signal, closed } = session!;
    session!.close();
    session!.close();
    assert.equal(signal.aborted, true);
    assert.equal(session!.signal.aborted, true);
    assert.deepEqual(await closed, { by: 'server', reason: 'closed' });
    assert.equal((await peer.ended()).bye!.reason, 'closed');
    assert.equal((await other.ended()).bye!.reason, 'closed');
    assert.equal(other.code, 1000);
    assert.deepEqual(told, ['open', 'close server closed']);
    assert.equal((await post(query.session, [])).status, 409);
    await assert.rejects(session!.send('late'), /ended/);
    session!.subscribe('late');
    assert.equal((await open('long-poll', { query })).ready.recovery, 'gap');
  });

  it('reports a close handler that fails', async () => {
    const errors = [new Error('thrown'), new Error('rejected')];
    const { open, sessions, reported } = await liveHub({
      close: (session) => {
        if (session === sessions[0]) throw errors[0];
        return Promise.reject(errors[1]);
      },
    });
    await open('long-poll');
    await open('long-poll');
    for (const session of sessions) session.close();
    await until(() => reported.length === 2);
    assert.deepEqual(reported, errors);
  });

  it('throws for what JSON can not hold, and for what the inbox can not', async () => {
    const { open, sessions } = await liveHub({}, { limits: { inbox: 1_000 } });
    await open('long-poll');
    assert.throws(() => sessions[0]!.send(undefined), TypeError);
    assert.throws(() => sessions[0]!.send('x'.repeat(1_001)), RangeError);
  });

  it('loses the oldest of its inbox, and says so by a gap of the name ""', async () => {
    const { open, sessions } = await liveHub({}, { limits: { inbox: 1_000 } });
    const first = await (await open('long-poll')).ended();
    for (let i = 0; i < 100; i++) sessions[0]!.send(i);
    const query = { session: first.ready.session, cursor: first.cursor };
    const second = await open('long-poll', { query });
    assert.equal(second.ready.recovery, 'gap');
    assert.deepEqual(second.ready.gaps, ['']);
    assert.equal(second.ready.cursor, first.cursor);
    assert.equal(second.entries.at(-1), 99);
  });
});
