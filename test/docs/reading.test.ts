import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { type ReadingLink, readingLinks, renumbered } from '../support/reading-links.ts';

/** Who follows a link sees that much of the file: a line that moves no further breaks nothing. */
const SCREEN = 20;

describe('docs/reading.md', () => {
  const links = readingLinks(readFileSync('docs/reading.md', 'utf8'));

  for (const link of links) {
    it(`finds ${link.name} in ${link.file}`, () => assert.equal(faultOf(link), undefined));
  }

  it('passes through every layer between the socket and the application', () => {
    const layers = new Set(links.map(({ file }) => file.split('/')[1]));
    for (const layer of ['node', 'http1', 'bytes', 'hub', 'websocket', 'channel', 'comet']) {
      assert.ok(layers.has(layer), layer);
    }
  });
});

describe('readingLinks', () => {
  it('tells a name that is no longer declared, and a line that is not on the same screen', () => {
    const gone = '[`Connection.swallowed`](../src/node/connection.ts#L1)';
    const moved = '[`Connection.received`](../src/node/connection.ts#L1)';
    const [first, second] = readingLinks(gone + moved);
    assert.match(faultOf(first!)!, /no Connection\.swallowed is declared/);
    assert.match(faultOf(second!)!, /#L\d{3}/);
    assert.equal(renumbered(gone), gone);
    assert.equal(faultOf(readingLinks(renumbered(moved))[0]!), undefined);
  });
});

// Helpers

/** What is wrong with a link, and what to write instead. */
function faultOf({ name, file, line, declared }: ReadingLink): string | undefined {
  if (declared === undefined)
    return `no ${name} is declared in ${file}: describe what is there now`;
  const isSeen = line !== undefined && Math.abs(line - declared) <= SCREEN;
  return isSeen ? undefined : `it is at ${file}#L${declared} now: npm run book writes that`;
}
