/**
 * The report as Markdown.
 *
 * @module
 */

import { countsOf, isFault, type Report, type ReportedResult, VERDICTS } from './report.ts';
import { matrixRows, standardRows } from './tables.ts';

/** The report of each subject, and behind them how they compare where there are several. */
export function markdownReport(reports: readonly Report[]): string {
  const parts = reports.flatMap(oneReport);
  if (reports.length > 1) parts.push('## Side by side', matrixOf(reports));
  return `${parts.join('\n\n')}\n`;
}

function oneReport({ subject, date, seed, obstacles, lacks, results }: Report): string[] {
  const addresses = Object.values(subject.addresses ?? {}).map((address) => `\`${address}\``);
  const faults = results.filter(isFault);
  const lacking = countsOf(results)['not applicable'];
  return [
    `## ${cell(subject.name)} as a ${subject.role}`,
    [`${date.slice(0, 10)}, seed ${seed}`, ...addresses].join(', '),
    ...obstacles.map((obstacle) => `**Not judged:** ${cell(obstacle)}`),
    ...(lacks.length === 0
      ? []
      : [`Without ${cell(lacks.join('; '))}. Not applicable: ${lacking}.`]),
    table([
      ['', ...VERDICTS],
      ...standardRows(results).map(({ name, title, counts }) => [
        `${name}, ${title}`,
        ...VERDICTS.map((verdict) => `${counts[verdict]}`),
      ]),
    ]),
    ...(faults.length === 0
      ? []
      : [table([['probe', 'level', '', 'clause', 'expected', 'came'], ...faults.map(rowOf)])]),
  ];
}

function rowOf({ probe, level, verdict, requirement, expected, received }: ReportedResult) {
  return [probe, level, verdict, requirement, expected, received].map(cell);
}

function matrixOf(reports: readonly Report[]): string {
  const names = reports.map(({ subject }) => cell(subject.name));
  const rows = matrixRows(reports).map(({ probe, level, title, verdicts }) => [
    probe,
    level,
    cell(title),
    ...verdicts.map((verdict) => verdict ?? ''),
  ]);
  return table([['probe', 'level', '', ...names], ...rows]);
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head!), line(head!.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What a cell can hold. */
function cell(text: string): string {
  const short = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return short.replace(/\s+/g, ' ').replace(/[\\`*_|<>[\]]/g, '\\$&');
}
