/**
 * The report as JSON, in the form of `docs/conformance.schema.json`.
 *
 * @module
 */

import type { Report } from './report.ts';

/** One report, or a list of them where there are several. */
export function jsonReport(reports: readonly Report[]): string {
  const forms = reports.map(formOf);
  return `${JSON.stringify(forms.length === 1 ? forms[0] : forms, undefined, 1)}\n`;
}

/** Octets are written in hexadecimal. */
function formOf(report: Report) {
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      transcript: result.transcript.map((passages) =>
        passages.map(({ direction, at, length, octets }) => ({
          direction,
          at,
          length,
          octets: octets.toString('hex'),
        })),
      ),
    })),
  };
}
