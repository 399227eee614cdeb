/** What a {@link CloseEvent} is made from. */
export interface CloseEventInit {
  readonly bubbles?: boolean;
  readonly cancelable?: boolean;
  readonly composed?: boolean;
  readonly wasClean?: boolean | undefined;
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
}

/**
 * The event that ends a {@link WebSocket}.
 *
 * @see {@link https://websockets.spec.whatwg.org/#the-closeevent-interface | WebSockets standard, CloseEvent}
 */
export class CloseEvent extends Event {
  readonly #wasClean: boolean;
  readonly #code: number;
  readonly #reason: string;

  constructor(type: string, init: CloseEventInit = {}) {
    if (type === undefined) throw new TypeError('a type is required');
    super(type, init);
    const { wasClean = false, code = 0, reason = '' } = init;
    this.#wasClean = Boolean(wasClean);
    this.#code = code & 0xff_ff;
    this.#reason = `${reason}`;
  }

  /** Whether the closing handshake was completed. */
  get wasClean(): boolean {
    return this.#wasClean;
  }

  /** The server's close code, 1005 if it gave none, 1006 if there was no Close frame. */
  get code(): number {
    return this.#code;
  }

  /** What the server's Close frame says besides. */
  get reason(): string {
    return this.#reason;
  }
}

/** The event that tells what went wrong, before the `close` that follows. */
export class ErrorEvent extends Event {
  readonly error: Error | undefined;
  readonly message: string;

  constructor(type: string, error: Error | undefined) {
    super(type);
    this.error = error;
    this.message = error?.message ?? 'the connection failed';
  }
}
