import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { EventHandlers } from '../../src/node/event-handlers.ts';

describe('EventHandlers', () => {
  it('calls the handler that was set last, and one that was taken away no more', () => {
    const target = new EventTarget();
    const handlers = new EventHandlers(target);
    const called: string[] = [];
    const second = () => called.push('second');
    handlers.set('open', () => called.push('first'));
    handlers.set('open', second);
    handlers.set('close', () => called.push('close'));
    handlers.set('close', null);
    target.dispatchEvent(new Event('open'));
    target.dispatchEvent(new Event('close'));
    assert.deepEqual(called, ['second']);
    assert.equal(handlers.get('open'), second);
    assert.equal(handlers.get('close'), null);
    assert.equal(handlers.get('message'), null);
  });
});
