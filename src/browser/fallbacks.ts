/**
 * The transports of browsers without `fetch`, and of servers without CORS. They are to be switched on
 * at the server, and given to `connect` in its option `transports`.
 *
 * @packageDocumentation
 */
export { foreverFrame } from './forever-frame.ts';
export { jsonp } from './jsonp.ts';
export type { Attempt, Failure, Link, Platform, Transport } from './types.ts';
