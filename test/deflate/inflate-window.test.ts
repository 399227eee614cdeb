import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { InflateWindow } from '../../src/deflate/inflate-window.ts';

describe('InflateWindow', () => {
  it('has no memory before there is something to keep, and little for little', () => {
    const window = new InflateWindow(15);
    assert.equal(window.octets.length, 0);
    window.keep(new Uint8Array(9), 0);
    assert.equal(window.octets.length, 0);
    window.keep(new Uint8Array(9), 9);
    assert.equal(window.octets.length, 256);
    window.keep(new Uint8Array(5_000), 5_000);
    assert.equal(window.octets.length, 8_192);
    window.keep(new Uint8Array(99_999), 99_999);
    assert.equal(window.octets.length, 32_768);
  });

  it('holds the last octets, in whatever portions they came', () => {
    const portions = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 9 });
    fc.assert(
      fc.property(portions, fc.constantFrom(8, 9), (all, bits) => {
        const window = new InflateWindow(bits);
        for (const octets of all) window.keep(Uint8Array.of(...octets, 0), octets.length);
        const last = Buffer.concat(all).subarray(-window.size);
        assert.deepEqual(Buffer.from(contentOf(window)), last);
      }),
    );
  });

  it('grows from full to larger', () => {
    const window = new InflateWindow(9);
    window.keep(new Uint8Array(256).fill(1), 256);
    window.keep(Uint8Array.of(2, 3), 2);
    assert.deepEqual(contentOf(window), [...Array<number>(256).fill(1), 2, 3]);
  });

  it('forgets', () => {
    const window = new InflateWindow(8);
    window.keep(new Uint8Array(300), 300);
    window.forget();
    assert.equal(window.length, 0);
    window.keep(Uint8Array.of(1, 2), 2);
    assert.deepEqual(contentOf(window), [1, 2]);
  });
});

/** The octets from the oldest to the newest. */
function contentOf({ octets, next, length }: InflateWindow): number[] {
  return Array.from(
    { length },
    (_, i) => octets[(next - length + i + octets.length) % octets.length]!,
  );
}
