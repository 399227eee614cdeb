import type { HttpAnswer, HttpRequest } from '../../../spec/http-client/probe.ts';

/** The ways in which a client can be made to differ from one that is right. */
export interface Quirks {
  /** Takes other octets for those of a request that it would send, each a character. */
  readonly says?: (octets: string) => string;
  /** Takes other octets for those that it hears. */
  readonly hears?: (octets: string) => string;
  /** Tells something else than came of it. */
  readonly tells?: (answer: HttpAnswer) => HttpAnswer;
  /** Asks for something else than it is told to. */
  readonly asks?: (request: HttpRequest) => HttpRequest;
  /** Sends fields as they are given, whatever they say. */
  readonly isCareless?: true;
  /** Takes what can't be understood for content that ends where the octets end. */
  readonly isLenient?: true;
  /** Goes on with a connection, whatever was said of it. */
  readonly isClinging?: true;
  /** Keeps no connection, and does not say so. */
  readonly isForgetful?: true;
  /** Leaves connections open which are of no use any more. */
  readonly isIdle?: true;
  /** Keeps what was sent unasked, and takes it for the next response. */
  readonly isCredulous?: true;
  /** Sends all requests on one connection, one behind the other. */
  readonly isPipelining?: true;
  /** Asks again, so many times, whatever failed. */
  readonly retries?: number;
  /** Follows so many redirections. */
  readonly redirects?: number;
  /** What it repeats a redirected request with. */
  readonly redirected?: HttpRequest['method'];
  /** Sends content at once, although it expects 100. */
  readonly isHasty?: true;
  /** Waits for a 100 without an end. */
  readonly isPatient?: true;
  /** Waits for a 100 without a word. */
  readonly isSilent?: true;
  /** Hears nothing before all content is sent. */
  readonly isDeaf?: true;
  /** Chunks for everybody. */
  readonly isModern?: true;
  /** Takes any certificate, or a name for a host wherever it stands. */
  readonly trusts?: 'anybody' | 'names';
  /** Closes TLS without a word. */
  readonly isAbrupt?: true;
  /** Understands the answer to CONNECT as that to a GET. */
  readonly isTunnelBlind?: true;
}
