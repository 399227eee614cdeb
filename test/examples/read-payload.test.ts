import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPayload } from '../../examples/chat/page/read-payload.ts';

describe('readPayload', () => {
  it('reads text by its characters, each with its octets', () => {
    assert.deepEqual(read(1, 'aé ☄😀'), ['a/1', 'é/2', '␣/1', '☄/3', '😀/4']);
  });

  it('lets octets that are no UTF-8 stand alone', () => {
    assert.deepEqual(reading(1, 'c3e2826100'), ['·/1', '·/1', '·/1', 'a/1', '·/1']);
  });

  it('reads binary data octet by octet', () => {
    assert.deepEqual(reading(2, '00ff'), ['0/1', '255/1']);
  });

  it('reads a Close frame as a code and text', () => {
    assert.deepEqual(reading(8, '03e96f6b'), ['1001/2', 'o/1', 'k/1']);
    assert.deepEqual(reading(8, ''), []);
  });
});

// Helpers

function read(opcode: number, text: string): string[] {
  return reading(opcode, Buffer.from(text).toString('hex'));
}

function reading(opcode: number, hex: string): string[] {
  return readPayload(opcode, hex).map(({ octets, text }) => `${text}/${octets.length}`);
}
