/**
 * The client for browsers: `connect`, over whichever transport gets through.
 *
 * @packageDocumentation
 */
export { connect } from './connect.ts';
export type {
  Attempt,
  ConnectError,
  Connection,
  ConnectionState,
  ConnectOptions,
  Entry,
  Failure,
  Gap,
  Link,
  Platform,
  Provider,
  Transport,
  TransportName,
} from './types.ts';
