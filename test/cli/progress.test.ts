import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Progress } from '../../src/cli/progress.ts';

describe('Progress', () => {
  it('writes over its line on a terminal', () => {
    assert.deepEqual(written(true, ['pass', 'fail']), [
      'judging ws://a/\n',
      '\r1 of 2 probes, 0 failed',
      '\r2 of 2 probes, 1 failed\n',
    ]);
  });

  it('writes a line now and then elsewhere, and at the end', () => {
    const lines = written(false, new Array<'pass'>(250).fill('pass'));
    assert.deepEqual(lines.slice(1), [
      '100 of 250 probes, 0 failed\n',
      '200 of 250 probes, 0 failed\n',
      '250 of 250 probes, 0 failed\n',
    ]);
  });

  it('begins anew with each subject', () => {
    const lines: string[] = [];
    const progress = new Progress({ isTTY: true, write: (text) => lines.push(text) });
    for (const name of ['a', 'b']) {
      progress.begin(name);
      progress.result({ verdict: 'fail' }, 1);
    }
    assert.equal(lines.at(-1), '\r1 of 1 probes, 1 failed\n');
  });
});

// Helpers

function written(isTTY: boolean, verdicts: readonly ('pass' | 'fail')[]): string[] {
  const lines: string[] = [];
  const progress = new Progress({ isTTY, write: (text) => lines.push(text) });
  progress.begin('ws://a/');
  for (const verdict of verdicts) progress.result({ verdict }, verdicts.length);
  return lines;
}
