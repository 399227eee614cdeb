import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { constants, createDeflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib';
import fc from 'fast-check';

import { DeflateWindow } from '../../src/deflate/deflate-window.ts';
import { Deflater } from '../../src/deflate/deflater.ts';
import { InflateWindow } from '../../src/deflate/inflate-window.ts';
import { anyContent, anyWindowBits, deflated, inflated } from '../support/deflate.ts';
import { law } from '../support/law.ts';
import { anySplitOf } from '../support/octets.ts';

describe('Deflater', () => {
  it('makes of "Hello" what RFC 7692 §7.2.3.1 does', () => {
    assert.equal(deflatedHex('Hello', new DeflateWindow(15)), 'f248cdc9c907000000ffff');
  });

  it('refers to the messages before', () => {
    const window = new DeflateWindow(15);
    deflatedHex('Hello', window);
    // Shorter than what RFC 7692 §7.2.3.2 shows, which begins with a literal.
    assert.equal(deflatedHex('Hello', window), '021300000000ffff');
    window.forget();
    assert.equal(deflatedHex('Hello', window), 'f248cdc9c907000000ffff');
  });

  it('makes an empty stored block of an empty message', () => {
    assert.equal(deflatedHex('', new DeflateWindow(8)), '000000ffff');
  });

  it('does as if a message had never been that it was not told to keep', () => {
    const deflater = new Deflater();
    const window = new DeflateWindow(9);
    const made = (text: string) => {
      deflater.begin(window);
      deflater.write(Buffer.from(text));
      deflater.flush();
      return Buffer.from(deflater.octets.subarray(0, deflater.length));
    };
    const hello = made('Hello');
    deflater.keep();
    const other = made('something that the peer is never sent');
    const again = made('Hello');
    deflater.keep();
    assert.notDeepEqual(other, again);
    const there = new InflateWindow(9);
    assert.equal(String(inflated([hello], there)), 'Hello');
    assert.equal(String(inflated([again], there)), 'Hello');
  });

  it('stores what it can make no shorter', () => {
    const random = randomBytes(99_999);
    const blocks = Math.ceil(random.length / 32_768);
    assert.equal(deflated([random], new DeflateWindow(15)).length, random.length + 5 * blocks + 5);
  });

  it('repeats from as far as the window, and not farther', () => {
    for (const bits of [8, 11, 15]) {
      for (const farther of [0, 1]) {
        const window = new DeflateWindow(bits);
        const before = randomBytes(2 ** bits + farther);
        deflated([before], window);
        const { length } = deflated([before.subarray(0, 100)], window);
        assert.equal(length < 20, farther === 0, `${length} octets`);
      }
    }
  });

  it('is about as short as zlib at its first level, for records in JSON', async () => {
    for (const records of [2, 12, 180]) {
      const messages = Array.from({ length: 40 }, (_, i) =>
        Buffer.from(
          JSON.stringify(Array.from({ length: records }, (_, k) => recordOf(99 * i + k))),
        ),
      );
      const window = new DeflateWindow(11);
      const here = messages.reduce((sum, message) => sum + deflated([message], window).length, 0);
      const there = await lengthByZlib(messages, { level: 1, windowBits: 11 });
      assert.ok(here < 1.1 * there, `${records} records: ${here} octets, zlib ${there}`);
    }
  });

  law(
    'Deflater',
    'split',
    'for any content and any split of it: makes the same',
    fc.property(
      anyContent().chain((content) => fc.tuple(fc.constant(content), anySplitOf(content))),
      ([content, pieces]) => {
        assert.deepEqual(
          deflated(pieces, new DeflateWindow(15)),
          deflated([content], new DeflateWindow(15)),
        );
      },
    ),
  );

  law(
    'Deflater',
    'round trip',
    'for any messages and any window: makes what zlib inflates, with a window as large',
    fc.property(fc.array(anyContent(), { maxLength: 6 }), anyWindowBits(), (messages, bits) => {
      const window = new DeflateWindow(bits);
      const stream = Buffer.concat(messages.map((message) => deflated([message], window)));
      const options = { windowBits: bits, finishFlush: constants.Z_SYNC_FLUSH };
      assert.deepEqual(inflateRawSync(stream, options), Buffer.concat(messages));
    }),
  );

  it('for large messages: makes what zlib inflates', () => {
    const large = anyContent().map((content) => {
      const times = content.length === 0 ? 0 : Math.ceil(200_000 / content.length);
      const pieces = Array.from({ length: times }, (_, i) =>
        Buffer.concat([content, Buffer.of(i)]),
      );
      return Buffer.concat(pieces);
    });
    fc.assert(
      fc.property(fc.array(large, { maxLength: 3 }), anyWindowBits(), (messages, bits) => {
        const window = new DeflateWindow(bits);
        const stream = Buffer.concat(messages.map((message) => deflated([message], window)));
        const options = { windowBits: bits, finishFlush: constants.Z_SYNC_FLUSH };
        assert.ok(inflateRawSync(stream, options).equals(Buffer.concat(messages)));
      }),
      { numRuns: 40 },
    );
  });
});

function deflatedHex(text: string, window: DeflateWindow): string {
  return deflated([Buffer.from(text)], window).toString('hex');
}

/** What zlib makes of messages that it may refer to, one by one. */
async function lengthByZlib(messages: readonly Buffer[], options: ZlibOptions): Promise<number> {
  const stream = createDeflateRaw(options);
  let length = 0;
  stream.on('data', (octets: Buffer) => {
    length += octets.length;
  });
  for (const message of messages) {
    stream.write(message);
    await new Promise<void>((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve));
  }
  stream.close();
  return length;
}

/** A record of the kind that servers send. */
function recordOf(i: number) {
  const [a, b] = [(i * 7_919) % 1_000, (i * 104_729) % 100_000];
  return {
    id: b * 1_000 + a,
    name: `comet ${a}`,
    at: 1_700_000_000_000 + b * a,
    near: a % 3 === 0,
  };
}
