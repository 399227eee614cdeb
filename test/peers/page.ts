/**
 * The page on what the judge finds in servers and clients that others have written.
 *
 * @module
 */

import { allClauses } from '../../spec/clauses.ts';
import { STANDARDS, standardOf } from '../../spec/standards.ts';
import { explanationOf, NEEDING_EXPLANATION } from './explanations.ts';
import type { Fault, Outcome } from './peer.ts';

export const PAGE = 'docs/peers.md';

const CLAUSES = allClauses();

/** What stands in a cell of the matrix. */
const MARKS = { fail: '✗', departure: '○', inconclusive: '?' } as const;

const VERDICTS = ['pass', 'fail', 'departure', 'inconclusive'] as const;

/** The faults that ought to have an explanation and have none. */
export function unexplained(outcome: Outcome): { name: string; fault: Fault }[] {
  const { name, role } = outcome;
  if (!NEEDING_EXPLANATION.includes(`${name} ${role}`)) return [];
  return outcome.faults
    .filter((fault) => explanationOf(outcome, fault) === undefined)
    .map((fault) => ({ name, fault }));
}

/** The page. */
export function pageOf(outcomes: readonly Outcome[]): string {
  const ofRole = (role: Outcome['role']) => outcomes.filter((one) => one.role === role);
  return `${[
    INTRODUCTION,
    '## Who was judged',
    summaryOf(outcomes),
    '## Servers, clause by clause',
    MATRIX,
    matrixOf(ofRole('server')),
    '## Clients, clause by clause',
    matrixOf(ofRole('client')),
    '## What each of them does otherwise',
    ...outcomes.flatMap(sectionOf),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `# The peers

What [the conformance suite](conformance.md) finds in servers and clients that others have written, with their
default options but for limits, which are 64 MiB a message where they can be set. This page is written by
\`npm run conform:peers\`; that the judge finds this in \`ws\`,
\`websocket\`, \`faye-websocket\`, \`node:http\` and \`undici\`, and nothing else, tests see too. A fault here is a clause that is not kept: many have reasons, and
some hurt nobody. For who runs on \`node:http\`, all that is asked over HTTP is its doing.`;

const MATRIX = `A clause is in the table when one of them does not keep it: ${MARKS.fail} for a MUST, ${MARKS.departure} for a SHOULD, ${MARKS.inconclusive} where nothing can be
said, a dot where it is kept, and nothing where it was not asked.`;

function summaryOf(outcomes: readonly Outcome[]): string {
  return table(
    ['peer', 'version', 'what', 'judged', ...VERDICTS, 'seconds'],
    outcomes.map((outcome) => [
      `[${outcome.name}](#${anchorOf(outcome)}), ${outcome.role}`,
      outcome.version,
      outcome.about,
      outcome.date,
      ...VERDICTS.map((verdict) => `${countOf(outcome, verdict)}`),
      `${outcome.seconds}`,
    ]),
  );
}

function countOf({ counts }: Outcome, verdict: string): number {
  return Object.values(counts).reduce((sum, ofStandard) => sum + (ofStandard[verdict] ?? 0), 0);
}

/** Clauses down, peers across. */
function matrixOf(outcomes: readonly Outcome[]): string {
  const broken = new Set(outcomes.flatMap(({ faults }) => faults.map(({ clause }) => clause)));
  const clauses = [...CLAUSES.keys()].filter((id) => broken.has(id)).sort(inOrderOfStandards);
  return table(
    ['clause', 'what is asked', ...outcomes.map(({ name }) => name)],
    clauses.map((id) => [
      id,
      CLAUSES.get(id)!.requirement,
      ...outcomes.map((outcome) => cellOf(outcome, id)),
    ]),
  );
}

function inOrderOfStandards(one: string, other: string): number {
  const rank = (id: string) => STANDARDS.indexOf(standardOf(id));
  return rank(one) - rank(other);
}

function cellOf({ counts, faults }: Outcome, clause: string): string {
  const verdicts = faults.filter((fault) => fault.clause === clause).map(({ verdict }) => verdict);
  const worst = (['fail', 'departure', 'inconclusive'] as const).find((one) =>
    verdicts.includes(one),
  );
  if (worst !== undefined) return MARKS[worst];
  return counts[standardOf(clause).id] === undefined ? '' : '·';
}

function sectionOf(outcome: Outcome): string[] {
  const { name, role, version, faults } = outcome;
  const heading = `### ${name} ${version} as a ${role}`;
  if (faults.length === 0) return [heading, 'Nothing.'];
  const byReason = new Map<string, Fault[]>();
  for (const fault of faults) {
    const reason = explanationOf(outcome, fault) ?? `${fault.title}: ${fault.received}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), fault]);
  }
  const rows = [...byReason].map(([reason, found]) => [
    found.map(({ probe }) => `\`${probe}\``).join(' '),
    [...new Set(found.map(({ verdict }) => verdict))].join(', '),
    reason,
  ]);
  return [
    heading,
    table(['probes', 'verdict', 'what it does, or what was expected and came'], rows),
  ];
}

/** The name by which a heading is linked to. */
function anchorOf({ name, role, version }: Outcome): string {
  return `${name} ${version} as a ${role}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}
