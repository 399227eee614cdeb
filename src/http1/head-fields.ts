import { latin1 } from '../bytes/latin1.ts';
import { skipWhitespace, trimWhitespace } from './field-line.ts';
import type { Fields } from './fields.ts';

/**
 * The field lines of a head that was decoded, left where they came: a name or a value becomes a
 * string when it is asked for, and nothing is made for the others.
 */
export class HeadFields implements Fields {
  readonly #octets: Uint8Array;
  /** The index in `octets` that `lines` counts from. */
  readonly #start: number;
  /** Where each line begins, where its colon is; and at the end, where the next would begin. */
  readonly #lines: readonly number[];

  constructor(octets: Uint8Array, start: number, lines: readonly number[]) {
    this.#octets = octets;
    this.#start = start;
    this.#lines = lines;
  }

  get size(): number {
    return (this.#lines.length - 1) / 2;
  }

  get(name: string): string | undefined {
    let value: string | undefined;
    for (let line = this.#next(name, 0); line !== -1; line = this.#next(name, line + 2)) {
      value = value === undefined ? this.#value(line) : `${value}, ${this.#value(line)}`;
    }
    return value;
  }

  all(name: string): readonly string[] {
    const values: string[] = [];
    for (let line = this.#next(name, 0); line !== -1; line = this.#next(name, line + 2)) {
      values.push(this.#value(line));
    }
    return values;
  }

  has(name: string): boolean {
    return this.#next(name, 0) !== -1;
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (let line = 0; line + 2 < this.#lines.length; line += 2) {
      yield [this.#name(line), this.#value(line)];
    }
  }

  /** The first line named `name` from `line` on, or -1. */
  #next(name: string, line: number): number {
    const lines = this.#lines;
    for (let i = line; i + 2 < lines.length; i += 2) {
      const isAsLong = lines[i + 1]! - lines[i]! === name.length;
      if (isAsLong && isNamed(this.#octets, this.#start + lines[i]!, name)) return i;
    }
    return -1;
  }

  #name(line: number): string {
    const start = this.#start;
    return latin1(
      this.#octets,
      start + this.#lines[line]!,
      start + this.#lines[line + 1]!,
    ).toLowerCase();
  }

  #value(line: number): string {
    const octets = this.#octets;
    const end = this.#start + this.#lines[line + 2]! - 2;
    const first = skipWhitespace(octets, this.#start + this.#lines[line + 1]! + 1, end);
    return latin1(octets, first, trimWhitespace(octets, first, end));
  }
}

/** Whether the field name at `start` is `name`, which is in lower case. */
function isNamed(octets: Uint8Array, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (LOWER_CASE[octets[start + i]!] !== name.charCodeAt(i)) return false;
  }
  return true;
}

/** Each octet, and for `A` to `Z` the octet of its lower case. */
const LOWER_CASE = new Uint8Array(256).map((_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
);
