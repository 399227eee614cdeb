import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { acceptValue } from '../../src/websocket/accept.ts';

describe('acceptValue', () => {
  it('answers the key of RFC 6455 §1.3', () => {
    assert.equal(acceptValue('dGhlIHNhbXBsZSBub25jZQ=='), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });
});
