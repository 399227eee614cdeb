import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SLAB_SIZE, SlabPool } from '../../src/node/slab.ts';

describe('SlabPool', () => {
  it('gives out the same slab again once it was given back', () => {
    const pool = new SlabPool();
    const slab = pool.take();
    assert.equal(slab.octets.length, SLAB_SIZE);
    pool.giveBack(slab);
    assert.equal(pool.take(), slab);
  });

  it('gives out another slab while one is pinned', () => {
    const pool = new SlabPool();
    const slab = pool.take();
    slab.view(0, 10);
    pool.pin(slab);
    const other = pool.take();
    assert.notEqual(other, slab);
    slab.written();
    assert.equal(pool.take(), slab);
  });

  it('keeps a slab pinned until every write of its memory is done', () => {
    const pool = new SlabPool();
    const slab = pool.take();
    // The first write was taken at once, and its callback comes late.
    slab.view(0, 10);
    pool.giveBack(slab);
    assert.equal(pool.take(), slab);
    slab.view(0, 20);
    pool.pin(slab);
    slab.written();
    assert.notEqual(pool.take(), slab);
    slab.written();
    assert.equal(pool.take(), slab);
  });

  it('pins no more than 64 slabs', () => {
    const pool = new SlabPool();
    const slabs = Array.from({ length: 64 }, () => {
      const slab = pool.take();
      slab.view(0, 1);
      return slab;
    });
    for (const slab of slabs) {
      assert.ok(pool.mayPin);
      pool.pin(slab);
    }
    assert.ok(!pool.mayPin);
    slabs[0]!.written();
    assert.ok(pool.mayPin);
  });

  it('pins no slab that a socket has been handed nothing of', () => {
    const pool = new SlabPool();
    for (let i = 0; i < 64; i++) pool.pin(pool.take());
    assert.ok(pool.mayPin);
  });
});
