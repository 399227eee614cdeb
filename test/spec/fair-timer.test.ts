import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FairTimer } from '../../spec/fair-timer.ts';

describe('FairTimer', () => {
  it('expires in time, and not once it is stopped', async () => {
    const began = Date.now();
    await new Promise<void>((resolve) => {
      const stopped = new FairTimer(() => assert.fail('it was stopped'), 10);
      stopped.stop();
      new FairTimer(resolve, 30);
    });
    assert.ok(Date.now() - began >= 29);
  });

  it('gives back the time in which nothing could run', async () => {
    const began = Date.now();
    await new Promise<void>((resolve) => {
      new FairTimer(resolve, 100);
      while (Date.now() - began < 180) {}
    });
    assert.ok(Date.now() - began >= 255, `${Date.now() - began} ms`);
  });

  it('does not count the turns of a process that rarely runs, and comes to an end all the same', async () => {
    const began = Date.now();
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    const sleep = setInterval(() => Atomics.wait(sleeper, 0, 0, 100), 15);
    await new Promise<void>((resolve) => {
      new FairTimer(resolve, 100);
    });
    clearInterval(sleep);
    assert.ok(Date.now() - began >= 500, `${Date.now() - began} ms`);
  });
});
