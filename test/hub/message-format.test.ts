import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { messageFormat } from '../../src/hub/message-format.ts';
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
