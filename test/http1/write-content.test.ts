import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { COPY_LIMIT, OutputList } from '../../src/bytes/output.ts';
import {
  contentLength,
  writeContent,
  writeHead,
  writeMessage,
} from '../../src/http1/write-content.ts';

describe('writeHead', () => {
  it('writes an octet for a character', () => {
    const output = new OutputList();
    writeHead(output, 'a\u00e9');
    assert.deepEqual([...output.take()], [0x61, 0xe9]);
  });
});

describe('writeContent', () => {
  it('writes a string as UTF-8', () => {
    assert.equal(written((output) => writeContent(output, 'é')).toString(), 'é');
  });

  it('copies up to COPY_LIMIT octets, and hands more on as they are', () => {
    const appended: number[] = [];
    for (const length of [COPY_LIMIT, COPY_LIMIT + 1]) {
      const output = new OutputList();
      const append = output.append.bind(output);
      output.append = (octets) => {
        appended.push(octets.length);
        append(octets);
      };
      writeContent(output, new Uint8Array(length).fill(1));
      assert.equal(output.take().length, length);
    }
    assert.deepEqual(appended, [COPY_LIMIT + 1]);
  });
});

describe('contentLength', () => {
  it('counts octets, not characters', () => {
    assert.equal(contentLength('é€'), 5);
    assert.equal(contentLength(new Uint8Array(3)), 3);
  });
});

describe('writeMessage', () => {
  for (const content of ['', 'ok', 'é€', 'x'.repeat(COPY_LIMIT), 'x'.repeat(COPY_LIMIT + 1)]) {
    it(`writes a head and ${contentLength(content)} octets of text behind it`, () => {
      const octets = written((output) =>
        writeMessage(output, 'head\r\n\r\n', content, contentLength(content)),
      );
      assert.equal(octets.toString(), `head\r\n\r\n${content}`);
    });
  }

  it('writes octets behind a head', () => {
    const octets = written((output) => writeMessage(output, 'h', Uint8Array.of(0xff, 0), 2));
    assert.deepEqual([...octets], [0x68, 0xff, 0]);
  });
});

// Helpers

function written(write: (output: OutputList) => void): Buffer {
  const output = new OutputList();
  write(output);
  return output.take();
}
