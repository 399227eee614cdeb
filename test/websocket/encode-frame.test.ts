import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { COPY_LIMIT, OutputList } from '../../src/bytes/output.ts';
import {
  writeCompressedFrame,
  writeFragment,
  writeFrame,
  writeTextFrame,
} from '../../src/websocket/encode-frame.ts';
import { frame } from '../support/websocket.ts';

const LENGTHS = [0, 1, 125, 126, COPY_LIMIT, COPY_LIMIT + 1, 65_535, 65_536];

describe('writeTextFrame', () => {
  for (const maskingKey of [undefined, 0x8765fedc]) {
    for (const length of LENGTHS) {
      it(`writes ${length} octets, ${maskingKey === undefined ? 'not ' : ''}masked`, () => {
        const output = new OutputList();
        const payload = 'x'.repeat(length);
        writeTextFrame(output, payload, keysOf(maskingKey));
        assert.deepEqual(output.take(), frame({ opcode: 1, payload, maskingKey }));
      });
    }

    it(`writes UTF-8, ${maskingKey === undefined ? 'not ' : ''}masked`, () => {
      const output = new OutputList();
      writeTextFrame(output, 'é€😀', keysOf(maskingKey));
      const payload = Buffer.from('é€😀');
      assert.deepEqual(output.take(), frame({ opcode: 1, payload, maskingKey }));
    });
  }
});

describe('writeFragment', () => {
  for (const [opcode, isLast] of [
    [1, false],
    [0, false],
    [0, true],
  ] as const) {
    it(`writes a fragment of opcode ${opcode} that is ${isLast ? '' : 'not '}the last`, () => {
      for (const maskingKey of [undefined, 0x8765fedc]) {
        const output = new OutputList();
        const payload = Buffer.from('Hel');
        writeFragment(output, opcode, isLast, payload, keysOf(maskingKey));
        assert.deepEqual(output.take(), frame({ opcode, fin: isLast, payload, maskingKey }));
      }
    });
  }
});

describe('writeCompressedFrame', () => {
  for (const maskingKey of [undefined, 0x8765fedc]) {
    for (const length of LENGTHS) {
      it(`copies ${length} octets, ${maskingKey === undefined ? 'not ' : ''}masked`, () => {
        const output = new OutputList();
        const lent = new Uint8Array(length + 9).fill(0x80);
        writeCompressedFrame(output, 1, lent, length, keysOf(maskingKey));
        const payload = lent.slice(0, length);
        lent.fill(0);
        assert.deepEqual(output.take(), frame({ opcode: 1, reserved: 4, payload, maskingKey }));
      });
    }
  }

  it('keeps nothing that it was lent', () => {
    const appended: Uint8Array[] = [];
    const output = new (class extends OutputList {
      override append(octets: Uint8Array): void {
        appended.push(octets);
      }
    })();
    const lent = new Uint8Array(COPY_LIMIT + 1);
    writeCompressedFrame(output, 1, lent, lent.length, undefined);
    assert.notEqual(appended[0]!.buffer, lent.buffer);
  });
});

describe('writeFrame', () => {
  for (const maskingKey of [undefined, 0x8765fedc]) {
    for (const length of LENGTHS) {
      it(`writes ${length} octets, ${maskingKey === undefined ? 'not ' : ''}masked`, () => {
        const output = new OutputList();
        const payload = new Uint8Array(length).fill(0x80);
        writeFrame(output, 2, payload, keysOf(maskingKey));
        assert.deepEqual(output.take(), frame({ opcode: 2, payload, maskingKey }));
        assert.deepEqual(payload, new Uint8Array(length).fill(0x80));
      });
    }
  }

  it('hands on a large payload without copying it, unless it has to be masked', () => {
    const appended: Uint8Array[] = [];
    const output = new (class extends OutputList {
      override append(octets: Uint8Array): void {
        appended.push(octets);
      }
    })();
    const payload = new Uint8Array(COPY_LIMIT + 1);
    writeFrame(output, 2, payload, undefined);
    writeFrame(output, 2, payload, () => 1);
    assert.equal(appended[0], payload);
    assert.notEqual(appended[1]!.buffer, payload.buffer);
  });

  it('asks for one masking key, and for none to write unmasked', () => {
    let asked = 0;
    const keys = () => ++asked;
    for (const length of [1, COPY_LIMIT + 1]) {
      writeFrame(new OutputList(), 2, new Uint8Array(length), keys);
      writeTextFrame(new OutputList(), 'x'.repeat(length), keys);
    }
    assert.equal(asked, 4);
  });
});

// Helpers

function keysOf(maskingKey: number | undefined): (() => number) | undefined {
  return maskingKey === undefined ? undefined : () => maskingKey;
}
