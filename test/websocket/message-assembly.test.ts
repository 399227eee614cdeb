import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FrameHeader } from '../../src/websocket/frame-header.ts';
import { MessageAssembly } from '../../src/websocket/message-assembly.ts';

describe('MessageAssembly', () => {
  it('joins the pieces of a fragment', () => {
    const message = new MessageAssembly(true);
    message.beginFrame(headerOf({ fin: true, payloadLength: 4 }));
    message.append(Buffer.from('a€'), 0, 2);
    assert.equal(message.remaining, 2);
    assert.equal(message.isComplete, false);
    message.append(Buffer.from('a€'), 2, 4);
    assert.equal(message.isComplete, true);
    assert.equal(message.take(), 'a€');
  });

  it('joins fragments, each masked with its own key', () => {
    const message = new MessageAssembly(false);
    message.beginFrame(headerOf({ fin: false, payloadLength: 5, maskingKey: 0x01020304 }));
    message.append(Buffer.from('0002060805', 'hex'), 0, 3);
    message.append(Buffer.from('0002060805', 'hex'), 3, 5);
    assert.equal(message.isComplete, false);
    message.beginFrame(headerOf({ fin: true, payloadLength: 1, maskingKey: 0xff000000 }));
    message.append(Buffer.from('fa', 'hex'), 0, 1);
    assert.deepEqual(message.take(), Uint8Array.from([1, 0, 5, 12, 4, 5]));
  });

  it('takes no more memory than four times what has come', () => {
    const message = new MessageAssembly(false);
    message.beginFrame(headerOf({ fin: true, payloadLength: 1_000_000 }));
    message.append(new Uint8Array(100), 0, 100);
    message.append(new Uint8Array(400), 0, 400);
    const { buffer } = message.take() as Uint8Array;
    assert.ok(buffer.byteLength <= 2_000, `${buffer.byteLength}`);
  });

  it('takes exactly what was announced, once a part of it has come', () => {
    const message = new MessageAssembly(false);
    message.beginFrame(headerOf({ fin: true, payloadLength: 1_000 }));
    message.append(new Uint8Array(300), 0, 300);
    message.append(new Uint8Array(700), 0, 700);
    const { buffer } = message.take() as Uint8Array;
    assert.equal(buffer.byteLength, 1_000);
  });

  it('moves few times, however small the fragments are', () => {
    const message = new MessageAssembly(false);
    const buffers = new Set();
    for (let i = 0; i < 10_000; i++) {
      message.beginFrame(headerOf({ fin: false, payloadLength: 1 }));
      message.append(Uint8Array.of(i), 0, 1);
      buffers.add((message.take() as Uint8Array).buffer);
    }
    assert.ok(buffers.size < 20, `${buffers.size}`);
  });

  it('keeps nothing of what is discarded but where it ends', () => {
    const message = new MessageAssembly(true);
    message.beginFrame(headerOf({ fin: true, payloadLength: 3 }));
    message.append(Buffer.from('a'), 0, 1);
    message.discard();
    message.append(Buffer.from('\xff\xff', 'latin1'), 0, 2);
    assert.equal(message.isComplete, true);
    assert.equal(message.length, 0);
  });
});

// Helpers

function headerOf(parts: Partial<FrameHeader>): FrameHeader {
  return Object.assign(new FrameHeader(), parts);
}
