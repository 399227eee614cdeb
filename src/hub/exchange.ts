import type { Output } from '../bytes/output.ts';
import type { FieldLine } from '../http1/field-line.ts';
import type { Fields } from '../http1/fields.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Arrival } from './admission.ts';
import type { Carrier } from './carrier.ts';

/** Who hears how an exchange goes on. */
export interface ExchangeListener {
  /** Content of the request; the octets are valid only during the call. */
  content(octets: Uint8Array): void;
  /** The content is complete. */
  contentEnd(trailers: Fields): void;
  /** The answer is complete: content that has not been read goes to nobody. */
  answered(): void;
  /** The peer takes more of the answer. */
  drained(): void;
  /** The peer has ended its side. It may still read the answer; most that do so are gone. */
  ended(): void;
  /** The peer is gone, or the request broke off: no answer is wanted any more. */
  aborted(reason: Error): void;
}

/**
 * One request and the way to answer it, whatever door it came in by: our own HTTP/1.1, or a request
 * of `node:http` or `node:http2`.
 */
export interface Exchange extends Arrival {
  readonly head: RequestHead;
  /** The path and query of the target, as sent. */
  readonly url: string;
  readonly remoteAddress: string | undefined;
  /** The request object of the host server, if the exchange came by one. */
  readonly source: unknown;
  /** Whether the request has content. */
  readonly hasContent: boolean;
  /** Hears how the exchange goes on. */
  listener: ExchangeListener | undefined;
  /** Lets the request's content come. It is refused when it is, or turns out to be, too long. */
  readContent(): void;
  /** What the answer says besides when it is for the exchange to give, since the content is at fault. */
  addToRefusal(fields: Readonly<Record<string, string>>): void;
  /** Holds the content back. */
  pauseContent(): void;
  /** Lets it come again. */
  resumeContent(): void;
  /** Lets go of the request's head, which nobody asks for any more: the answer is held. */
  forgetHead(): void;
  /** Answers with content that is all there. */
  respond(status: number, fields: OutgoingFields, content?: string | Uint8Array): void;
  /**
   * Sends 103 (Early Hints) in front of the answer, where an interim response can be sent.
   *
   * @throws TypeError when the answer has begun.
   */
  earlyHints(fields: OutgoingFields): void;
  /**
   * Begins an answer whose content is yet to come.
   *
   * @param hasTrailers - Whether {@link finish} may be given trailers.
   */
  respondHead(status: number, fields: OutgoingFields, hasTrailers?: boolean): void;
  /** Adds content. Returns whether the peer takes more; if not, `drained` says when. */
  write(content: string | Uint8Array): boolean;
  /**
   * Where chunks of an answer that has begun can be written past the exchange, made once for all who
   * are sent the same; nothing where content is not written in chunks of ours.
   */
  readonly chunks: Output | undefined;
  /** Ends the answer. Trailers are left out where there is no place for them. */
  finish(trailers?: readonly FieldLine[]): void;
  /** Breaks the answer off, so that the peer knows that it is not whole. */
  abort(): void;
  /** Whether {@link upgrade} can be called. */
  readonly canUpgrade: boolean;
  /** Whether the hub is closing, so that no connection is to begin. */
  readonly isLeaving: boolean;
  /** Accepts a change of protocol: sends the 101, over HTTP/2 a 200, and hands the connection over. */
  upgrade(fields: OutgoingFields): UpgradedConnection;
}

/** A connection that speaks another protocol from now on. */
export interface UpgradedConnection {
  readonly carrier: Carrier;
  /** Octets that came behind the request's head. */
  readonly rest: Uint8Array;
}
