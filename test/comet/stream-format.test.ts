import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { streamFormat } from '../../src/comet/stream-format.ts';
import { anyEntry, entryOf, recordOf } from '../support/entries.ts';

describe('streamFormat', () => {
  it('writes a record a line', () => {
    const entries = [entryOf('e.1-0', 'news', 1), entryOf('e.1-1', 'news', 2)];
    assert.equal(
      Buffer.from(streamFormat.entries.encode(entries)).toString(),
      '{"id":"e.1-0","channel":"news","data":1}\n{"id":"e.1-1","channel":"news","data":2}\n',
    );
    assert.equal(
      Buffer.from(streamFormat.record('{"cursor":"é"}', 'é', 1)).toString(),
      '{"cursor":"é"}\n',
    );
  });

  it('for any entries: each is a line', () => {
    fc.assert(
      fc.property(fc.array(anyEntry()), (entries) => {
        const lines = Buffer.from(streamFormat.entries.encode(entries)).toString().split(/\r|\n/);
        assert.equal(lines.pop(), '');
        assert.deepEqual(
          lines.map((line) => JSON.parse(line)),
          entries.map(recordOf),
        );
      }),
    );
  });
});
