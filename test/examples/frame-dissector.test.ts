import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type DissectedFrame, FrameDissector } from '../../examples/chat/frame-dissector.ts';
import { anySplitOf } from '../support/octets.ts';

describe('FrameDissector', () => {
  it('names the fields of a masked frame', () => {
    const [frame, ...others] = dissect(hex('81 85 37fa213d 7f9f4d5158'));
    assert.deepEqual(others, []);
    assert.deepEqual(frame, {
      fin: true,
      rsv: 0,
      opcode: 1,
      header: '818537fa213d',
      extendedLength: 0,
      length: 5,
      maskingKey: '37fa213d',
      payload: '7f9f4d5158',
      unmasked: '48656c6c6f',
    });
  });

  it('names the fields of a frame without a mask', () => {
    const [frame] = dissect(hex('48 03 616263'));
    assert.equal(frame?.fin, false);
    assert.equal(frame?.rsv, 0b100);
    assert.equal(frame?.opcode, 8);
    assert.equal(frame?.maskingKey, undefined);
    assert.equal(frame?.unmasked, undefined);
    assert.equal(frame?.payload, '616263');
  });

  it('tells a frame without payload as soon as its header is there', () => {
    const [ping, pong] = dissect(hex('89 00'), hex('8a 80 01020304'));
    assert.equal(ping?.opcode, 9);
    assert.equal(pong?.maskingKey, '01020304');
    assert.equal(pong?.payload, '');
  });

  it('reads payload lengths of 16 and 64 bits, and keeps only the beginning of the payload', () => {
    for (const [header, length] of [
      ['82 7e 0100', 256],
      ['82 7f 0000000000010000', 65_536],
    ] as const) {
      const [frame] = dissect(hex(header), new Uint8Array(length).fill(0xab));
      assert.equal(frame?.length, length);
      assert.equal(frame?.payload, 'ab'.repeat(256));
      assert.equal(frame?.header, hex(header).toString('hex'));
    }
  });

  it('for any split of the octets: tells the same frames', () => {
    const stream = Buffer.concat([
      hex('01 83 01020304 616263'),
      hex('89 02 6869'),
      hex('80 fe 0080 0a0b0c0d'),
      new Uint8Array(128).fill(7),
      hex('88 80 01010101'),
    ]);
    const whole = dissect(stream);
    assert.equal(whole.length, 4);
    fc.assert(
      fc.property(anySplitOf(stream), (pieces) => assert.deepEqual(dissect(...pieces), whole)),
    );
  });
});

// Helpers

function dissect(...pieces: readonly Uint8Array[]): DissectedFrame[] {
  const frames: DissectedFrame[] = [];
  const dissector = new FrameDissector((frame) => frames.push(frame));
  for (const octets of pieces) dissector.push(octets);
  return frames;
}

function hex(octets: string): Buffer {
  return Buffer.from(octets.replaceAll(' ', ''), 'hex');
}
