import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { longPollFormat } from '../../src/comet/long-poll-format.ts';
import { byeRecord, cursorRecord } from '../../src/comet/records.ts';
import { entryOf } from '../support/entries.ts';

describe('longPollFormat', () => {
  it('is an array of all records of the round', () => {
    const batch = longPollFormat.entries.encode([entryOf('e.1-0', '', 'hello')]);
    const answer = longPollFormat.answer([batch, cursorRecord('e.1-0'), byeRecord('round', 0)]);
    assert.equal(
      Buffer.from(answer).toString(),
      '[{"id":"e.1-0","channel":"","data":"hello"},{"cursor":"e.1-0"},{"bye":{"reason":"round","retry":0}}]',
    );
    assert.equal(longPollFormat.fields['content-type'], 'application/json');
  });
});
