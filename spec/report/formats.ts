/**
 * The forms that a report can have.
 *
 * @module
 */

import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Report } from './report.ts';
import { tapReport } from './tap.ts';
import { textReport } from './text.ts';

/** The name of a form. */
export type ReportFormat = 'text' | 'json' | 'junit' | 'tap' | 'markdown' | 'html';

const FORMATS: Readonly<Record<ReportFormat, (reports: readonly Report[]) => string>> = {
  text: textReport,
  json: jsonReport,
  junit: junitReport,
  tap: tapReport,
  markdown: markdownReport,
  html: htmlReport,
};

/** The names of all forms. */
export const REPORT_FORMATS: readonly ReportFormat[] = Object.keys(FORMATS) as ReportFormat[];

/** Writes reports in a form; where there are several, it shows too how the subjects compare. */
export function formatReports(reports: readonly Report[], format: ReportFormat): string {
  return FORMATS[format](reports);
}
