import { COLON, CR, FIELD_CONTENT, LF, skip, TCHAR, WHITESPACE } from '../bytes/ascii.ts';
import { latin1 } from '../bytes/latin1.ts';
import { ownText } from '../bytes/own-text.ts';
import { isText } from '../bytes/repeated-text.ts';
import { HttpError } from '../errors.ts';
import { fieldNameFault, fieldValueFault, trimmed } from './field-line.ts';
import type { Fields } from './fields.ts';
import { type KnownField, type KnownFields, knownField } from './known-fields.ts';

/** How many octets end a line. */
const CRLF_LENGTH = 2;

/** How much of a field name stands in the answer that says that there is no room for the field. */
const MAX_NAME_TOLD = 64;

/** A longer section is not compared with the one behind it: a decoder is to keep little. */
const MAX_KEPT = 4_096;

/** What a {@link FieldSectionDecoder} does besides decoding. */
export interface FieldSectionOptions {
  /** Judges the fields of a request that encke itself acts on. */
  readonly known?: KnownFields;
  /** Whether folded lines are unfolded instead of refused. @see RFC 9112 §5.2 */
  readonly unfolds?: boolean;
}

/**
 * Decodes header and trailer sections, with the empty line behind them.
 *
 * ```abnf
 * section    = *( field-line CRLF ) CRLF
 * field-line = field-name ":" OWS field-value OWS
 * field-name = token
 * ```
 *
 * No whitespace may come before the colon, nor before the name: the first would let two recipients
 * read two names, and the second is line folding, which a server has to refuse (RFC 9112 §5.2).
 *
 * Every octet is looked at once, however the section is cut, and nothing is made of it but marks.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-5 | RFC 9112 §5}
 */
export class FieldSectionDecoder {
  /** Whether all of the section is there. */
  ended = true;
  readonly #maxMarks: number;
  readonly #known: KnownFields | undefined;
  readonly #unfolds: boolean;
  /** Where a line begins, where its colon is, where the next begins, and so on. Overwritten each time. */
  readonly #marks: number[] = [];
  #markCount = 0;
  /** The text of the section that was taken last, unless that is too long. */
  #last: string | undefined;
  /** The known field whose value the next octet belongs to. */
  #field: KnownField | undefined;
  #hasFolds = false;

  /** @param maxLines - How many field lines a section may have. */
  constructor(maxLines: number, { known, unfolds = false }: FieldSectionOptions = {}) {
    this.#maxMarks = 2 * maxLines;
    this.#known = known;
    this.#unfolds = unfolds;
  }

  /** Begins with another section, whose first octet is at `offset`. All marks count from offset 0. */
  begin(offset: number): void {
    this.ended = false;
    this.#marks[0] = offset;
    this.#markCount = 1;
    this.#hasFolds = false;
  }

  /**
   * Looks whether the section that was taken last comes again, octet by octet: a client mostly says
   * the same with each of its requests, and to see that takes a fraction of what decoding does. HTTP/2
   * compresses fields for the same reason.
   *
   * @returns where to go on: behind the section, which has {@link ended}, or at `start`.
   */
  repeat(octets: Uint8Array, start: number, end: number): number {
    const last = this.#last;
    if (last === undefined) return start;
    const i = start + last.length;
    const isWhole = i + CRLF_LENGTH <= end;
    if (!isWhole || octets[i] !== CR || octets[i + 1] !== LF) return start;
    if (!isText(octets, start, last)) return start;
    this.ended = true;
    return i + CRLF_LENGTH;
  }

  /**
   * Looks at the octets from `start` to `end`, and returns where to go on: behind the section when it
   * has {@link ended}, or where it wants to be called again with more.
   *
   * @param position - The index of offset 0.
   * @throws {@link HttpError} at the first octet that proves a fault.
   */
  decode(octets: Uint8Array, position: number, start: number, end: number): number {
    const marks = this.#marks;
    let count = this.#markCount;
    let i = start;
    for (;;) {
      const isInName = count % 2 === 1;
      if (isInName) {
        const first = position + marks[count - 1]!;
        i = skip(TCHAR, octets, i, end);
        if (i > first && count > this.#maxMarks) throw new HttpError('HTTP_FIELDS_LIMIT');
        if (i === end) break;
        if (octets[i] === COLON && i > first) {
          this.#beginValue(octets, first, i);
          marks[count++] = i - position;
          i++;
        } else if (octets[i] === CR && i === first) {
          i = this.#decodeEmptyLine(octets, i, end);
          break;
        } else {
          this.#requireFold(octets[i]!, i === first, count);
          count--;
        }
      }
      i = this.#skipValue(octets, i, end);
      if (i === end || !isCrlf(octets, i, end)) break;
      if (this.#field !== undefined) {
        this.#known!.endLine(this.#field, octets, position + marks[count - 1]! + 1, i);
      }
      i += CRLF_LENGTH;
      marks[count++] = i - position;
    }
    this.#markCount = count;
    return i;
  }

  /** The section that has ended, in memory of its own. */
  take(octets: Uint8Array, position: number): FieldSection {
    const marks = this.#marks.slice(0, this.#markCount);
    const end = position + marks[marks.length - 1]!;
    const text = latin1(octets, position + marks[0]!, end);
    this.#last = text.length > MAX_KEPT ? undefined : text;
    return new FieldSection(text, marks, this.#hasFolds);
  }

  /**
   * The fault when there is no room for the rest of the section. It says which field had no room, so
   * that whoever sent it knows what to leave out.
   *
   * @see RFC 6585 §5
   */
  limitFault(octets: Uint8Array, position: number): HttpError {
    const colon = this.#markCount - 1;
    const isInName = colon % 2 === 0;
    if (isInName) return new HttpError('HTTP_HEAD_LIMIT');
    const start = position + this.#marks[colon - 1]!;
    const end = Math.min(position + this.#marks[colon]!, start + MAX_NAME_TOLD);
    return new HttpError('HTTP_HEAD_LIMIT', `no room for ${latin1(octets, start, end)}`);
  }

  #decodeEmptyLine(octets: Uint8Array, i: number, end: number): number {
    if (!isCrlf(octets, i, end)) return i;
    this.#known?.end();
    this.ended = true;
    return i + CRLF_LENGTH;
  }

  /** Whatever else comes in a name can only be the whitespace that folds the line before. */
  #requireFold(octet: number, isFirst: boolean, count: number): void {
    const isFold = this.#unfolds && isFirst && WHITESPACE[octet] === 1 && count > 1;
    if (!isFold) throw fieldNameFault(octet, isFirst);
    this.#hasFolds = true;
  }

  #beginValue(octets: Uint8Array, start: number, colon: number): void {
    if (this.#known === undefined) return;
    this.#field = knownField(octets, start, colon);
    if (this.#field !== undefined) this.#known.beginLine(this.#field);
  }

  /** Goes on to the CR behind the value. */
  #skipValue(octets: Uint8Array, start: number, end: number): number {
    const members = this.#field?.octets ?? FIELD_CONTENT;
    const i = skip(members, octets, start, end);
    if (i < end && octets[i] !== CR) throw fieldValueFault(octets[i]!, this.#field?.fault);
    return i;
  }
}

/**
 * A header or trailer section that was decoded, kept as one string: to make that takes less than to
 * copy the octets (bench/request-head.bench.ts). Names and values are cut out of it when they are
 * asked for, and nothing is made for the others.
 */
export class FieldSection implements Fields {
  readonly #text: string;
  /** Where the text begins, counted as the marks are. */
  readonly #offset: number;
  readonly #marks: readonly number[];
  readonly #hasFolds: boolean;

  /** @internal Only {@link FieldSectionDecoder} makes one. */
  constructor(text: string, marks: readonly number[], hasFolds: boolean) {
    this.#text = text;
    this.#offset = marks[0]!;
    this.#marks = marks;
    this.#hasFolds = hasFolds;
  }

  get size(): number {
    return (this.#marks.length - 1) / 2;
  }

  get(name: string): string | undefined {
    let value: string | undefined;
    for (let line = this.#find(name, 0); line !== -1; line = this.#find(name, line + 1)) {
      value = value === undefined ? this.#value(line) : `${value}, ${this.#value(line)}`;
    }
    return value;
  }

  all(name: string): readonly string[] {
    const values: string[] = [];
    for (let line = this.#find(name, 0); line !== -1; line = this.#find(name, line + 1)) {
      values.push(this.#value(line));
    }
    return values;
  }

  has(name: string): boolean {
    return this.#find(name, 0) !== -1;
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    const names = this.#text.toLowerCase();
    for (let line = 0; line < this.size; line++) {
      yield [names.slice(this.#index(2 * line), this.#index(2 * line + 1)), this.#value(line)];
    }
  }

  /** The first line with this name from `line` on, or -1. */
  #find(name: string, line: number): number {
    for (let i = line; i < this.size; i++) {
      const start = this.#index(2 * i);
      const end = this.#index(2 * i + 1);
      const isAsLong = end - start === name.length;
      if (isAsLong && this.#text.slice(start, end).toLowerCase() === name) return i;
    }
    return -1;
  }

  /** The value of a line, without the whitespace around it. */
  #value(line: number): string {
    const start = this.#index(2 * line + 1) + 1;
    const end = this.#index(2 * line + 2) - CRLF_LENGTH;
    const value = this.#hasFolds
      ? unfoldedValue(this.#text.slice(start, end))
      : trimmed(this.#text, start, end);
    return ownText(value);
  }

  /** Where the mark is in the text. */
  #index(mark: number): number {
    return this.#marks[mark]! - this.#offset;
  }
}

/** Whether the CR at `i` has its LF. Not yet, as long as nothing comes behind it. */
function isCrlf(octets: Uint8Array, i: number, end: number): boolean {
  if (i + 1 === end) return false;
  if (octets[i + 1] !== LF) throw new HttpError('HTTP_BARE_CR');
  return true;
}

/**
 * A value whose parts are lines of their own, with one space in place of each seam.
 *
 * ```abnf
 * obs-fold = OWS CRLF RWS
 * ```
 *
 * @see RFC 9112 §5.2
 */
function unfoldedValue(value: string): string {
  const parts = value.split('\r\n').map((part) => trimmed(part, 0, part.length));
  return parts.filter((part) => part !== '').join(' ');
}
