import type { ServerHttp2Stream } from 'node:http2';
import { Connection } from './connection.ts';
import type { Ground } from './ground.ts';

/** Why a stream is reset. @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-7 | RFC 9113 §7} */
export const Reset = { NoError: 0, InternalError: 2, Cancel: 8 } as const;

const NOTHING = new Uint8Array(0);

/**
 * A stream of `node:http2` as the connection of an endpoint.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8441#section-5 | RFC 8441 §5}
 */
export class Http2Connection extends Connection {
  readonly #stream: ServerHttp2Stream;
  // Kept, since a stream that is closed has no session any more.
  readonly #remoteAddress: string | undefined;
  readonly #localAddress: string | undefined;
  readonly #secure: boolean;

  /** @param stream - One that is not destroyed. */
  constructor(stream: ServerHttp2Stream, ground: Ground) {
    super(stream, ground);
    const session = stream.session;
    this.#stream = stream;
    this.#remoteAddress = session?.socket.remoteAddress;
    this.#localAddress = session?.socket.localAddress;
    this.#secure = session?.encrypted === true;
  }

  override get remoteAddress(): string | undefined {
    return this.#remoteAddress;
  }

  override get localAddress(): string | undefined {
    return this.#localAddress;
  }

  override get secure(): boolean {
    return this.#secure;
  }

  /**
   * Lets what is under way end. The session takes no other streams from now on: whoever comes back
   * shall not come back to a hub that is closing, over the same session.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-6.8 | RFC 9113 §6.8}
   */
  override leave(): void {
    super.leave();
    this.#stream.session?.close();
  }

  override resetRequested(): void {
    reset(this.#stream, Reset.InternalError);
  }

  /** A peer that still sends is told that it may stop, when it has been answered. @see RFC 9113 §8.1 */
  protected override cut(): void {
    const { writableFinished, aborted } = this.#stream;
    reset(this.#stream, writableFinished && !aborted ? Reset.NoError : Reset.Cancel);
  }
}

/** Gives a stream up at once, so that what was sent can't be taken for complete. */
export function reset(stream: ServerHttp2Stream, code: number): void {
  // Node ends the stream in front of the reset, so that what broke off would look whole, unless
  // something waits to be written.
  if (stream.headersSent && !stream.writableEnded) stream.write(NOTHING);
  stream.close(code);
  // Does not wait until the peer has taken what was sent in front.
  stream.destroy();
}
