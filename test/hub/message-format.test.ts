import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, inflateRawSync } from 'node:zlib';

import { CompressedMessageFormats, messageFormat } from '../../src/hub/message-format.ts';
import { entryOf } from '../support/entries.ts';
import { frame } from '../support/websocket.ts';

describe('messageFormat', () => {
  it('writes a record a text message, unmasked', () => {
    const entries = [
      entryOf('e.1-0', 'a', 'é'),
      entryOf('e.1-1', 'a', 'x'.repeat(200)),
      entryOf('e.1-2', 'a', 'x'.repeat(70_000)),
    ];
    const frames = entries.map(({ record }) => frame({ opcode: 1, payload: record }));
    assert.deepEqual(Buffer.from(messageFormat.encode(entries)), Buffer.concat(frames));
  });
});

describe('CompressedMessageFormats', () => {
  it('writes records that stand for themselves, those that are short as they are', () => {
    const text = 'a comet comes and goes '.repeat(9);
    const short = entryOf('e.1-0', 'a', 'short');
    const long = entryOf('e.1-1', 'a', text);
    const formats = new CompressedMessageFormats(short.record.length + 1);
    const octets = Buffer.from(formats.of(11).encode([short, long, long]));
    const plain = frame({ opcode: 1, payload: short.record });
    assert.deepEqual(octets.subarray(0, plain.length), plain);
    const rest = octets.subarray(plain.length);
    const [one, other] = [rest.subarray(0, rest.length / 2), rest.subarray(rest.length / 2)];
    assert.equal(one[0], 0xc1);
    assert.deepEqual(one, other);
    const stream = Buffer.concat([one.subarray(2), Buffer.of(0, 0, 0xff, 0xff)]);
    const content = inflateRawSync(stream, { finishFlush: constants.Z_SYNC_FLUSH });
    assert.deepEqual(content, Buffer.from(long.record));
  });

  it('leaves as they are records that get no shorter', () => {
    const entry = entryOf('e.1-0', 'a', 'the quick brown fox');
    const octets = new CompressedMessageFormats(0).of(8).encode([entry]);
    assert.deepEqual(Buffer.from(octets), frame({ opcode: 1, payload: entry.record }));
  });

  it('is one format for all windows of a size, so that what it wrote is shared', () => {
    const formats = new CompressedMessageFormats(0);
    assert.equal(formats.of(9), formats.of(9));
    assert.notEqual(formats.of(9), formats.of(10));
  });
});
