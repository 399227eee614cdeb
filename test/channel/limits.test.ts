import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ChannelLimitError, DEFAULT_LOG_LIMITS } from '../../src/channel/limits.ts';

describe('DEFAULT_LOG_LIMITS', () => {
  it('leaves nothing without an end', () => {
    for (const limit of Object.values(DEFAULT_LOG_LIMITS)) {
      assert.ok(limit > 0 && Number.isFinite(limit));
    }
  });
});

describe('ChannelLimitError', () => {
  it('names the limit', () => {
    assert.match(new ChannelLimitError(7).message, /limits\.channels \(7\)/);
    assert.equal(new ChannelLimitError(7).name, 'ChannelLimitError');
  });
});
