import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { ascii } from '../support/octets.ts';

describe('ByteReader', () => {
  it('shows received octets in place, without copying them', () => {
    const reader = new ByteReader();
    const received = ascii('GET /');
    reader.feed(received);
    assert.equal(reader.octets, received);
    assert.deepEqual([reader.position, reader.end, reader.available], [0, 5, 5]);
  });

  it('joins what waits with what comes', () => {
    const reader = readerOf('GET');
    reader.position = 1;
    reader.feed(ascii(' /'));
    assert.equal(waiting(reader), 'ET /');
  });

  it('never writes to octets that were fed to it', () => {
    const received = ascii('abcd');
    const reader = new ByteReader();
    reader.feed(received.subarray(0, 2));
    reader.feed(ascii('xy'));
    assert.equal(received.toString(), 'abcd');
    assert.equal(waiting(reader), 'abxy');
  });

  it('never writes to memory of which it gave a view away', () => {
    const reader = readerOf('abc');
    reader.feed(ascii('def'));
    const view = reader.octets.subarray(0, 6);
    for (let i = 0; i < 100; i++) reader.feed(ascii('ghi'));
    assert.equal(Buffer.from(view).toString(), 'abcdef');
  });

  it('appends to the memory it made while there is room', () => {
    const reader = readerOf('abc');
    reader.feed(ascii('def'));
    const { octets } = reader;
    reader.feed(ascii('g'));
    assert.equal(reader.octets, octets);
    assert.equal(waiting(reader), 'abcdefg');
  });

  it('holds no memory between two chunks when nothing waits', () => {
    const reader = readerOf('abc');
    reader.position = 3;
    reader.settle();
    assert.equal(reader.octets.length, 0);
    assert.deepEqual([reader.position, reader.end], [0, 0]);
  });

  it('does not keep a large chunk alive for a few octets that wait', () => {
    const reader = readerOf('x'.repeat(1_000));
    reader.position = 998;
    reader.settle();
    assert.equal(waiting(reader), 'xx');
    assert.equal(reader.octets.buffer.byteLength, 2);
  });

  it('takes as many octets as it is told, and gives their memory back when it settles', () => {
    const lent = ascii('abcdef');
    const reader = new ByteReader();
    reader.feed(lent, 3);
    assert.equal(reader.octets, lent);
    reader.position = 1;
    reader.settle();
    lent.fill(0);
    reader.feed(ascii('dxx'), 1);
    assert.equal(waiting(reader), 'bcd');
  });

  it('does not keep the memory it made for a pause, when few octets of it still wait', () => {
    const reader = readerOf('x'.repeat(1_000));
    reader.feed(ascii('y'.repeat(1_000)));
    reader.position = 1_999;
    reader.settle();
    assert.equal(waiting(reader), 'y');
    assert.equal(reader.octets.buffer.byteLength, 1);
  });

  it('lets nothing be seen of memory that others have used', () => {
    const reader = readerOf('abc');
    reader.feed(ascii('def'));
    const memory = Buffer.from(reader.octets.buffer);
    assert.equal(memory.toString('latin1'), 'abcdef\0\0\0\0\0\0');
  });

  it('keeps the memory it made, in which there is still room', () => {
    const reader = readerOf('x'.repeat(100));
    reader.feed(ascii('y'));
    reader.position = 99;
    const { octets } = reader;
    reader.settle();
    assert.equal(reader.octets, octets);
    assert.equal(waiting(reader), 'xy');
  });

  it('for any feeding, taking and settling: what waits is what was fed and not taken', () => {
    const anyStep = fc.record({
      fed: fc.uint8Array(),
      taken: fc.nat(),
      settles: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyStep), (steps) => {
        const reader = new ByteReader();
        let expected = Buffer.alloc(0);
        for (const { fed, taken, settles } of steps) {
          const lent = Uint8Array.from([...fed, 0x78]);
          reader.feed(lent, fed.length);
          expected = Buffer.concat([expected, fed]);
          const count = taken % (expected.length + 1);
          reader.position += count;
          expected = expected.subarray(count);
          if (settles) {
            reader.settle();
            lent.fill(0x79);
          }
          assert.equal(waiting(reader), expected.toString('latin1'));
          assert.equal(reader.available, expected.length);
        }
      }),
    );
  });
});

// Helpers

function readerOf(text: string): ByteReader {
  const reader = new ByteReader();
  reader.feed(ascii(text));
  return reader;
}

function waiting({ octets, position, end }: ByteReader): string {
  return Buffer.from(octets.subarray(position, end)).toString('latin1');
}
