/**
 * The report in the Test Anything Protocol, version 14.
 *
 * @module
 */

import type { Report, ReportedResult } from './report.ts';

/** A line for each probe; a departure is a fault that is known to be only that. */
export function tapReport(reports: readonly Report[]): string {
  const results = reports.flatMap((report) => report.results);
  const lines = results.flatMap((result, index) => lineOf(result, index + 1));
  const obstacles = reports.flatMap((report) => report.obstacles).map((one) => `# ${one}`);
  return `${['TAP version 14', `1..${results.length}`, ...obstacles, ...lines].join('\n')}\n`;
}

function lineOf({ probe, title, verdict, level, expected, received }: ReportedResult, n: number) {
  const name = escaped(`${probe} ${title}`);
  if (verdict === 'not applicable' || verdict === 'inconclusive') {
    return [`ok ${n} - ${name} # SKIP ${verdict}: ${escaped(received)}`];
  }
  if (verdict === 'departure') return [`not ok ${n} - ${name} # TODO departure from a ${level}`];
  if (verdict !== 'fail') return [`ok ${n} - ${name}`];
  return [
    `not ok ${n} - ${name}`,
    '  ---',
    `  level: ${level}`,
    `  expected: ${JSON.stringify(expected)}`,
    `  received: ${JSON.stringify(received)}`,
    '  ...',
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\#]/g, '\\$&').replace(/\s+/g, ' ');
}
