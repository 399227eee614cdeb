import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

import { groundOf } from '../../src/ws/ground.ts';

describe('groundOf', () => {
  it('has a client always read, and a server stop for one that reads nothing', () => {
    assert.equal(groundOf('client').holdAt, Infinity);
    assert.equal(groundOf('server').holdAt, 16_777_216);
  });

  it('is the same for all of one role, and shares its memory between both', () => {
    assert.equal(groundOf('server'), groundOf('server'));
    assert.equal(groundOf('server').slabs, groundOf('client').slabs);
  });
});

describe('throwLater', () => {
  it('throws where nobody catches it', () => {
    const program = `
      import { throwLater } from './dist/src/ws/ground.js';
      try { throwLater(new Error('of the application')); } catch { console.log('caught'); }
      process.on('uncaughtException', ({ message }) => console.log('uncaught', message));
    `;
    const args = ['--input-type=module', '-e', program];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(stdout, 'uncaught of the application\n');
  });
});
