import type { WebSocketError, WebSocketFaultCode } from '../errors.ts';

/** What `ws` calls the faults of a peer. */
const CODES: Readonly<Partial<Record<WebSocketFaultCode, string>>> = {
  WS_RSV: 'WS_ERR_UNEXPECTED_RSV_1',
  WS_OPCODE: 'WS_ERR_INVALID_OPCODE',
  WS_CONTINUATION: 'WS_ERR_INVALID_OPCODE',
  WS_INTERLEAVED: 'WS_ERR_INVALID_OPCODE',
  WS_CONTROL_FRAGMENTED: 'WS_ERR_EXPECTED_FIN',
  WS_CONTROL_TOO_LONG: 'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH',
  WS_CLOSE_PAYLOAD: 'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH',
  WS_LENGTH_ENCODING: 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH',
  WS_UNMASKED: 'WS_ERR_EXPECTED_MASK',
  WS_MASKED: 'WS_ERR_UNEXPECTED_MASK',
  WS_CLOSE_CODE: 'WS_ERR_INVALID_CLOSE_CODE',
  WS_UTF8: 'WS_ERR_INVALID_UTF8',
  WS_DEFLATE: 'Z_DATA_ERROR',
  WS_MESSAGE_LIMIT: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
};

/** What `ws` makes an `Error` of; the others are a `RangeError`. */
const PLAIN: readonly string[] = ['WS_ERR_INVALID_UTF8', 'Z_DATA_ERROR'];

/** A fault of the peer as `ws` tells it: by its own code, and with ours as the cause. */
export function errorOf(fault: WebSocketError): Error & { readonly code: string } {
  const code = CODES[fault.code] ?? fault.code;
  const options = { cause: fault };
  const error = PLAIN.includes(code)
    ? new Error(fault.message, options)
    : new RangeError(fault.message, options);
  return Object.assign(error, { code });
}
