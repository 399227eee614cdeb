import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, it } from 'node:test';

import { conform, countsOf } from '../../spec/conformance.ts';
import { printed, startExample } from '../support/example.ts';

/** What node:http and http.server do with what they are asked for, and what the small ones can't. */
const ONLY: readonly string[] = ['9112-3.2-7', '9112-6.1-7/b', '9110-6.5.1-1'];

describe('the reflector', () => {
  for (const [what, command, file] of [
    ['in Node', process.execPath, 'examples/reflectors/node.mjs'],
    ['in Python', 'python3', 'examples/reflectors/reflector.py'],
  ] as const) {
    it(`${what} belongs to a whole subject`, async () => {
      const child = spawn(command, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
      const http = await printed(child, /http:\S+/);
      const report = await conform({ http }, { only: ONLY, seed: 1 });
      child.kill();
      assert.deepEqual([report.obstacles, report.lacks], [[], []]);
      const { verdict } = report.results.find(({ probe }) => probe === '9110-6.5.1-1')!;
      assert.equal(verdict, 'not applicable');
      assert.ok(countsOf(report.results).fail > 0, 'it sends what it is told');
    });
  }

  it('of the subject is found', async () => {
    const { url, stop } = await startExample('subject');
    const report = await conform({ http: new URL('/', url).href }, { only: ONLY, seed: 1 });
    await stop();
    assert.deepEqual([report.obstacles, report.lacks], [[], []]);
    assert.equal(countsOf(report.results).fail, 0);
  });
});
