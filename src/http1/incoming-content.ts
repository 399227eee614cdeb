import type { ByteReader } from '../bytes/byte-reader.ts';
import type { HttpError } from '../errors.ts';
import { ContentDecoder } from './content-decoder.ts';
import { DEFAULT_HEAD_LIMITS } from './limits.ts';
import type { MessageBodyLength } from './message-body-length.ts';
import type { ServerEndpointOptions } from './server-listener.ts';

/** How many octets are taken in for nothing, so that the connection can be used again. */
const MAX_UNREAD = 65_536;

/**
 * The content of one request: decoded for whoever wants it, or taken in for nothing, so that the next
 * request can be read behind it. Where that would be too much the connection can't go on.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.3 | RFC 9112 §9.3}
 */
export class IncomingContent extends ContentDecoder {
  /**
   * Why it can't be taken: it is announced to be longer than `limits.body`. Whether it has to be is
   * not known before somebody asks for it.
   */
  readonly fault: HttpError | undefined;
  #unread = 0;

  constructor(limits: ServerEndpointOptions['limits'], framing: MessageBodyLength) {
    super(limits, limits.body);
    try {
      this.begin(framing);
    } catch (error) {
      this.fault = error as HttpError;
    }
  }

  /** Whether it is more than is taken in for nothing, as far as that is known. */
  get isTooLong(): boolean {
    const { remaining } = this;
    const isAnnounced = remaining > MAX_UNREAD && remaining !== Number.POSITIVE_INFINITY;
    return isAnnounced || this.#unread > MAX_UNREAD || this.fault !== undefined;
  }

  /**
   * Takes some of it in for nothing.
   *
   * @returns whether there was some.
   * @throws {@link HttpError} as {@link ContentDecoder.next} does.
   */
  skip(reader: ByteReader): boolean {
    const piece = this.next(reader);
    if (piece === undefined) return false;
    this.#unread += piece.length;
    return true;
  }
}

/** The content of requests that have none, which all of them share. */
export const NO_CONTENT: IncomingContent = new IncomingContent(
  { ...DEFAULT_HEAD_LIMITS, body: 0 },
  0,
);
