import { type Output, OutputList } from '../../src/bytes/output.ts';
import type { WebSocketError, WebSocketFaultCode } from '../../src/errors.ts';
import {
  WebSocketEndpoint,
  type WebSocketEndpointOptions,
  type WebSocketListener,
} from '../../src/websocket/endpoint.ts';
import type { Role } from '../../src/websocket/frame-header.ts';
import type { MessageCompression } from '../../src/websocket/message-compression.ts';

/** What an endpoint told its listener: payloads that are no text with a character an octet. */
export type Told =
  | readonly ['text' | 'binary' | 'ping' | 'pong', string]
  | readonly ['close', code: number, reason: string, fault?: WebSocketFaultCode];

/** A listener that remembers what it was told, in order. */
export class Listener implements WebSocketListener {
  readonly told: Told[] = [];

  message(data: string | Uint8Array): void {
    this.told.push(typeof data === 'string' ? ['text', data] : ['binary', latin1Of(data)]);
  }

  ping(payload: Uint8Array): void {
    this.told.push(['ping', latin1Of(payload)]);
  }

  pong(payload: Uint8Array): void {
    this.told.push(['pong', latin1Of(payload)]);
  }

  close(code: number, reason: string, error: WebSocketError | undefined): void {
    this.told.push(
      error === undefined ? ['close', code, reason] : ['close', code, reason, error.code],
    );
  }
}

function latin1Of(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}

/** The masking key of every frame in the tests that do not say otherwise. */
export const KEY = 0x37fa213d;

/** An endpoint with a listener and an output that remember. */
export function endpointOf(
  role: Role,
  {
    limit = 2 ** 20,
    listener = new Listener(),
    output = new OutputList() as Output,
    maskingKey = (): number => KEY,
    compression = undefined as MessageCompression | undefined,
    behaviour = {} as Partial<WebSocketEndpointOptions>,
  } = {},
): { endpoint: WebSocketEndpoint; listener: Listener; output: OutputList } {
  const options: WebSocketEndpointOptions = {
    role,
    limits: { message: limit },
    maskingKey: role === 'client' ? maskingKey : undefined,
    ...behaviour,
  };
  const endpoint = new WebSocketEndpoint(listener, output, options, compression);
  return { endpoint, listener, output: output as OutputList };
}

/** What a frame of the tests is made of. */
export interface FrameParts {
  readonly opcode: number;
  /** Text with a character an octet, or octets. */
  readonly payload?: string | Uint8Array | undefined;
  readonly fin?: boolean | undefined;
  /** RSV1 to RSV3, as a number from 0 to 7. */
  readonly reserved?: number | undefined;
  /** Absent from a server's frames. */
  readonly maskingKey?: number | undefined;
  /** How many octets the extended payload length takes, where it is not the shortest form. */
  readonly lengthSize?: 0 | 2 | 8 | undefined;
}

/** The octets of a frame, right or wrong. @see RFC 6455 §5.2 */
export function frame({
  opcode,
  payload = '',
  fin = true,
  reserved = 0,
  maskingKey,
  lengthSize,
}: FrameParts): Buffer {
  const content = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const { length } = content;
  const size = lengthSize ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const shortLength = size === 0 ? length : size === 2 ? 126 : 127;
  const extended = Buffer.from(length.toString(16).padStart(16, '0'), 'hex').subarray(8 - size);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  if (maskingKey === undefined) {
    return Buffer.concat([Buffer.from([first, shortLength]), extended, content]);
  }
  const key = Buffer.alloc(4);
  key.writeUInt32BE(maskingKey);
  const masked = content.map((octet, i) => octet ^ key[i % 4]!);
  return Buffer.concat([Buffer.from([first, 0x80 | shortLength]), extended, key, masked]);
}

/** The octets of a frame as the peer of a `role` sends it: masked to a server. */
export function frameTo(role: Role, parts: FrameParts): Buffer {
  return frame(role === 'server' ? { maskingKey: KEY, ...parts } : parts);
}
