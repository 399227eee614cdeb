import type { Report, ReportedResult } from '../../spec/report/report.ts';

/** A result of a probe, told in as few words as a test needs. */
export function resultOf(changes: Partial<ReportedResult> = {}): ReportedResult {
  return {
    probe: '9112-3.2-8',
    clause: '9112-3.2-8',
    standard: 'rfc9112',
    section: '3.2',
    level: 'MUST',
    role: 'server',
    requirement: 'Answers two lines of Host with 400',
    title: 'refuses two lines of Host',
    sends: 'GET / with two lines of Host',
    verdict: 'pass',
    expected: '400',
    received: '400 Bad Request',
    transcript: [],
    ...changes,
  };
}

/** A report with these results. */
export function reportOf(
  results: readonly Partial<ReportedResult>[],
  changes: Partial<Report> = {},
): Report {
  return {
    version: 1,
    subject: { name: 'it', role: 'server', addresses: { http: 'http://127.0.0.1:1/' } },
    date: '2026-11-22T08:00:00.000Z',
    seed: 7,
    milliseconds: 1_234,
    obstacles: [],
    lacks: [],
    results: results.map(resultOf),
    ...changes,
  };
}

/** A result that fails, with everything in it that a form may stumble over. */
export const HOSTILE: Partial<ReportedResult> = {
  verdict: 'fail',
  received: '<script>alert("x")</script> & | \u0000 # ]]> \\ `',
  transcript: [
    [
      { direction: 'sent', octets: Buffer.from('GET / HTTP/1.1\r\n\r\n'), length: 18, at: 1 },
      { direction: 'received', octets: Buffer.from('HTTP/1.1 200 <b>\r\n\r\n'), length: 90, at: 2 },
    ],
    [],
  ],
};
