import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { joinRecords } from '../../src/comet/join.ts';

describe('joinRecords', () => {
  it('puts text before and behind each record, and changes none', () => {
    const entries = [
      { id: '1', channel: 'a', record: Buffer.from('{"é":1}') },
      { id: '22', channel: 'a', record: Buffer.from('{}') },
    ];
    const octets = joinRecords(entries, ({ id }) => `<${id}>`, ';\n');
    assert.equal(Buffer.from(octets).toString(), '<1>{"é":1};\n<22>{};\n');
  });

  it('makes nothing of nothing', () => {
    assert.equal(joinRecords([], () => 'x', 'y').length, 0);
  });

  it('shares its memory with nothing else', () => {
    const octets = joinRecords([{ id: '', channel: 'a', record: Buffer.from('x') }], () => '', '');
    assert.equal(octets.buffer.byteLength, 1);
  });
});
