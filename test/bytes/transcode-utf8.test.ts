import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { transcodeUtf8 } from '../../src/bytes/transcode-utf8.ts';

describe('transcodeUtf8', () => {
  it('gives the code units of a text', () => {
    assert.deepEqual(units('61c3a9e282acf09f9880'), [0x61, 0xe9, 0x20ac, 0xd83d, 0xde00]);
  });

  for (const hex of ['80', 'c3', 'c361', 'e282', 'e28261', 'f09f98', 'f09f9861', 'ff']) {
    it(`refuses ${hex}`, () => {
      assert.equal(units(hex), undefined);
    });
  }

  it('takes no octets from behind the end', () => {
    assert.equal(transcodeUtf8(Buffer.from('é'), 0, 1, new Uint16Array(1)), -1);
  });
});

// Helpers

function units(hex: string): number[] | undefined {
  const octets = Buffer.from(hex, 'hex');
  const room = new Uint16Array(octets.length);
  const count = transcodeUtf8(octets, 0, octets.length, room);
  return count < 0 ? undefined : [...room.subarray(0, count)];
}
