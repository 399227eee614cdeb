import type { WebSocketError } from '../errors.ts';
import type { MaskingKeys } from './encode-frame.ts';
import type { Role } from './frame-header.ts';

/**
 * What an endpoint tells. The endpoint does not catch what these methods throw, and is as
 * it would be had they returned.
 */
export interface WebSocketListener {
  /** A whole message has come. Binary stays valid, and does not keep a received chunk alive. */
  message(data: string | Uint8Array): void;
  /** A Ping frame has come; it is already answered. */
  ping(payload: Uint8Array): void;
  /** A Pong frame has come, whether or not a ping asked for it. */
  pong(payload: Uint8Array): void;
  /** The peer has begun the closing handshake, and is answered: no message comes any more. */
  closing?(): void;
  /**
   * Nothing comes any more: the closing handshake is complete, the connection was failed, or it was
   * cut. Told once.
   *
   * @param code - That of the first Close frame that came; 1005 when it had none, 1006 when none came.
   * @param error - What the peer did wrong, when the connection was failed.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.1.5 | RFC 6455 §7.1.5}
   */
  close(code: number, reason: string, error: WebSocketError | undefined): void;
}

/** What all endpoints of one kind share. */
export interface WebSocketEndpointOptions {
  readonly role: Role;
  readonly limits: {
    /** How many octets of payload a message may have; at most 2^29 - 24, for a string has no more. */
    readonly message: number;
  };
  /** Fresh masking keys, for a client. */
  readonly maskingKey?: MaskingKeys | undefined;
  /** @internal Whether a Ping is answered before it is told; who does not want that has `pong()`. */
  readonly answersPings?: boolean | undefined;
  /** @internal Whether messages are still told that come between our Close frame and the peer's. */
  readonly hearsOut?: boolean | undefined;
  /** @internal Whether a Close frame is answered by its reason too, and not by its code alone. */
  readonly echoesReason?: boolean | undefined;
}
