import { latin1 } from '../bytes/latin1.ts';
import { fieldValue, isNamed } from './field-line.ts';
import type { Fields } from './fields.ts';

/**
 * The field lines of a head that was decoded, left where they came: a name or a value becomes a
 * string when it is asked for, and nothing is made for the others.
 */
export class HeadFields implements Fields {
  readonly #octets: Uint8Array;
  /** The index in `octets` that `marks` count from. */
  readonly #start: number;
  /** Where each line begins, where its colon is; and at the end, where the next would begin. */
  readonly #marks: readonly number[];

  constructor(octets: Uint8Array, start: number, marks: readonly number[]) {
    this.#octets = octets;
    this.#start = start;
    this.#marks = marks;
  }

  get size(): number {
    return (this.#marks.length - 1) / 2;
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
    for (let line = 0; line + 2 < this.#marks.length; line += 2) {
      yield [this.#name(line), this.#value(line)];
    }
  }

  /** @internal What stands from one offset to another in the head. */
  text(start: number, end: number): string {
    return latin1(this.#octets, this.#start + start, this.#start + end);
  }

  /** The first line named `name` from `line` on, or -1. */
  #next(name: string, line: number): number {
    const marks = this.#marks;
    for (let i = line; i + 2 < marks.length; i += 2) {
      const isAsLong = marks[i + 1]! - marks[i]! === name.length;
      if (isAsLong && isNamed(this.#octets, this.#start + marks[i]!, name)) return i;
    }
    return -1;
  }

  #name(line: number): string {
    return this.text(this.#marks[line]!, this.#marks[line + 1]!).toLowerCase();
  }

  #value(line: number): string {
    const [colon, next] = [this.#marks[line + 1]!, this.#marks[line + 2]!];
    return fieldValue(this.#octets, this.#start + colon + 1, this.#start + next - CRLF_LENGTH);
  }
}

const CRLF_LENGTH = 2;
