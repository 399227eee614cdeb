/**
 * HTTP/1.1 (RFC 9110 and RFC 9112) as octets in, octets out: no socket, no timer, no clock.
 *
 * A {@link ServerEndpoint} is one end of a connection: it takes the octets that came, tells its
 * listener what they mean, and writes what is to be sent into an {@link Output}. The decoders and
 * encoders it is made of can be used on their own.
 *
 * @module
 */

export { ByteReader } from '../bytes/byte-reader.ts';
export { COPY_LIMIT, type Output, OutputList } from '../bytes/output.ts';
export {
  HTTP_FAULTS,
  HttpError,
  type HttpFault,
  type HttpFaultCode,
  ProtocolError,
  type WebSocketFaultCode,
} from '../errors.ts';
export { ChunkedDecoder, type ContentSink } from './chunked-decoder.ts';
export { writeChunk, writeLastChunk } from './chunked-encoder.ts';
export { encodeFieldLines, encodeRequestHead, encodeResponseHead } from './encode-head.ts';
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
