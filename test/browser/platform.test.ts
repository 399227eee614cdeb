import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { platformWith } from '../../src/browser/platform.ts';

describe('platformWith', () => {
  it('has what the place has', () => {
    const platform = platformWith(undefined);
    assert.equal(platform.base, undefined, 'Node has no page');
    assert.equal(platform.isOnline(), true);
    assert.ok(platform.random() < 1);
    const before = platform.now();
    assert.ok(platform.now() >= before);
  });

  it('remembers where there is a storage, and does without it where there is none', () => {
    const { memory } = platformWith(undefined);
    const isKept = 'sessionStorage' in globalThis && memory('encke:test', 'stream') !== undefined;
    assert.equal(memory('encke:test', 'stream'), isKept ? 'stream' : undefined);
    assert.equal(memory('encke:test'), isKept ? 'stream' : undefined);
  });

  it('sets timers and takes them back', async () => {
    const { setTimeout, clearTimeout } = platformWith(undefined);
    const seen: number[] = [];
    clearTimeout(setTimeout(() => void seen.push(1), 0) as never);
    await new Promise<void>((resolve) => void setTimeout(resolve, 1));
    assert.deepEqual(seen, []);
  });

  it('fetches', async () => {
    const response = await platformWith(undefined).fetch('data:text/plain,Hello');
    assert.equal(await response.text(), 'Hello');
  });

  it('takes what it is given instead', () => {
    const platform = platformWith({ base: 'http://localhost/', random: () => 0.25 });
    assert.equal(platform.base, 'http://localhost/');
    assert.equal(platform.random(), 0.25);
  });
});
