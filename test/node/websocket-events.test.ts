import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { CloseEvent, ErrorEvent } from '../../src/node/websocket-events.ts';

describe('CloseEvent', () => {
  it('has what it was given, or the defaults', () => {
    const event = new CloseEvent('close', { wasClean: true, code: 65_536 + 4000, reason: 'x' });
    assert.deepEqual([event.wasClean, event.code, event.reason], [true, 4000, 'x']);
    const { wasClean, code, reason } = new CloseEvent('close');
    assert.deepEqual([wasClean, code, reason], [false, 0, '']);
  });

  it('wants a type', () => {
    assert.throws(() => new (CloseEvent as unknown as new () => Event)(), TypeError);
  });
});

describe('ErrorEvent', () => {
  it('says what went wrong, if that is known', () => {
    const error = new Error('enough');
    const event = new ErrorEvent('error', error);
    assert.deepEqual([event.error, event.message], [error, 'enough']);
    assert.equal(new ErrorEvent('error', undefined).message, 'the connection failed');
  });
});
