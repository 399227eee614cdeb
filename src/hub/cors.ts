import type { OriginDecision } from './admission.ts';

/** A field line to send. */
export type FieldLine = readonly [name: string, value: string];

/** What a page may ask for without further ado. The preflight says so before `authorize` is asked. */
const PREFLIGHT: readonly FieldLine[] = [
  ['access-control-allow-methods', 'GET, POST, DELETE'],
  ['access-control-allow-headers', 'content-type, last-event-id, authorization'],
  ['access-control-max-age', '600'],
];

const VARY: FieldLine = ['vary', 'Origin'];

/** What every answer to a request without Origin says. */
const NO_ORIGIN: readonly FieldLine[] = [VARY];

/**
 * The fields that let a page read an answer, as far as was decided.
 *
 * @see {@link https://fetch.spec.whatwg.org/#http-responses | Fetch §3.3.3}
 */
export function corsFields({ origin, credentials }: OriginDecision): readonly FieldLine[] {
  if (origin === undefined) return NO_ORIGIN;
  const fields: FieldLine[] = [VARY, ['access-control-allow-origin', origin]];
  if (credentials) fields.push(['access-control-allow-credentials', 'true']);
  return fields;
}

/**
 * The fields that answer a preflight.
 *
 * @see {@link https://fetch.spec.whatwg.org/#cors-preflight-fetch | Fetch §4.8}
 */
export function preflightFields(decision: OriginDecision): readonly FieldLine[] {
  return [...corsFields(decision), ...PREFLIGHT];
}
