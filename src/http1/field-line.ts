/** One field of a header or trailer section. */
export interface FieldLine {
  /** The field name, in lower case: names are case-insensitive. */
  readonly name: string;
  readonly value: string;
}
