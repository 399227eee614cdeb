import type { FieldLine } from './field-line.ts';

/**
 * The field lines of a header or trailer section, in the order they came.
 *
 * Names are asked for in lower case. A name is data, never a property: `__proto__` is a field like
 * any other.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-5 | RFC 9110 §5}
 */
export interface Fields extends Iterable<readonly [name: string, value: string]> {
  /** How many field lines there are. */
  readonly size: number;
  /** The value of the field, its lines joined with `, `; `undefined` when there is none. @see RFC 9110 §5.3 */
  get(name: string): string | undefined;
  /** The value of each line of that name, in order. */
  all(name: string): readonly string[];
  /** Whether there is a line of that name. */
  has(name: string): boolean;
}

/** Fields made from a list of field lines. */
export class FieldList implements Fields {
  readonly #lines: readonly FieldLine[];

  constructor(lines: readonly FieldLine[]) {
    this.#lines = lines;
  }

  get size(): number {
    return this.#lines.length;
  }

  get(name: string): string | undefined {
    let value: string | undefined;
    for (const line of this.#lines) {
      if (line.name === name) value = value === undefined ? line.value : `${value}, ${line.value}`;
    }
    return value;
  }

  all(name: string): readonly string[] {
    return this.#lines.filter((line) => line.name === name).map(({ value }) => value);
  }

  has(name: string): boolean {
    return this.#lines.some((line) => line.name === name);
  }

  /** The name and value of each line, in order. */
  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (const { name, value } of this.#lines) yield [name, value];
  }
}

/** A header or trailer section without field lines. */
export const NO_FIELDS: Fields = new FieldList([]);
