/**
 * The tables of a report: how many verdicts there are for each standard, and several subjects side by
 * side.
 *
 * @module
 */

import type { Verdict } from '../probe.ts';
import { STANDARDS } from '../standards.ts';
import { type Counts, countsOf, isFault, type Report, type ReportedResult } from './report.ts';

/** The results for one standard. */
export interface StandardRow {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly counts: Counts;
  readonly total: number;
}

/** A row for each standard that something was judged by. */
export function standardRows(results: readonly ReportedResult[]): StandardRow[] {
  return STANDARDS.flatMap(({ id, name, title }) => {
    const theirs = results.filter(({ standard }) => standard === id);
    if (theirs.length === 0) return [];
    return [{ id, name, title, counts: countsOf(theirs), total: theirs.length }];
  });
}

/** A probe that found a fault in one subject at least, and what it said of each. */
export interface MatrixRow {
  readonly probe: string;
  readonly level: string;
  readonly title: string;
  /** In the order of the reports; nothing where it was not run. */
  readonly verdicts: readonly (Verdict | undefined)[];
}

/** Several subjects side by side, by the probes that found a fault in one of them. */
export function matrixRows(reports: readonly Report[]): MatrixRow[] {
  const results = reports.map((report) => new Map(report.results.map((one) => [one.probe, one])));
  const probes = new Map(results.flatMap((byProbe) => [...byProbe]));
  return [...probes.values()].flatMap(({ probe, level, title }) => {
    const theirs = results.map((byProbe) => byProbe.get(probe));
    if (!theirs.some((result) => result !== undefined && isFault(result))) return [];
    return [{ probe, level, title, verdicts: theirs.map((result) => result?.verdict) }];
  });
}

/** Rows of cells as lines, each column as wide as its widest cell; numbers stand right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      /^\d+$/.test(cell) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
    );
    return cells.join('  ').trimEnd();
  });
}
