import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { binaryOf, octetsOf } from '../../src/ws/payload.ts';

const OCTETS = [0x63, 0x6f];

describe('octetsOf', () => {
  const { buffer } = Uint8Array.from([0, ...OCTETS, 0]);
  const shared = new SharedArrayBuffer(2);
  new Uint8Array(shared).set(OCTETS);
  for (const [what, given] of [
    ['a Buffer', Buffer.from(OCTETS)],
    ['a Uint8Array', Uint8Array.from(OCTETS)],
    ['a DataView', new DataView(buffer, 1, 2)],
    ['an ArrayBuffer', buffer.slice(1, 3)],
    ['a SharedArrayBuffer', shared],
    ['a list of numbers', OCTETS],
    ['a string', 'co'],
    ['what has such a value', { valueOf: () => 'co' }],
  ] as const) {
    it(`takes ${what}`, () => assert.deepEqual([...octetsOf(given)], OCTETS));
  }

  for (const given of [undefined, null, '', false]) {
    it(`takes ${JSON.stringify(given)} for nothing`, () => assert.equal(octetsOf(given).length, 0));
  }

  it('refuses what has none', () => assert.throws(() => octetsOf({}), TypeError));
});

describe('binaryOf', () => {
  it('gives octets in the form asked for', async () => {
    const part = Uint8Array.from([0, ...OCTETS, 0]).subarray(1, 3);
    for (const octets of [part, part.slice()]) {
      assert.deepEqual(binaryOf(octets, 'nodebuffer'), Buffer.from(OCTETS));
      assert.deepEqual(binaryOf(octets, 'fragments'), [Buffer.from(OCTETS)]);
      assert.deepEqual(binaryOf(octets, 'arraybuffer'), Uint8Array.from(OCTETS).buffer);
      assert.equal(await (binaryOf(octets, 'blob') as Blob).text(), 'co');
    }
  });
});
