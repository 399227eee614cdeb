import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WebSocketEventTarget } from '../../src/ws/event-target.ts';

describe('WebSocketEventTarget', () => {
  it('is an emitter that takes listeners and handlers as browsers have them', () => {
    const target = new WebSocketEventTarget();
    const told: unknown[] = [];
    target.addEventListener('message', ({ data }) => told.push(data));
    target.onopen = ({ type }) => told.push(type);
    target.onmessage = ({ type }) => told.push(type);
    target.onerror = ({ message }) => told.push(message);
    target.onclose = ({ code }) => told.push(code);
    target.emit('open');
    target.emit('message', Buffer.from('text'), false);
    target.emit('error', new Error('fault'));
    target.emit('close', 1006, Buffer.alloc(0));
    assert.deepEqual(told, ['open', 'text', 'message', 'fault', 1006]);
    assert.notEqual(target.onopen, target.onmessage);
    assert.notEqual(target.onerror, target.onclose);
  });
});
