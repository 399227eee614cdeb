import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FrameHeader } from '../../src/websocket/frame-header.ts';
import { MessageAssembly } from '../../src/websocket/message-assembly.ts';

describe('MessageAssembly', () => {
  it('joins the pieces of a fragment', () => {
    const message = new MessageAssembly(true);
    const header = new FrameHeader();
    header.fin = true;
    header.payloadLength = 4;
    message.beginFrame(header);
    message.append(Buffer.from('a€'), 0, 2);
    assert.equal(message.isComplete, false);
    message.append(Buffer.from('a€'), 2, 4);
    assert.equal(message.isComplete, true);
    assert.equal(message.take(), 'a€');
  });
});
