import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { COPY_LIMIT, OutputList } from '../../src/bytes/output.ts';
import { encodeChunk, writeChunk, writeLastChunk } from '../../src/http1/chunked-encoder.ts';
import { ascii } from '../support/octets.ts';

describe('writeChunk', () => {
  it('writes the size in hexadecimal digits, and the content', () => {
    assert.equal(
      written((output) => writeChunk(output, 'hello, comet')),
      'c\r\nhello, comet\r\n',
    );
  });

  it('counts octets, not characters', () => {
    const output = new OutputList();
    writeChunk(output, 'Schweif: ☄');
    assert.equal(output.take().toString(), 'c\r\nSchweif: ☄\r\n');
  });

  it('takes octets as they are, few or many', () => {
    const few = Uint8Array.of(0, 13, 10, 255);
    assert.equal(
      written((output) => writeChunk(output, few)),
      '4\r\n\0\r\n\xff\r\n',
    );
    const many = ascii('x'.repeat(COPY_LIMIT + 1));
    assert.equal(
      written((output) => writeChunk(output, many)),
      `4001\r\n${many}\r\n`,
    );
  });

  it('writes nothing for no content, since a chunk of size 0 would be the last', () => {
    assert.equal(
      written((output) => writeChunk(output, '')),
      '',
    );
    assert.equal(
      written((output) => writeChunk(output, new Uint8Array(0))),
      '',
    );
  });
});

describe('encodeChunk', () => {
  it('makes a chunk like any other', () => {
    assert.deepEqual(encodeChunk(ascii('hello, comet')), ascii('c\r\nhello, comet\r\n'));
  });
});

describe('writeLastChunk', () => {
  it('writes the chunk of size 0 and the empty line', () => {
    assert.equal(
      written((output) => writeLastChunk(output)),
      '0\r\n\r\n',
    );
  });

  it('writes trailers', () => {
    const trailers = [
      { name: 'digest', value: 'a' },
      { name: 'x', value: '' },
    ];
    assert.equal(
      written((output) => writeLastChunk(output, trailers)),
      '0\r\ndigest: a\r\nx: \r\n\r\n',
    );
  });

  it('throws before it has written anything when a trailer is no field line', () => {
    for (const trailer of [
      { name: 'a b', value: '' },
      { name: 'a', value: 'b\r\nc: d' },
    ]) {
      const output = new OutputList();
      assert.throws(() => writeLastChunk(output, [trailer]), TypeError);
      assert.equal(output.take().length, 0);
    }
  });
});

// Helpers

function written(write: (output: OutputList) => void): string {
  const output = new OutputList();
  write(output);
  return output.take().toString('latin1');
}
