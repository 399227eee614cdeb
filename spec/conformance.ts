/**
 * Judges servers and clients by what the standards ask for: RFC 6455, 7692, 9110, 9112 and 6202, event streams and
 * CORS. It speaks octets and shares no code with any implementation, encke's included.
 *
 * ```ts
 * import { conform, isFault } from 'encke/conformance';
 *
 * const { results } = await conform({ webSocket: 'ws://127.0.0.1:8080/' });
 * for (const { probe, received } of results.filter(isFault)) console.log(probe, received);
 * ```
 *
 * @module
 */

export { type ConformOptions, conform, type ServerUnderTest } from './conform.ts';
export {
  CLIENT_PROTOCOLS,
  type ClientProtocol,
  type ClientUnderTest,
  conformClient,
} from './conform-client.ts';
export { type ListedProbe, listProbes } from './list.ts';
export type { Level, Verdict } from './probe.ts';
export { formatReports, REPORT_FORMATS, type ReportFormat } from './report/formats.ts';
export {
  type Baseline,
  EXIT_CODES,
  exitCodeOf,
  readBaseline,
  worseThan,
} from './report/outcome.ts';
export {
  type Counts,
  countsOf,
  isFault,
  type Report,
  type ReportedResult,
  type ReportedSubject,
  VERDICTS,
} from './report/report.ts';
export type { Result } from './run-probes.ts';
export type { Selection } from './selection.ts';
export type { Door } from './server-probes.ts';
export type { Passage } from './wire.ts';
