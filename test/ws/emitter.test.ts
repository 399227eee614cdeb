import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'node:test';

import { Emitter } from '../../src/ws/emitter.ts';

describe('Emitter', () => {
  it("is Node's own, so that whatever takes an emitter takes one", () => {
    assert.equal(Emitter, EventEmitter);
  });

  it('knows the arguments of its events, and takes any others', () => {
    const emitter = new Emitter<{ count: [number: number] }>();
    const told: unknown[] = [];
    emitter.on('count', (number) => told.push(number.toFixed(1)));
    emitter.once('count', (number: number, what: string) => told.push(number, what.length));
    emitter.on('other', (what) => told.push(what));
    emitter.emit('count', 1, 'further');
    emitter.emit('other', 'own');
    assert.deepEqual(told, ['1.0', 1, 7, 'own']);
  });
});
