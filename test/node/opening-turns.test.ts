import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { openInTurn } from '../../src/node/opening-turns.ts';

describe('openInTurn', () => {
  it('begins at once where nothing is being opened, and otherwise one after the other', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const open = (name: string, remote: string) =>
      openInTurn(remote, () => {
        begun.push(name);
        return new Promise((resolve) => ends.push(resolve));
      });
    open('a1', 'a');
    open('a2', 'a');
    open('a3', 'a');
    open('b1', 'b');
    assert.deepEqual(begun, ['a1', 'b1']);
    ends[0]!();
    await turn();
    assert.deepEqual(begun, ['a1', 'b1', 'a2']);
    ends[2]!();
    await turn();
    assert.deepEqual(begun.at(-1), 'a3');
    ends[3]!();
    await turn();
    open('a4', 'a');
    assert.deepEqual(begun.at(-1), 'a4');
    for (const end of ends) end();
  });
});
