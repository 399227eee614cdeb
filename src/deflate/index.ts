/**
 * DEFLATE, both ways, with a window that outlives a message: no stream, no callback, and per connection no
 * memory but the window.
 *
 * ```ts
 * const deflater = new Deflater(); // one for a process
 * const window = new DeflateWindow(11); // one for a connection
 *
 * deflater.begin(window);
 * deflater.write(octets);
 * deflater.flush();
 * deflater.keep();
 * send(deflater.octets.slice(0, deflater.length));
 * ```
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951 | RFC 1951}
 * @module
 */

export {
  DEFLATE_FAULTS,
  DeflateError,
  type DeflateFault,
  type DeflateFaultCode,
  type EventStreamFaultCode,
  type HttpFaultCode,
  ProtocolError,
  type WebSocketFaultCode,
} from '../errors.ts';
export { DeflateWindow } from './deflate-window.ts';
export { Deflater } from './deflater.ts';
export { InflateWindow } from './inflate-window.ts';
export { Inflater } from './inflater.ts';
