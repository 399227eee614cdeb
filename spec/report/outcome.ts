/**
 * What a report comes to: whether all is well, also compared with an earlier one.
 *
 * @module
 */

import type { Verdict } from '../probe.ts';
import { type Report, type ReportedResult, VERDICTS } from './report.ts';

/** The exit codes of the command. */
export const EXIT_CODES = {
  /** Nothing failed; or nothing that did not before, where there is a baseline. */
  kept: 0,
  /** At least one probe failed. */
  violated: 1,
  /** It was not told rightly what to do. */
  usage: 2,
  /** A subject could not be judged, or not to the end. */
  notJudged: 3,
} as const;

/** The verdicts of an earlier run, by subject and probe. */
export type Baseline = ReadonlyMap<string, ReadonlyMap<string, Verdict>>;

/** How bad a verdict is. What says nothing of a violation is as good as a pass. */
const SEVERITIES: Readonly<Partial<Record<Verdict, number>>> = { fail: 2, departure: 1 };

/** The exit code for these reports. What can't be judged outweighs what failed. */
export function exitCodeOf(reports: readonly Report[], baseline?: Baseline): number {
  if (reports.some(({ obstacles }) => obstacles.length > 0)) return EXIT_CODES.notJudged;
  const isViolated =
    baseline === undefined
      ? reports.some(({ results }) => results.some(({ verdict }) => verdict === 'fail'))
      : reports.some((report) => worseThan(report, baseline).length > 0);
  return isViolated ? EXIT_CODES.violated : EXIT_CODES.kept;
}

/** The results that are worse than they were. What was not run then, was right then. */
export function worseThan({ subject, results }: Report, baseline: Baseline): ReportedResult[] {
  const only = baseline.size === 1 ? [...baseline.values()][0] : undefined;
  const before = baseline.get(subject.name) ?? only;
  return results.filter(
    ({ probe, verdict }) => severityOf(verdict) > severityOf(before?.get(probe) ?? 'pass'),
  );
}

/**
 * Reads what an earlier run wrote as JSON.
 *
 * @throws TypeError when it is something else.
 */
export function readBaseline(json: string): Baseline {
  const reports = [JSON.parse(json) as unknown].flat();
  return new Map(reports.map(readReport));
}

function readReport(report: unknown): [string, Map<string, Verdict>] {
  const { version, subject, results } = (report ?? {}) as Partial<Report>;
  if (version !== 1 || subject === undefined || !Array.isArray(results)) {
    throw new TypeError('it is no report of version 1, as `--report json` writes them');
  }
  const verdicts = (results as readonly ReportedResult[]).map(
    ({ probe, verdict }): [string, Verdict] => {
      if (!VERDICTS.includes(verdict)) throw new TypeError(`${verdict} is no verdict`);
      return [probe, verdict];
    },
  );
  return [subject.name, new Map(verdicts)];
}

function severityOf(verdict: Verdict): number {
  return SEVERITIES[verdict] ?? 0;
}
