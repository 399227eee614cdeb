/**
 * How a model reads octets: one after the other from the first, anew each time more have come.
 *
 * @module
 */

/** What reading comes to: a value and how many octets it took, a need for more, or a fault. */
export type Reading<Value> =
  | { readonly outcome: 'complete'; readonly value: Value; readonly length: number }
  | { readonly outcome: 'more' }
  | Fault;

/** What is wrong, and how many octets it takes to see it. */
export interface Fault {
  readonly outcome: 'fault';
  readonly code: string;
  readonly at: number;
}

/** Octets that are taken one by one. What they can't give is thrown, for {@link read} to catch. */
export class Cursor {
  readonly #octets: Uint8Array;
  /** How many octets were taken. */
  taken = 0;
  /** How many may be taken, and what is wrong with wanting another. */
  #bound = Number.POSITIVE_INFINITY;
  #boundFault = '';

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  /** Lets `count` more octets be taken: that another is wanted is seen at the last of them. */
  limit(count: number, fault: string): void {
    this.#bound = this.taken + count;
    this.#boundFault = fault;
  }

  /** Goes on with the octets allowed, but calls the wish for more by another name. */
  renameLimit(fault: string): void {
    this.#boundFault = fault;
  }

  /** The next octet, which stays. */
  peek(): number {
    if (this.taken === this.#bound) throw new Stop(this.#boundFault, this.taken);
    if (this.taken === this.#octets.length) throw new Stop(undefined, this.taken);
    return this.#octets[this.taken]!;
  }

  /** The next octet, as the character of the same number. */
  take(): string {
    const octet = this.peek();
    this.taken++;
    return String.fromCharCode(octet);
  }

  /** Takes characters as long as they are one of `members`. */
  takeWhile(members: ReadonlySet<number>): string {
    let text = '';
    while (members.has(this.peek())) text += this.take();
    return text;
  }

  /** Takes the next character if it is this one; anything else is a fault. */
  expect(character: string, fault: string): void {
    if (this.take() !== character) this.fail(fault);
  }

  /** The octet taken last proves a fault. */
  fail(code: string): never {
    throw new Stop(code, this.taken);
  }
}

/** Lets `production` take octets, and tells what came of it. */
export function read<Value>(
  octets: Uint8Array,
  production: (cursor: Cursor) => Value,
): Reading<Value> {
  const cursor = new Cursor(octets);
  try {
    return { outcome: 'complete', value: production(cursor), length: cursor.taken };
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop;
    if (stop.code === undefined) return { outcome: 'more' };
    return { outcome: 'fault', code: stop.code, at: stop.at };
  }
}

class Stop extends Error {
  readonly code: string | undefined;
  readonly at: number;

  constructor(code: string | undefined, at: number) {
    super(code);
    this.code = code;
    this.at = at;
  }
}
