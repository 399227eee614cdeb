/**
 * Every way a peer can break a protocol, as data.
 *
 * A fault is a row: what went wrong, where the specification forbids it, and what the
 * specification tells an endpoint to do about it. Adding a check to a decoder starts here.
 *
 * @module
 */

/** A row of {@link HTTP_FAULTS}. */
export type HttpFault = readonly [status: number, section: string, message: string];
/** A row of {@link WEBSOCKET_FAULTS}. */
export type WebSocketFault = readonly [closeCode: number, section: string, message: string];
/** A row of {@link EVENT_STREAM_FAULTS}. */
export type EventStreamFault = readonly [section: string, message: string];
/** A row of {@link DEFLATE_FAULTS}. */
export type DeflateFault = readonly [section: string, message: string];

/** What an HTTP/1.1 peer can do wrong: the status to answer with, the section, the message. */
export const HTTP_FAULTS = {
  HTTP_BARE_LF: [400, 'RFC 9112 §2.2', 'line ends in LF without CR'],
  HTTP_BARE_CR: [400, 'RFC 9112 §2.2', 'CR without LF'],
  HTTP_METHOD: [400, 'RFC 9112 §3.1', 'invalid method'],
  HTTP_TARGET: [400, 'RFC 9112 §3.2', 'invalid request target'],
  HTTP_VERSION: [400, 'RFC 9112 §2.3', 'invalid HTTP version'],
  HTTP_VERSION_UNSUPPORTED: [505, 'RFC 9110 §15.6.6', 'only HTTP/1.1 and HTTP/1.0 are served'],
  HTTP_METHOD_UNSUPPORTED: [501, 'RFC 9110 §9.1', 'method not implemented'],
  HTTP_STATUS_LINE: [400, 'RFC 9112 §4', 'invalid status line'],
  HTTP_FIELD_NAME: [400, 'RFC 9112 §5.1', 'invalid field name'],
  HTTP_FIELD_VALUE: [400, 'RFC 9110 §5.5', 'invalid field value'],
  HTTP_OBS_FOLD: [400, 'RFC 9112 §5.2', 'folded field line'],
  HTTP_HOST: [400, 'RFC 9112 §3.2', 'missing, repeated or invalid Host'],
  HTTP_CONTENT_LENGTH: [400, 'RFC 9112 §6.3', 'invalid or repeated Content-Length'],
  HTTP_TRANSFER_ENCODING: [400, 'RFC 9112 §6.3', 'transfer coding is not chunked, once and last'],
  HTTP_TRANSFER_CODING_UNKNOWN: [501, 'RFC 9112 §6.1', 'transfer coding not implemented'],
  HTTP_LENGTH_CONFLICT: [400, 'RFC 9112 §6.1', 'Content-Length together with Transfer-Encoding'],
  HTTP_TRANSFER_ENCODING_VERSION: [
    400,
    'RFC 9112 §6.1',
    'Transfer-Encoding in an HTTP/1.0 message',
  ],
  HTTP_CHUNK_SIZE: [400, 'RFC 9112 §7.1', 'invalid chunk-size'],
  HTTP_CHUNK_EXT: [400, 'RFC 9112 §7.1.1', 'invalid chunk-ext'],
  HTTP_CHUNK_DATA: [400, 'RFC 9112 §7.1', 'chunk-data not followed by CRLF'],
  HTTP_EXPECTATION: [417, 'RFC 9110 §10.1.1', 'expectation not known'],
  HTTP_UPGRADE: [400, 'RFC 9110 §15.2.2', 'upgrade to a protocol that was not asked for'],
  HTTP_CUT: [400, 'RFC 9112 §8', 'message ended before it was complete'],
  HTTP_TARGET_LIMIT: [414, 'RFC 9110 §15.5.15', 'request target exceeds limits.target'],
  HTTP_HEAD_LIMIT: [431, 'RFC 6585 §5', 'header section exceeds limits.head'],
  HTTP_FIELDS_LIMIT: [431, 'RFC 6585 §5', 'number of field lines exceeds limits.fields'],
  HTTP_CHUNK_LINE_LIMIT: [400, 'RFC 9112 §7.1.1', 'chunk extensions exceed limits.head'],
  HTTP_TRAILER_LIMIT: [431, 'RFC 6585 §5', 'trailer section exceeds limits.head'],
  HTTP_MISDIRECTED: [421, 'RFC 9110 §7.4', 'an https target on a connection without TLS'],
  HTTP_BODY_LIMIT: [413, 'RFC 9110 §15.5.14', 'content exceeds limits.body'],
  HTTP_HEAD_TIME: [408, 'RFC 9110 §15.5.9', 'request head took longer than limits.headTime'],
  HTTP_BODY_TIME: [408, 'RFC 9110 §15.5.9', 'request content took longer than limits.bodyTime'],
  HANDSHAKE_METHOD: [405, 'RFC 6455 §4.1', 'opening handshake is not a GET'],
  HANDSHAKE_CONNECT: [405, 'RFC 8441 §5', 'opening handshake over HTTP/2 is not a CONNECT'],
  HANDSHAKE_VERSION: [400, 'RFC 6455 §4.1', 'opening handshake is not HTTP/1.1'],
  HANDSHAKE_CONTENT: [400, 'RFC 9110 §7.8', 'opening handshake has content'],
  HANDSHAKE_UPGRADE: [426, 'RFC 6455 §4.2.1', 'not an upgrade to websocket'],
  HANDSHAKE_UPGRADE_FIELD: [400, 'RFC 9110 §7.8', 'invalid Upgrade or Connection'],
  HANDSHAKE_KEY: [400, 'RFC 6455 §4.2.1', 'missing, repeated or invalid Sec-WebSocket-Key'],
  HANDSHAKE_VERSION_FIELD: [
    400,
    'RFC 6455 §4.3',
    'missing, repeated or invalid Sec-WebSocket-Version',
  ],
  HANDSHAKE_VERSION_UNSUPPORTED: [426, 'RFC 6455 §4.4', 'only version 13 is spoken'],
  HANDSHAKE_PROTOCOL: [400, 'RFC 6455 §4.3', 'invalid Sec-WebSocket-Protocol'],
  HANDSHAKE_EXTENSIONS: [400, 'RFC 6455 §9.1', 'invalid Sec-WebSocket-Extensions'],
} as const satisfies Record<string, HttpFault>;

/** What a WebSocket peer can do wrong: the close code to fail with, the section, the message. */
export const WEBSOCKET_FAULTS = {
  WS_RSV: [1002, 'RFC 6455 §5.2', 'reserved bit set'],
  WS_OPCODE: [1002, 'RFC 6455 §5.2', 'reserved opcode'],
  WS_LENGTH_ENCODING: [1002, 'RFC 6455 §5.2', 'payload length is not in its shortest form'],
  WS_CONTROL_FRAGMENTED: [1002, 'RFC 6455 §5.5', 'fragmented control frame'],
  WS_CONTROL_TOO_LONG: [1002, 'RFC 6455 §5.5', 'control frame payload longer than 125 octets'],
  WS_UNMASKED: [1002, 'RFC 6455 §5.1', 'unmasked frame from a client'],
  WS_MASKED: [1002, 'RFC 6455 §5.1', 'masked frame from a server'],
  WS_CONTINUATION: [1002, 'RFC 6455 §5.4', 'continuation frame without a message begun'],
  WS_INTERLEAVED: [1002, 'RFC 6455 §5.4', 'new message before the last fragment of another'],
  WS_CLOSE_PAYLOAD: [1002, 'RFC 6455 §5.5.1', 'Close frame with half a close code'],
  WS_CLOSE_CODE: [1002, 'RFC 6455 §7.4', 'close code that may not be sent'],
  WS_UTF8: [1007, 'RFC 6455 §8.1', 'text is not UTF-8'],
  WS_DEFLATE: [1007, 'RFC 7692 §7.2.2', 'compressed message is not DEFLATE'],
  WS_MESSAGE_LIMIT: [1009, 'RFC 6455 §10.4', 'message exceeds limits.message'],
  WS_SEND_BUFFER_LIMIT: [1008, 'RFC 6455 §7.4.1', 'unsent messages exceed limits.sendBuffer'],
  WS_RATE_LIMIT: [1008, 'RFC 6455 §7.4.1', 'frame comes slower than limits.rate'],
  WS_UNSENT: [1011, 'RFC 6455 §7.4.1', 'a message could not be sent to its end'],
  WS_HANDLER: [1011, 'RFC 6455 §7.4.1', 'the handler failed'],
  WS_SILENT: [1006, 'RFC 6455 §5.5.2', 'the peer did not answer a Ping'],
  WS_HANDSHAKE: [1006, 'RFC 6455 §4.1', 'the server refused the opening handshake'],
} as const satisfies Record<string, WebSocketFault>;

/**
 * What the sender of an event stream can do wrong: the section, the message. The format itself gives
 * every text a meaning.
 */
export const EVENT_STREAM_FAULTS = {
  EVENT_STREAM_LIMIT: ['HTML §17.6', 'event exceeds the limit of the decoder'],
} as const satisfies Record<string, EventStreamFault>;

/** What can be wrong with compressed data: the section, the message. */
export const DEFLATE_FAULTS = {
  DEFLATE_BLOCK_TYPE: ['RFC 1951 §3.2.3', 'reserved block type'],
  DEFLATE_STORED_LENGTH: ['RFC 1951 §3.2.4', 'length of a stored block contradicts its complement'],
  DEFLATE_SYMBOL_COUNT: ['RFC 1951 §3.2.7', 'codes for more symbols than there are'],
  DEFLATE_REPEAT: ['RFC 1951 §3.2.7', 'code length repeated that is none, or too often'],
  DEFLATE_CODE_LENGTHS: ['RFC 1951 §3.2.2', 'code lengths that are no Huffman code'],
  DEFLATE_SYMBOL: ['RFC 1951 §3.2.5', 'code that stands for nothing'],
  DEFLATE_DISTANCE: ['RFC 1951 §3.2.5', 'distance beyond the window'],
  DEFLATE_CUT: ['RFC 1951 §3.2.3', 'data ended within a block'],
  DEFLATE_LIMIT: ['RFC 1951 §5', 'data inflates to more than the limit'],
} as const satisfies Record<string, DeflateFault>;

/** The faults of an HTTP/1.1 peer, and of a WebSocket client's opening handshake. */
export type HttpFaultCode = keyof typeof HTTP_FAULTS;

/** The faults of a WebSocket peer. */
export type WebSocketFaultCode = keyof typeof WEBSOCKET_FAULTS;

/** The faults of the sender of an event stream. */
export type EventStreamFaultCode = keyof typeof EVENT_STREAM_FAULTS;

/** The faults of compressed data. */
export type DeflateFaultCode = keyof typeof DEFLATE_FAULTS;

/** The peer broke a protocol. Catch this class, then switch on {@link ProtocolError.code | code}. */
export abstract class ProtocolError extends Error {
  /** Names the fault. Stable, unlike the message, which is for people. */
  abstract readonly code:
    | HttpFaultCode
    | WebSocketFaultCode
    | EventStreamFaultCode
    | DeflateFaultCode;
  /** Where the specification speaks of it, as `RFC NNNN §N.N`. */
  readonly section: string;

  protected constructor(section: string, message: string, detail?: string) {
    super(`${message}${detail === undefined ? '' : `: ${detail}`} (${section})`);
    this.section = section;
  }
}

/** The peer sent octets that are not HTTP/1.1, or a handshake that is not RFC 6455's. */
export class HttpError extends ProtocolError {
  override readonly name = 'HttpError';
  override readonly code: HttpFaultCode;
  /** What a server answers with before it closes the connection. */
  readonly status: number;

  constructor(code: HttpFaultCode, detail?: string) {
    const [status, section, message] = HTTP_FAULTS[code];
    super(section, message, detail);
    this.code = code;
    this.status = status;
  }
}

/** The peer broke RFC 6455, so the connection must be failed. @see RFC 6455 §7.1.7 */
export class WebSocketError extends ProtocolError {
  override readonly name = 'WebSocketError';
  override readonly code: WebSocketFaultCode;
  /** What the Close frame says when the connection is failed. @see RFC 6455 §7.4.1 */
  readonly closeCode: number;

  constructor(code: WebSocketFaultCode, detail?: string) {
    const [closeCode, section, message] = WEBSOCKET_FAULTS[code];
    super(section, message, detail);
    this.code = code;
    this.closeCode = closeCode;
  }
}

/** An event stream can't be read on. */
export class EventStreamError extends ProtocolError {
  override readonly name = 'EventStreamError';
  override readonly code: EventStreamFaultCode;

  constructor(code: EventStreamFaultCode, detail?: string) {
    const [section, message] = EVENT_STREAM_FAULTS[code];
    super(section, message, detail);
    this.code = code;
  }
}

/** Compressed data can't be inflated. */
export class DeflateError extends ProtocolError {
  override readonly name = 'DeflateError';
  override readonly code: DeflateFaultCode;

  constructor(code: DeflateFaultCode, detail?: string) {
    const [section, message] = DEFLATE_FAULTS[code];
    super(section, message, detail);
    this.code = code;
  }
}
