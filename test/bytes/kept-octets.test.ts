import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { KeptOctets } from '../../src/bytes/kept-octets.ts';

describe('KeptOctets', () => {
  it('for any pieces, lent in a larger buffer that is used again: gives back just them', () => {
    const anyPieces = fc.array(fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(anyPieces, (pieces) => {
        const kept = new KeptOctets();
        const lent = new Uint8Array(64);
        for (const piece of pieces) {
          lent.set(piece);
          kept.add(lent, piece.length);
          lent.fill(0xff);
        }
        const all = pieces.flatMap((piece) => [...piece]);
        assert.equal(kept.length, all.length);
        assert.deepEqual([...kept.take()], all);
      }),
    );
  });

  it('begins anew once all was taken', () => {
    const kept = new KeptOctets();
    kept.add(Uint8Array.of(1, 2), 2);
    const first = kept.take();
    assert.equal(kept.length, 0);
    kept.add(Uint8Array.of(3), 1);
    assert.deepEqual([...kept.take()], [3]);
    assert.deepEqual([...first], [1, 2]);
  });
});
