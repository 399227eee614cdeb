import type { HttpError } from '../errors.ts';
import type { Fields } from './fields.ts';
import type { HeadLimits } from './limits.ts';
import type { OutgoingFields } from './outgoing-fields.ts';
import type { DecodedRequestHead } from './request-head.ts';
import type { RequestTarget } from './request-target.ts';

/** Fields of a response, as an application gives them. */
export type ResponseFields = OutgoingFields;

/**
 * Who is told what a server's endpoint has understood. What it throws comes out of the call that
 * made the endpoint go on, and leaves the endpoint as it was.
 */
export interface ServerListener {
  /** A whole request head has come and been judged. The answer may be given inside this call or later. */
  request(head: DecodedRequestHead, target: RequestTarget): void;
  /** Content of the request, once it was asked for; the octets are valid only during the call. */
  content(octets: Uint8Array): void;
  /** The content is complete. What came behind it is no part of the header section. */
  contentEnd(trailers: Fields): void;
  /**
   * What the peer sent can't be understood, or it was cut short. It is answered already where that
   * is possible, and the connection is being closed: whatever was under way has failed.
   */
  fault(error: HttpError): void;
}

/** What a server's endpoint is given besides its listener and its output. */
export interface ServerEndpointOptions {
  readonly limits: HeadLimits & {
    /** How many octets the content of a request may have. 413 above it. */
    readonly body: number;
  };
  /** The value of the Date field: made once a second, since it says no more. @see RFC 9110 §6.6.1 */
  readonly date: () => string;
  /** Whether the connection is secured, so that a target with the scheme https may be served. */
  readonly secure?: boolean | undefined;
}
