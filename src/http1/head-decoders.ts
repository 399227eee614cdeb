import type { ByteReader } from '../bytes/byte-reader.ts';
import type { HeadLimits } from './limits.ts';
import { type DecodedRequestHead, RequestHeadDecoder } from './request-head.ts';

/**
 * Decodes the request heads of one connection with decoders that connections hand on: only one whose
 * head has begun, and is not all there, needs a decoder of its own. It is a sixth of what a connection
 * that waits would hold (npm run bench -- --only memory).
 */
export class HeadDecoders {
  readonly #limits: HeadLimits;
  /** The decoder of the head that has begun. */
  #own: RequestHeadDecoder | undefined;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** Takes the next head from the reader, like {@link RequestHeadDecoder.decode}. */
  decode(reader: ByteReader): DecodedRequestHead | undefined {
    const decoder = this.#own ?? this.#take();
    const head = decoder.decode(reader);
    if (head === undefined && reader.available > 0) {
      this.#own = decoder;
    } else {
      this.#own = undefined;
      spare = decoder;
      spareLimits = this.#limits;
    }
    return head;
  }

  /** One that has thrown is not handed on, since it stands in the middle of what it refused. */
  #take(): RequestHeadDecoder {
    if (spare === undefined || spareLimits !== this.#limits) {
      return new RequestHeadDecoder(this.#limits);
    }
    const decoder = spare;
    spare = undefined;
    return decoder;
  }
}

/** A decoder that is between two heads, and its limits. */
let spare: RequestHeadDecoder | undefined;
let spareLimits: HeadLimits | undefined;
