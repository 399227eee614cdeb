import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { recognise } from '../../spec/models/grammar.ts';
import { chunkExt } from '../../spec/models/http-grammar.ts';
import { type ChunkExtPlace, mayEnd, nextPlace } from '../../src/http1/chunk-ext.ts';
import { fromGrammar } from '../support/from-grammar.ts';
import { validOrNot } from '../support/mutation.ts';
import { ascii } from '../support/octets.ts';

describe('nextPlace', () => {
  it('goes through an extension, octet by octet', () => {
    assert.equal(placeBehind(''), 'complete');
    assert.equal(placeBehind(' '), 'before semicolon');
    assert.equal(placeBehind(' ;'), 'before name');
    assert.equal(placeBehind(' ;a'), 'name');
    assert.equal(placeBehind(' ;a '), 'behind name');
    assert.equal(placeBehind(' ;a ='), 'before value');
    assert.equal(placeBehind(' ;a =b'), 'token');
    assert.equal(placeBehind(' ;a ="'), 'quoted-string');
    assert.equal(placeBehind(' ;a ="\\'), 'quoted-pair');
    assert.equal(placeBehind(' ;a ="\\""'), 'complete');
  });

  it('leads nowhere from an octet that may not come', () => {
    assert.equal(placeBehind('a'), undefined);
    assert.equal(placeBehind(';='), undefined);
    assert.equal(placeBehind(';a='), 'before value');
    assert.equal(placeBehind(';a=;'), undefined);
  });

  it('for any octets: leads on as long as the grammar does, and may end where it may', () => {
    fc.assert(
      fc.property(validOrNot(fromGrammar(chunkExt)), (octets) => {
        const { matches, isPrefix } = recognise(chunkExt, octets);
        const place = placeBehind(octets);
        assert.equal(place !== undefined, matches || isPrefix);
        assert.equal(place !== undefined && mayEnd(place), matches);
      }),
    );
  });
});

// Helpers

function placeBehind(octets: string | Buffer): ChunkExtPlace | undefined {
  let place: ChunkExtPlace | undefined = 'complete';
  for (const octet of typeof octets === 'string' ? ascii(octets) : octets) {
    place = place && nextPlace(place, octet);
  }
  return place;
}
