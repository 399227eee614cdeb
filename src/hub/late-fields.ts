import type { Fields } from '../http1/fields.ts';

/**
 * Fields that are known later, in one object from the beginning: a handler that takes it out of its
 * request at once finds them in it when they have come.
 */
export class LateFields implements Fields {
  readonly #known: () => Fields;

  /** @param known - Tells what is known of them by now. */
  constructor(known: () => Fields) {
    this.#known = known;
  }

  get size(): number {
    return this.#known().size;
  }

  get(name: string): string | undefined {
    return this.#known().get(name);
  }

  all(name: string): readonly string[] {
    return this.#known().all(name);
  }

  has(name: string): boolean {
    return this.#known().has(name);
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return this.#known()[Symbol.iterator]();
  }
}
