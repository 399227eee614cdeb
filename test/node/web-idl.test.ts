import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';

import {
  clampedUnsignedShort,
  declareInterface,
  messageData,
  stringOrSequence,
} from '../../src/node/web-idl.ts';

describe('clampedUnsignedShort', () => {
  for (const [given, expected] of [
    [1000, 1000],
    ['1000', 1000],
    [-1, 0],
    [1e9, 65_535],
    [Number.NaN, 0],
    [undefined, 0],
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [2.51, 3],
  ]) {
    it(`makes ${expected} of ${given}`, () => {
      assert.equal(clampedUnsignedShort(given), expected);
    });
  }

  it('takes no symbol and no bigint', () => {
    for (const given of [Symbol('a'), 1n]) {
      assert.throws(() => clampedUnsignedShort(given), TypeError);
    }
  });
});

describe('stringOrSequence', () => {
  it('takes whatever can be iterated for a sequence, but no string', () => {
    assert.deepEqual(stringOrSequence('ab'), ['ab']);
    assert.deepEqual(stringOrSequence(new Set(['a', 1])), ['a', '1']);
    assert.deepEqual(stringOrSequence(null), ['null']);
    assert.deepEqual(stringOrSequence({ toString: () => 'a' }), ['a']);
    assert.throws(() => stringOrSequence(Symbol('a')), TypeError);
  });
});

describe('messageData', () => {
  it('gives octets of every kind as they are, without a copy', () => {
    const octets = Uint8Array.of(1, 2, 3, 4);
    const view = messageData(new DataView(octets.buffer, 1, 2)) as Uint8Array;
    assert.deepEqual([...view], [2, 3]);
    assert.equal(view.buffer, octets.buffer);
    assert.deepEqual(messageData(octets.buffer), octets);
    const blob = new Blob([]);
    assert.equal(messageData(blob), blob);
  });

  it('knows an ArrayBuffer of another realm', () => {
    const foreign = runInNewContext('new Uint8Array([1, 2]).buffer');
    assert.deepEqual(messageData(foreign), Uint8Array.of(1, 2));
  });

  it('takes all else for text', () => {
    assert.equal(messageData(1), '1');
    assert.equal(messageData(null), 'null');
    assert.throws(() => messageData(Symbol('a')), TypeError);
  });

  it('takes no memory that others can change meanwhile', () => {
    assert.throws(() => messageData(new Uint8Array(new SharedArrayBuffer(1))), TypeError);
  });
});

describe('declareInterface', () => {
  it('makes members enumerable, and gives constants and a tag', () => {
    class Thing {
      get size(): number {
        return 1;
      }
    }
    declareInterface(Thing, ['size'], { SMALL: 0 });
    assert.deepEqual(Object.keys(Thing.prototype), ['size', 'SMALL']);
    assert.equal((Thing as unknown as { SMALL: number }).SMALL, 0);
    assert.equal(String(new Thing()), '[object Thing]');
    declareInterface(Thing, []);
  });
});
