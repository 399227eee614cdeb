import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { main } from '../../src/cli/main.ts';

describe('main', () => {
  it('says its version, and how it is used', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.deepEqual(await run('--version'), [0, `${version}\n`, '']);
    assert.match((await run('--help'))[1], /^Usage: encke conform ADDRESS/);
    assert.match((await run('conform', '--help'))[1], /^Usage: encke conform \[ADDRESS/);
  });

  for (const [args, said] of [
    [[], 'encke: what to do? Try: encke conform --help\n'],
    [['judge'], 'encke: there is no command judge. Try: encke conform --help\n'],
    [['conform', '--only', 'x', 'ws://a/'], /^encke: no probe of a server is called x\./],
    [['conform', 'a:1'], /^encke: a:1 is not an address\. Is it ws:\/\/a:1 or http:\/\/a:1\?\n$/],
  ] as const) {
    it(`returns 2 and says what to do about ${JSON.stringify(args.join(' '))}`, async () => {
      const [code, stdout, stderr] = await run(...args);
      assert.deepEqual([code, stdout], [2, '']);
      if (typeof said === 'string') assert.equal(stderr, said);
      else assert.match(stderr, said);
    });
  }
});

// Helpers

async function run(
  ...args: readonly string[]
): Promise<[code: number, stdout: string, stderr: string]> {
  let [stdout, stderr] = ['', ''];
  const code = await main(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return [code, stdout, stderr];
}
