/** What becomes of a numbered message: it is new, it has come before, or one before it is missing. */
export type Verdict = 'new' | 'repeated' | 'out-of-order';

/**
 * The numbers of a session's messages to the server: each is delivered once, in order, however often
 * and by whatever transport it comes.
 *
 * A number is acknowledged when its handler, and those of all before it, are done. A message that
 * comes again meanwhile waits for that too.
 */
export class Upstream {
  /** The number of the last message that was delivered; 0 before the first. */
  last = 0;
  /** By number, when it and all before it are done; only of those that are not. */
  #pending: Map<number, Promise<void>> | undefined;
  /** That of the last of them. */
  #tail: Promise<void> | undefined;

  /** The number that is expected next. */
  get expected(): number {
    return this.last + 1;
  }

  /** Judges a number, and counts it as delivered if it is new. */
  take(n: number): Verdict {
    if (n <= this.last) return 'repeated';
    if (n > this.expected) return 'out-of-order';
    this.last = n;
    return 'new';
  }

  /** The message that was taken last was delivered: it is done, or will be. */
  delivered(done: unknown): void {
    if (this.#tail === undefined && !(done instanceof Promise)) return;
    const n = this.last;
    this.#pending ??= new Map();
    const pending = this.#pending;
    const settled = Promise.allSettled([this.#tail, done]).then(() => {
      pending.delete(n);
      if (this.#tail === settled) this.#tail = this.#pending = undefined;
    });
    this.#tail = settled;
    pending.set(n, settled);
  }

  /** When all messages up to `n` are done; nothing when they are. */
  settled(n: number): Promise<void> | undefined {
    return this.#pending?.get(n);
  }
}

/** A message of a client, as it came. */
export interface UpstreamMessage {
  /** Its number, if the client counts. */
  readonly n: number | undefined;
  readonly data: unknown;
}

/** A message made from what JSON gave, or nothing when it is none. */
export function upstreamMessage(value: unknown): UpstreamMessage | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'data'))
    return undefined;
  const { n, data } = value as { n?: unknown; data: unknown };
  if (!Object.hasOwn(value, 'n')) return { n: undefined, data };
  return Number.isSafeInteger(n) && (n as number) > 0 ? { n: n as number, data } : undefined;
}

/** The messages in a JSON text: all of them, or nothing when one of them is none. */
export function parseUpstream(text: string): UpstreamMessage[] | undefined {
  const values = parsed(text);
  if (!Array.isArray(values)) return undefined;
  const messages: UpstreamMessage[] = [];
  for (const value of values) {
    const message = upstreamMessage(value);
    if (message === undefined) return undefined;
    messages.push(message);
  }
  return messages;
}

/** The message in a JSON text, or nothing when it is none. */
export function parseUpstreamMessage(text: string): UpstreamMessage | undefined {
  return upstreamMessage(parsed(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
