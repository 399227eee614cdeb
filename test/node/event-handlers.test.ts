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

  it('keeps the place of the first, until there is none', () => {
    const target = new EventTarget();
    const handlers = new EventHandlers(target);
    const called: string[] = [];
    handlers.set('open', () => called.push('before'));
    target.addEventListener('open', () => called.push('listener'));
    handlers.set('open', () => called.push('handler'));
    target.dispatchEvent(new Event('open'));
    handlers.set('open', null);
    handlers.set('open', () => called.push('anew'));
    target.dispatchEvent(new Event('open'));
    assert.deepEqual(called, ['handler', 'listener', 'listener', 'anew']);
  });

  it('keeps an object that can not be called, and takes what is none for null', () => {
    const target = new EventTarget();
    const handlers = new EventHandlers(target);
    const object = {} as never;
    handlers.set('open', object);
    target.dispatchEvent(new Event('open'));
    assert.equal(handlers.get('open'), object);
    handlers.set('open', 'a string' as never);
    assert.equal(handlers.get('open'), null);
  });
});
