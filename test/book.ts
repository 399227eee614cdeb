/**
 * Writes what of `docs` is made from the sources: `npm run book`.
 *
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs';

import { clauseMap, coverage } from './support/clause-map.ts';
import { renumbered } from './support/reading-links.ts';

writeFileSync('docs/reading.md', renumbered(readFileSync('docs/reading.md', 'utf8')));
writeFileSync('docs/clauses.md', clauseMap());
console.log(coverage());
