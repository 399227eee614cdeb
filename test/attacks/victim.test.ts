import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Victim } from './attacker.ts';
import type { VictimOptions } from './victim.ts';

describe('a victim that ends', () => {
  it('fails who starts it, with its exit code and what it wrote last', async () => {
    const options = { limits: { noSuchLimit: 1 } } as VictimOptions;
    await assert.rejects(Victim.start(options), /^Error: .* exit code 1:\n.*noSuchLimit/s);
  });

  it('fails who asks what it has come to, before it ends and afterwards', async () => {
    const victim = await Victim.start({});
    process.kill(victim.pid, 'SIGSTOP');
    const asked = victim.state();
    process.kill(victim.pid, 'SIGKILL');
    await assert.rejects(asked, /ended with SIGKILL/);
    await assert.rejects(victim.state(), /ended with SIGKILL/);
  });
});
