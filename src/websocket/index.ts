/**
 * RFC 6455, both roles, without a socket: the opening handshake and the frames behind it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455 | RFC 6455}
 * @module
 */

export { type Output, OutputList } from '../bytes/output.ts';
export {
  type DeflateFaultCode,
  type EventStreamFaultCode,
  HttpError,
  type HttpFaultCode,
  ProtocolError,
  WebSocketError,
  type WebSocketFaultCode,
} from '../errors.ts';
export type { Parameter, Parameterised } from '../http1/field-values.ts';
export type { Fields } from '../http1/fields.ts';
export type { RequestHead } from '../http1/request-head.ts';
export { acceptValue } from './accept.ts';
export {
  encodeKey,
  judgeServerHandshake,
  type OpeningHandshakeOptions,
  type OpeningRequest,
  openingHandshake,
  type ResourceLocation,
  type ServerChoice,
} from './client-handshake.ts';
export { CloseCode, isCloseCode } from './close-code.ts';
export type { MaskingKeys } from './encode-frame.ts';
export {
  WebSocketEndpoint,
  type WebSocketEndpointOptions,
  type WebSocketListener,
  type WebSocketState,
} from './endpoint.ts';
export type { Role } from './frame-header.ts';
export { MessageCompression } from './message-compression.ts';
export {
  acceptFields,
  judgeOpeningHandshake,
  type OpeningHandshake,
  refusalFields,
} from './opening-handshake.ts';
export {
  type AcceptedDeflate,
  acceptDeflate,
  type CompressionOptions,
  type CompressionTerms,
  compressionTerms,
  type DeflateParameters,
  deflateOffer,
  judgeDeflateAnswer,
} from './permessage-deflate.ts';
