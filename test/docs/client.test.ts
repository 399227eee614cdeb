import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { FIRST_BACKOFF, LAST_BACKOFF } from '../../src/browser/backoff.ts';
import { FIRST_CLIMB, LAST_CLIMB } from '../../src/browser/ladder.ts';

const TEXT = readFileSync('docs/client.md', 'utf8');
const TYPES = ts.createSourceFile(
  'types.ts',
  readFileSync('src/browser/types.ts', 'utf8'),
  ts.ScriptTarget.ES2023,
);

describe('docs/client.md', () => {
  it('names every option, and every member of a connection', () => {
    for (const name of [...membersOf('ConnectOptions'), ...membersOf('Connection')]) {
      assert.match(TEXT, new RegExp(`\`${name}\\b`), name);
    }
  });

  it('names every state', () => {
    for (const state of ['connecting', 'open', 'waiting', 'closed']) {
      assert.ok(TEXT.includes(`\`${state}\``), state);
    }
  });

  it('has the times that the client has', () => {
    assert.deepEqual([FIRST_CLIMB, LAST_CLIMB], [15_000, 600_000]);
    assert.match(TEXT, /after 15 seconds, .* up to ten minutes/s);
    assert.deepEqual([FIRST_BACKOFF, LAST_BACKOFF], [1_000, 30_000]);
    assert.match(TEXT, /up to a second, .* up to half a\s+minute/s);
  });
});

// Helpers

/** The members that an interface of the client declares. */
function membersOf(name: string): string[] {
  const found = TYPES.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  ) as ts.InterfaceDeclaration;
  return found.members.map((member) => (member.name as ts.Identifier).text);
}
