import type { FaultName } from '../../spec/models/frame-decoder.ts';
import type { WebSocketFaultCode } from '../../src/errors.ts';

/** What the faults of the model are called in the sources. */
export const CODES: Readonly<Record<FaultName, WebSocketFaultCode>> = {
  'reserved bit': 'WS_RSV',
  'reserved opcode': 'WS_OPCODE',
  'fragment of a control frame': 'WS_CONTROL_FRAGMENTED',
  'continuation of nothing': 'WS_CONTINUATION',
  'message within a message': 'WS_INTERLEAVED',
  'masked by a server': 'WS_MASKED',
  'not masked by a client': 'WS_UNMASKED',
  'control frame too long': 'WS_CONTROL_TOO_LONG',
  'length not in its shortest form': 'WS_LENGTH_ENCODING',
  'message too long': 'WS_MESSAGE_LIMIT',
  'text not UTF-8': 'WS_UTF8',
  'message not DEFLATE': 'WS_DEFLATE',
  'half a close code': 'WS_CLOSE_PAYLOAD',
  'close code not to be sent': 'WS_CLOSE_CODE',
};
