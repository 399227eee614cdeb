/**
 * The clause lists: what the standards ask for, one row each, in our own wording. The lists are the
 * tab-separated files in `spec/clauses`; their cells are neither quoted nor escaped.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs';
import type { Level } from './probe.ts';

/** The party that a clause binds. */
export type Party = 'server' | 'client' | 'both' | 'proxy';

/** One row of a clause list. */
export interface Clause {
  /** Document, section and number, for example `6455-5.1-3`. */
  readonly id: string;
  readonly section: string;
  readonly level: Level;
  readonly who: Party;
  readonly requirement: string;
  /** Whether a peer that sees nothing but octets can find out. */
  readonly observable: boolean;
  /** What to send, and the reaction to expect. */
  readonly provocation: string;
}

/** The lists that there are, by the names of their files. */
export const CLAUSE_LISTS = ['rfc6455', 'rfc7692', 'rfc9112', 'sse', 'rfc6202', 'cors'] as const;

/** The name of a clause list. */
export type ClauseList = (typeof CLAUSE_LISTS)[number];

/** The rows of one list, in the order of the document. */
export function readClauses(list: ClauseList): Clause[] {
  const rows = readFileSync(fileOf(list), 'utf8').trimEnd().split('\n').slice(1);
  return rows.map(readRow);
}

/** All clauses of all lists, by their ids. */
export function allClauses(): Map<string, Clause> {
  return new Map(CLAUSE_LISTS.flatMap(readClauses).map((clause) => [clause.id, clause]));
}

/** Whether a server has to keep this clause, and can be seen to. */
export function bindsServer(clause: Clause): boolean {
  return clause.observable && (clause.who === 'server' || clause.who === 'both');
}

/** Whether a client has to keep this clause, and can be seen to. */
export function bindsClient(clause: Clause): boolean {
  return clause.observable && (clause.who === 'client' || clause.who === 'both');
}

function readRow(row: string): Clause {
  const [id, section, level, who, requirement, observable, provocation] = row.split('\t');
  return {
    id: id!,
    section: section!,
    level: level as Level,
    who: who as Party,
    requirement: requirement!,
    observable: observable === 'yes',
    provocation: provocation!,
  };
}

/**
 * The list stands in `spec/clauses` of the package, whether this module runs from there or from
 * `dist`.
 */
function fileOf(list: ClauseList): URL {
  const beside = new URL(`./clauses/${list}.tsv`, import.meta.url);
  return existsSync(beside) ? beside : new URL(`../../spec/clauses/${list}.tsv`, import.meta.url);
}
