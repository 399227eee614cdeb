/**
 * The report as JUnit's XML, which build servers read.
 *
 * @module
 */

import { countsOf, type Report, type ReportedResult } from './report.ts';
import { standardRows } from './tables.ts';

/** A suite for each standard of each subject; departures pass, with a word about them. */
export function junitReport(reports: readonly Report[]): string {
  const suites = reports.flatMap((report) =>
    standardRows(report.results).map(({ id, name, title, counts, total }) => {
      const cases = report.results.filter(({ standard }) => standard === id).map(testCase);
      const suite = attributes({
        name: `${report.subject.name}: ${name}, ${title}`,
        tests: total,
        failures: counts.fail,
        skipped: counts['not applicable'] + counts.inconclusive,
        timestamp: report.date.slice(0, 19),
      });
      return [`  <testsuite${suite}>`, ...cases, '  </testsuite>'].join('\n');
    }),
  );
  const results = reports.flatMap((report) => report.results);
  const all = attributes({
    name: 'encke conform',
    tests: results.length,
    failures: countsOf(results).fail,
    time: reports.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1_000,
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${all}>\n${suites.join('\n')}\n</testsuites>\n`;
}

function testCase(result: ReportedResult): string {
  const { probe, clause, title, verdict } = result;
  const head = `    <testcase${attributes({ classname: clause, name: `${probe} ${title}` })}`;
  const body = bodyOf(result);
  return body === undefined
    ? `${head}/>`
    : `${head}>\n      ${body}\n    </testcase><!-- ${verdict} -->`;
}

function bodyOf({ verdict, level, requirement, expected, received }: ReportedResult) {
  if (verdict === 'fail') {
    const message = attributes({ message: `expected ${expected}, received ${received}` });
    return `<failure${message}>${escaped(`${level}: ${requirement}`)}</failure>`;
  }
  if (verdict === 'not applicable' || verdict === 'inconclusive') {
    return `<skipped${attributes({ message: `${verdict}: ${received}` })}/>`;
  }
  if (verdict !== 'departure') return undefined;
  const text = `departure: ${level} ${requirement}; expected ${expected}, received ${received}`;
  return `<system-out>${escaped(text)}</system-out>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

/** What XML can't hold in any way is left out. @see XML 1.0 §2.2, §2.4 */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
