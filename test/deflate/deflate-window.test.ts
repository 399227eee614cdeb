import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { DeflateWindow } from '../../src/deflate/deflate-window.ts';

describe('DeflateWindow', () => {
  it('has no memory before it is opened, and then all of it in one piece', () => {
    const window = new DeflateWindow(11);
    assert.equal(window.octets.length + window.heads.length + window.chains.length, 0);
    window.open();
    const { octets } = window;
    assert.equal(octets.buffer.byteLength, 2_048 + 2 * 1_024 + 2 * 2_048);
    assert.equal(window.heads.buffer, octets.buffer);
    assert.equal(window.chains.buffer, octets.buffer);
    window.open();
    assert.equal(window.octets, octets);
  });

  it('holds the last octets, and counts places modulo 2^16', () => {
    const window = new DeflateWindow(8);
    window.open();
    window.keep(Uint8Array.of(9, 1, 2, 3), 4, 3);
    assert.deepEqual([...window.octets.subarray(0, window.length)], [1, 2, 3]);
    assert.equal(window.place, 3);
    const many = Uint8Array.from({ length: 400 }, (_, i) => i);
    window.keep(many, 400, 65_536);
    assert.deepEqual(window.octets, many.subarray(144));
    assert.equal(window.place, 3);
  });

  it('forgets', () => {
    const window = new DeflateWindow(8);
    window.open();
    window.keep(new Uint8Array(10), 10, 10);
    window.forget();
    assert.equal(window.length, 0);
  });
});
