import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { type Frame, readFrame } from '../../spec/models/frame-reader.ts';

describe('readFrame', () => {
  it('reads every field of a frame', async () => {
    assert.deepEqual(await frameOf('810548656c6c6f'), {
      fin: true,
      reserved: 0,
      opcode: 1,
      masked: false,
      maskingKey: Buffer.alloc(0),
      lengthBits: 7,
      payload: Buffer.from('Hello'),
      faults: [],
    });
  });

  it('reads lengths of 16 and of 64 bits', async () => {
    assert.equal((await frameOf(`827e0100${'00'.repeat(256)}`))?.payload.length, 256);
    const large = `827f0000000000010000${'00'.repeat(65_536)}`;
    assert.equal((await frameOf(large))?.payload.length, 65_536);
  });

  it('removes the masking', async () => {
    const frame = await frameOf('818537fa213d7f9f4d5158');
    assert.equal(frame?.payload.toString(), 'Hello');
    assert.equal(frame?.maskingKey.toString('hex'), '37fa213d');
  });

  it('reads nothing of a frame that is cut anywhere', async () => {
    const whole = '827e0003010203';
    for (let length = 0; length < whole.length; length += 2) {
      assert.equal(await frameOf(whole.slice(0, length)), undefined);
    }
  });

  for (const [octets, clause] of [
    ['818100000000ff', '6455-5.1-4'],
    ['c100', '6455-5.2-2'],
    ['9100', '6455-5.2-2'],
    ['8300', '6455-5.2-4'],
    ['8b00', '6455-5.2-4'],
    ['817e000161', '6455-5.2-7'],
    ['817f000000000000000161', '6455-5.2-7'],
    [`897e007e${'00'.repeat(126)}`, '6455-5.5-1'],
    ['0900', '6455-5.5-2'],
    ['880103', '6455-5.5.1-2'],
  ] as const) {
    it(`notes that ${octets.slice(0, 22)} breaks ${clause}`, async () => {
      const clauses = (await frameOf(octets))?.faults.map((fault) => fault.clause);
      assert.deepEqual(clauses, [clause]);
    });
  }
});

// Helpers

/** The frame at the beginning of these octets. */
function frameOf(octets: string): Promise<Frame | undefined> {
  let rest = Buffer.from(octets, 'hex');
  return readFrame(async (count) => {
    const taken = rest.subarray(0, count);
    rest = rest.subarray(count);
    return taken;
  });
}
