import type { HttpError } from '../errors.ts';
import type { Fields } from './fields.ts';
import type { HeadLimits } from './limits.ts';
import type { OutgoingFields } from './outgoing-fields.ts';
import type { ResponseHead } from './response-head.ts';

/** Fields of a request, as an application gives them. */
export type RequestFields = OutgoingFields;

/**
 * Who is told what a client's endpoint has understood. What it throws comes out of the call that
 * made the endpoint go on, and leaves the endpoint as it was.
 */
export interface ClientListener {
  /** An interim response: the final one is still to come, and does not depend on it. */
  informational(head: ResponseHead): void;
  /** The head of the final response. Its content follows, and in any case the end of it. */
  response(head: ResponseHead): void;
  /** Content of the response; the octets are valid only during the call. */
  content(octets: Uint8Array): void;
  /** The response is complete. What came behind the content is no part of the header section. */
  contentEnd(trailers: Fields): void;
  /**
   * The server speaks another protocol from now on, of which `rest` has come already. The endpoint
   * has no more to do with the connection.
   */
  upgraded(head: ResponseHead, rest: Uint8Array): void;
  /** The response can't be understood, or was cut short. The connection is given up. */
  fault(error: HttpError): void;
}

/** What a client's endpoint is given besides its listener and its output. */
export interface ClientEndpointOptions {
  readonly limits: HeadLimits & {
    /** How many octets the content of a response may have; `Infinity` for a stream without end. */
    readonly body: number;
  };
}
