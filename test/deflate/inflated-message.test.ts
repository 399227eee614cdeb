import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { InflateWindow } from '../../src/deflate/inflate-window.ts';
import { InflatedMessage } from '../../src/deflate/inflated-message.ts';
import { ascii } from '../support/octets.ts';

/** How much memory is kept. */
const KEPT = 65_536;

describe('InflatedMessage', () => {
  it('holds what is added and repeated', () => {
    const message = begun(1_000);
    message.add(ascii('-abc-'), 1, 3);
    message.repeat(2, 5, new InflateWindow(8));
    assert.equal(textOf(message), 'abcbcbcb');
    assert.equal(message.all, 0x63);
  });

  it('repeats what stands in the messages before, and goes on in its own', () => {
    const window = windowOf('before');
    const message = begun(1_000);
    message.add(ascii('ab'), 0, 2);
    message.repeat(4, 6, window);
    assert.equal(textOf(message), 'abreabre');
  });

  it('sees in all whether what it repeats of them is ASCII', () => {
    const window = new InflateWindow(8);
    window.keep(Uint8Array.of(0x80), 1);
    const message = begun(1_000);
    message.repeat(1, 1, window);
    assert.equal(message.all, 0x80);
  });

  for (const [what, distance] of [
    ['further than there is anything', 9],
    ['further than the window reaches', 257],
  ] as const) {
    it(`does not repeat what is ${what}`, () => {
      const message = begun(1_000);
      message.add(new Uint8Array(distance > 9 ? 300 : 2), 0, distance > 9 ? 300 : 2);
      assert.throws(() => message.repeat(distance, 3, windowOf('before')), {
        code: 'DEFLATE_DISTANCE',
      });
    });
  }

  it('grows, but takes no more memory than its limit', () => {
    const message = begun(KEPT + 9);
    message.add(new Uint8Array(KEPT).fill(1), 0, KEPT);
    assert.equal(message.octets.length, KEPT);
    message.repeat(1, 5, new InflateWindow(8));
    assert.equal(message.octets.length, KEPT + 9);
    message.add(Uint8Array.of(1, 1, 1, 1), 0, 4);
    assert.throws(() => message.repeat(1, 1, new InflateWindow(8)), { code: 'DEFLATE_LIMIT' });
    assert.throws(() => message.add(Uint8Array.of(1), 0, 1), { code: 'DEFLATE_LIMIT' });
    assert.deepEqual(new Set(message.octets), new Set([1]));
  });

  it('grows by several times what it has', () => {
    const message = begun(10 * KEPT);
    message.add(new Uint8Array(KEPT + 1), 0, KEPT + 1);
    assert.equal(message.octets.length, 4 * KEPT);
    message.release();
    assert.deepEqual([message.octets.length, message.length], [KEPT, 0]);
  });

  it('begins with nothing of the one before', () => {
    const message = begun(1_000);
    message.add(Uint8Array.of(0xff), 0, 1);
    message.begin(2);
    assert.deepEqual([message.length, message.all, message.room], [0, 0, 2]);
  });
});

// Helpers

function begun(limit: number): InflatedMessage {
  const message = new InflatedMessage();
  message.begin(limit);
  return message;
}

function windowOf(text: string): InflateWindow {
  const window = new InflateWindow(8);
  window.keep(ascii(text), text.length);
  return window;
}

function textOf({ octets, length }: InflatedMessage): string {
  return Buffer.from(octets.subarray(0, length)).toString('latin1');
}
