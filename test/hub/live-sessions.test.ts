import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Inbox } from '../../src/channel/index.ts';
import { Session, type SessionEnd, type SessionTerms } from '../../src/hub/live-session.ts';
import { Sessions } from '../../src/hub/live-sessions.ts';

describe('Sessions', () => {
  it('finds a session by its id, for its identity and its route alone', () => {
    const { sessions, begin, terms } = registry();
    const session = begin('a', 'ann');
    assert.equal(sessions.find('a', 'ann', terms), session);
    assert.equal(sessions.find('a', 'bob', terms), undefined);
    assert.equal(sessions.find('a', undefined, terms), undefined);
    assert.equal(sessions.find('a', 'ann', { ...terms }), undefined);
    assert.equal(sessions.find('b', 'ann', terms), undefined);
    assert.equal(sessions.find(undefined, 'ann', terms), undefined);
  });

  for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    it(`has no session ${id}`, () => {
      const { sessions, terms } = registry();
      assert.equal(sessions.find(id, undefined, terms), undefined);
    });
  }

  it('ends a session once it has been idle for long enough, and no sooner', () => {
    const { sessions, begin, pass, ends } = registry();
    const [session, other] = [begin('a'), begin('b')];
    sessions.retain(session);
    sessions.release(session);
    sessions.release(other);
    pass(999);
    sessions.expire();
    sessions.release(session);
    assert.deepEqual(ends, []);
    pass(1);
    sessions.expire();
    assert.deepEqual(ends, ['b idle']);
    pass(999);
    sessions.expire();
    assert.deepEqual(ends, ['b idle', 'a idle']);
    assert.equal(sessions.size, 0);
  });

  it('does not end one that is in use', () => {
    const { sessions, begin, pass, ends } = registry();
    const session = begin('a');
    sessions.retain(session);
    sessions.release(session);
    pass(5_000);
    sessions.expire();
    assert.deepEqual(ends, []);
  });

  it('gives up the oldest idle one that was never named, and else has no room', () => {
    const { sessions, begin, terms, ends } = registry();
    begin('busy');
    const named = begin('named');
    sessions.find('named', undefined, terms);
    sessions.release(named);
    const [first, second] = [begin('first'), begin('second')];
    sessions.release(first);
    sessions.release(second);
    assert.equal(sessions.makeRoom(), true);
    assert.deepEqual(ends, ['first full']);
    begin('third');
    assert.equal(sessions.makeRoom(), true);
    begin('fourth');
    assert.equal(sessions.makeRoom(), false);
    assert.deepEqual(ends, ['first full', 'second full']);
    assert.deepEqual(
      [...sessions].map(({ id }) => id),
      ['busy', 'named', 'third', 'fourth'],
    );
  });

  it('makes no room at the cost of a session that is in use again', () => {
    const { sessions, begin, ends } = registry();
    for (const id of ['a', 'b', 'c', 'd']) {
      const session = begin(id);
      sessions.release(session);
      sessions.retain(session);
    }
    assert.equal(sessions.makeRoom(), false);
    assert.deepEqual(ends, []);
  });

  it('forgets an idle session that has ended: it makes no room, and is not ended again', ({
    mock,
  }) => {
    const { sessions, begin, pass } = registry();
    const session = begin('a');
    sessions.release(session);
    session.endWith({ by: 'client', reason: 'deleted' });
    const ended = mock.method(session, 'endWith').mock;
    for (const id of ['b', 'c', 'd', 'e']) begin(id);
    assert.equal(sessions.makeRoom(), false);
    pass(5_000);
    sessions.expire();
    assert.equal(ended.callCount(), 0);
  });

  it('is not brought back by the end of a connection of a session that has ended', () => {
    const { sessions, begin, pass, ends } = registry();
    const session = begin('a');
    session.endWith({ by: 'client', reason: 'deleted' });
    sessions.release(session);
    pass(5_000);
    sessions.expire();
    assert.deepEqual(ends, ['a deleted']);
  });
});

// Helpers

function registry() {
  let now = 0;
  const ends: string[] = [];
  const sessions = new Sessions({ sessions: 4, sessionIdle: 1_000 }, () => now);
  const terms: SessionTerms = {
    handlers: { close: ({ id }, { reason }: SessionEnd) => ends.push(`${id} ${reason}`) },
    report: assert.ifError,
    ended: (session) => sessions.remove(session),
  };
  const begin = (id: string, identity?: string): Session => {
    const session = new Session(terms, id, identity, undefined, NO_INBOX);
    session.open({ transport: 'stream', recovery: 'new' });
    sessions.add(session);
    sessions.retain(session);
    return session;
  };
  const pass = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { sessions, terms, begin, pass, ends };
}

const NO_INBOX = { close() {} } as Inbox;
