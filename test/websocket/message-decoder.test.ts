import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { MessageDecoder } from '../../src/websocket/message-decoder.ts';
import { frame } from '../support/websocket.ts';

describe('MessageDecoder', () => {
  it('takes a message, then asks for more', () => {
    const decoder = new MessageDecoder('client', 1000);
    decoder.reader.feed(frame({ opcode: 1, payload: 'Hello' }));
    assert.equal(decoder.next(), 'message');
    assert.equal(decoder.takeData(), 'Hello');
    assert.equal(decoder.next(), 'more');
  });
});
