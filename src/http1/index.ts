/**
 * HTTP/1.1 (RFC 9110 and RFC 9112) as octets in, octets out: no socket, no timer, no clock.
 *
 * A {@link ServerEndpoint} or a {@link ClientEndpoint} is one end of a connection: it takes the
 * octets that came, tells its listener what they mean, and writes what is to be sent into an
 * {@link Output}. Whoever carries the octets calls `receive` with what has come, `receiveEnd` when
 * the peer has ended its side, and `disconnect` when the connection is gone. The decoders and
 * encoders that an endpoint is made of can be used on their own.
 *
 * ```ts
 * const output = new OutputList();
 * const endpoint = new ServerEndpoint(
 *   {
 *     request: (head, target) => endpoint.respond(200, {}, `You asked for ${target.path}`),
 *     content: () => {},
 *     contentEnd: () => {},
 *     fault: (error) => console.error(error.message),
 *   },
 *   output,
 *   { limits: { ...DEFAULT_HEAD_LIMITS, body: 0 }, date: () => new Date().toUTCString() },
 * );
 * endpoint.receive(Buffer.from('GET /comet HTTP/1.1\r\nHost: localhost\r\n\r\n'));
 * output.take(); // HTTP/1.1 200 OK ... You asked for /comet
 * ```
 *
 * @module
 */

export { ByteReader } from '../bytes/byte-reader.ts';
export { COPY_LIMIT, type Output, OutputList } from '../bytes/output.ts';
export {
  type DeflateFaultCode,
  type EventStreamFaultCode,
  HTTP_FAULTS,
  HttpError,
  type HttpFault,
  type HttpFaultCode,
  ProtocolError,
  type WebSocketFaultCode,
} from '../errors.ts';
export { ChunkedDecoder, type ContentSink } from './chunked-decoder.ts';
export { writeChunk, writeLastChunk } from './chunked-encoder.ts';
export { ClientEndpoint, type ClientPhase } from './client-endpoint.ts';
export type { ClientEndpointOptions, ClientListener, RequestFields } from './client-listener.ts';
export { encodeFieldLines, encodeRequestHead, encodeResponseHead } from './encode-head.ts';
export { Endpoint } from './endpoint.ts';
export type { FieldLine } from './field-line.ts';
export {
  isFieldValue,
  isToken,
  type Parameter,
  type Parameterised,
  parseParameterisedList,
  parseTokenList,
} from './field-values.ts';
export { FieldList, type Fields, NO_FIELDS } from './fields.ts';
export { type Host, isHost, parseHost } from './host.ts';
export { DEFAULT_HEAD_LIMITS, type HeadLimits } from './limits.ts';
export { type MessageBodyLength, parseContentLength } from './message-body-length.ts';
export type { OutgoingFields } from './outgoing-fields.ts';
export { reasonPhrase } from './reason-phrase.ts';
export { DecodedRequestHead, type RequestHead, RequestHeadDecoder } from './request-head.ts';
export { parseRequestTarget, type RequestTarget } from './request-target.ts';
export { ResponseHead, ResponseHeadDecoder } from './response-head.ts';
export { ServerEndpoint } from './server-endpoint.ts';
export type { ResponseFields, ServerEndpointOptions, ServerListener } from './server-listener.ts';
