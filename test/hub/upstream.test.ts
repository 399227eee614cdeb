import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { parseUpstream, parseUpstreamMessage, Upstream } from '../../src/hub/upstream.ts';

describe('Upstream', () => {
  it('takes each number once, in order', () => {
    const upstream = new Upstream();
    assert.equal(upstream.take(1), 'new');
    assert.equal(upstream.take(1), 'repeated');
    assert.equal(upstream.take(3), 'out-of-order');
    assert.equal(upstream.expected, 2);
    assert.equal(upstream.take(2), 'new');
    assert.equal(upstream.last, 2);
  });

  it('has nothing to wait for when handlers were done at once', () => {
    const upstream = new Upstream();
    upstream.take(1);
    upstream.delivered(false);
    assert.equal(upstream.settled(1), undefined);
    assert.equal(upstream.settled(0), undefined);
  });

  it('is done with a number once those before it are', async () => {
    const upstream = new Upstream();
    const done: number[] = [];
    const first = withResolvers();
    const outcomes = [first.promise, Promise.reject(new Error('no')), false];
    for (const [i, outcome] of outcomes.entries()) {
      upstream.take(i + 1);
      upstream.delivered(outcome);
    }
    for (const n of [2, 1, 3]) upstream.settled(n)!.then(() => done.push(n));
    await turn();
    assert.deepEqual(done, []);
    first.resolve(undefined);
    await turn();
    assert.deepEqual(done, [1, 2, 3]);
    assert.equal(upstream.settled(3), undefined);
    upstream.take(4);
    upstream.delivered(true);
    assert.equal(upstream.settled(4), undefined);
  });

  it('does not wait for what comes behind a number', () => {
    const upstream = new Upstream();
    upstream.take(1);
    upstream.delivered(false);
    upstream.take(2);
    upstream.delivered(new Promise(() => {}));
    assert.equal(upstream.settled(1), undefined);
  });

  it('costs no more for a number when many are not done', () => {
    const upstream = new Upstream();
    const never = new Promise(() => {});
    const begun = performance.now();
    for (let n = 1; n <= 20_000; n++) {
      upstream.take(n);
      upstream.delivered(never);
      upstream.settled(n);
    }
    assert.ok(performance.now() - begun < 2_000);
  });
});

describe('parseUpstream', () => {
  it('reads messages with and without a number', () => {
    assert.deepEqual(parseUpstream('[{"n":1,"data":{"a":1}},{"data":null}]'), [
      { n: 1, data: { a: 1 } },
      { n: undefined, data: null },
    ]);
    assert.deepEqual(parseUpstream('[]'), []);
  });

  for (const text of [
    '',
    '{}',
    '{"data":1}',
    'null',
    '[',
    '[1]',
    '[null]',
    '[[]]',
    '[{}]',
    '[{"n":1}]',
    '[{"data":1},{"n":1}]',
    '[{"n":0,"data":1}]',
    '[{"n":-1,"data":1}]',
    '[{"n":1.5,"data":1}]',
    '[{"n":"1","data":1}]',
    '[{"n":null,"data":1}]',
    '[{"n":1e16,"data":1}]',
    '[{"n":1e999,"data":1}]',
    '[{"__proto__":{"data":1}}]',
  ]) {
    it(`takes nothing from ${text}`, () => {
      assert.equal(parseUpstream(text), undefined);
    });
  }
});

describe('parseUpstreamMessage', () => {
  it('reads one', () => {
    assert.deepEqual(parseUpstreamMessage('{"n":2,"data":"x"}'), { n: 2, data: 'x' });
    assert.equal(parseUpstreamMessage('[{"n":2,"data":"x"}]'), undefined);
    assert.equal(parseUpstreamMessage('nonsense'), undefined);
  });
});

// Helpers

function withResolvers() {
  let resolve!: (value: unknown) => void;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
