/**
 * The report for a terminal.
 *
 * @module
 */

import { standardOf } from '../standards.ts';
import { isFault, type Report, type ReportedResult, VERDICTS } from './report.ts';
import { aligned, matrixRows, standardRows } from './tables.ts';
import { transcriptInWords } from './words.ts';

/** How much of a transcript fits before a reader's eyes. */
const SPACE = { pieces: 24, connections: 6 };

/** The report of each subject, and behind them how they compare where there are several. */
export function textReport(reports: readonly Report[]): string {
  const parts = reports.map(oneReport);
  if (reports.length > 1) parts.push(matrix(reports));
  return `${parts.join('\n\n')}\n`;
}

function oneReport(report: Report): string {
  const faults = report.results
    .filter((result) => isFault(result) && !isOfObstacle(result, report))
    .sort(bySeverity);
  const blocks = faults.map((result) => describeFault(result).join('\n'));
  return [headOf(report).join('\n'), ...blocks, countsLine(report)].join('\n\n');
}

/** Whether it says no more than what stands above: why nothing at this address could be judged. */
function isOfObstacle({ verdict, received }: ReportedResult, { obstacles }: Report): boolean {
  return verdict === 'inconclusive' && obstacles.some((obstacle) => obstacle.endsWith(received));
}

/** Who was judged, what it lacks, and the counts. */
function headOf({ subject, results, milliseconds, seed, obstacles, lacks }: Report): string[] {
  const time = `${(milliseconds / 1_000).toFixed(1)} s`;
  return [
    `${subject.name} as a ${subject.role}: ${results.length} probes in ${time}, seed ${seed}`,
    ...Object.entries(subject.addresses ?? {}).map(([door, address]) => `  ${door}: ${address}`),
    ...(subject.command === undefined ? [] : [`  command: ${subject.command.join(' ')}`]),
    ...lacks.map((lack) => `  without ${lack}`),
    ...obstacles.map((obstacle) => `  NOT JUDGED: ${obstacle}`),
    '',
    ...aligned([
      ['', ...VERDICTS],
      ...standardRows(results).map(({ name, title, counts }) => [
        `${name}, ${title}`,
        ...VERDICTS.map((verdict) => `${counts[verdict]}`),
      ]),
    ]),
  ];
}

/** The clause, what was expected, what came, and the octets. */
function describeFault(result: ReportedResult): string[] {
  const { probe, verdict, level, clause, section } = result;
  const where = `${standardOf(clause).name} ${/^\d/.test(section) ? '§' : ''}${section}`;
  return [
    `${verdict.toUpperCase()} ${probe}: ${level}, ${where}`,
    ...entry('clause', result.requirement),
    ...entry('probe', result.title),
    ...entry('sends', result.sends),
    ...entry('expected', result.expected),
    ...entry('came', result.received),
    ...transcriptLines(result),
  ];
}

function entry(name: string, text: string): string[] {
  const [first, ...rest] = text.split('\n');
  const shown = rest.length > 7 ? [...rest.slice(0, 7), '…'] : rest;
  return [`  ${`${name}:`.padEnd(10)}${first}`, ...shown.map((line) => `${' '.repeat(12)}${line}`)];
}

function transcriptLines(result: ReportedResult): string[] {
  const { connections, left } = transcriptInWords(result, SPACE);
  const lines = connections.flatMap(({ pieces, more }, index) => {
    if (pieces.length === 0) return [`  connection ${index + 1}: nothing either way`];
    const rows = pieces.map(({ direction, at, name, text, hex }) => [
      `    ${direction === 'sent' ? '→' : '←'}`,
      `${at}`,
      'ms',
      name,
      text,
      hex,
    ]);
    return [
      `  connection ${index + 1}`,
      ...aligned(rows),
      ...(more === undefined ? [] : [`    … ${more}`]),
    ];
  });
  return left > 0 ? [...lines, `  … ${left} connections more`] : lines;
}

/** The last line, which is what one sees first. */
function countsLine({ subject, results, obstacles }: Report): string {
  const counts = VERDICTS.flatMap((verdict) => {
    const count = results.filter((result) => result.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  const judged = obstacles.length === 0 ? '' : 'NOT WHOLLY JUDGED, ';
  return `${subject.name}: ${judged}${counts.join(', ') || 'nothing'}`;
}

function matrix(reports: readonly Report[]): string {
  const names = reports.map(({ subject }) => subject.name);
  const rows = matrixRows(reports).map(({ probe, level, verdicts }) => [
    probe,
    level,
    ...verdicts.map((verdict) => verdict ?? '–'),
  ]);
  return [
    'What was found in one of them at least:',
    ...aligned([['', '', ...names], ...rows]),
  ].join('\n');
}

function bySeverity(a: ReportedResult, b: ReportedResult): number {
  return VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict);
}
