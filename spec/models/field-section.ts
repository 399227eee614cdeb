import { alphabet } from './grammar.ts';
import { fieldVchar, tchar } from './http-grammar.ts';
import type { Cursor } from './reading.ts';

/** A field line: its name in lower case, its value without the whitespace around it. */
export type FieldLine = readonly [name: string, value: string];

/** What a section's reader may do besides reading. */
export interface SectionOptions {
  /** How many field lines there may be. */
  readonly maxLines: number;
  /** Whether a folded line is unfolded instead of refused. */
  readonly unfolds?: boolean;
  /** Called behind the colon of each line. */
  readonly name?: (name: string) => void;
  /** What the value of a field may hold, and what is wrong with anything else. */
  readonly membersOf?: (name: string) => readonly [members: ReadonlySet<number>, fault: string];
  /** Called behind each line. */
  readonly line?: (line: FieldLine) => void;
}

const TCHAR = alphabet(tchar);
const WHITESPACE: ReadonlySet<number> = new Set([0x20, 0x09]);
const VALUE: ReadonlySet<number> = new Set([...alphabet(fieldVchar), ...WHITESPACE]);

/**
 * Reads a header or trailer section, with the empty line behind it.
 *
 * @see RFC 9112 §5
 */
export function readSection(cursor: Cursor, options: SectionOptions): FieldLine[] {
  const lines: FieldLine[] = [];
  for (;;) {
    const next = cursor.peek();
    if (next === 0x0d) {
      cursor.take();
      cursor.expect('\n', 'HTTP_BARE_CR');
      return lines;
    }
    if (WHITESPACE.has(next)) lines.push(readFold(cursor, lines.pop(), options));
    else lines.push(readLine(cursor, lines.length, options));
    options.line?.(lines.at(-1)!);
  }
}

/** `field-name ":" OWS field-value OWS CRLF` */
function readLine(cursor: Cursor, before: number, options: SectionOptions): FieldLine {
  let name = '';
  while (TCHAR.has(cursor.peek())) {
    name += cursor.take();
    if (before === options.maxLines) cursor.fail('HTTP_FIELDS_LIMIT');
  }
  const behind = cursor.take();
  if (behind === '\n') cursor.fail('HTTP_BARE_LF');
  if (behind !== ':' || name === '') cursor.fail('HTTP_FIELD_NAME');
  name = name.toLowerCase();
  options.name?.(name);
  return [name, readValue(cursor, ...(options.membersOf?.(name) ?? [VALUE, 'HTTP_FIELD_VALUE']))];
}

/** `OWS field-value OWS CRLF` */
function readValue(cursor: Cursor, members: ReadonlySet<number>, fault: string): string {
  const value = cursor.takeWhile(members);
  const behind = cursor.take();
  if (behind === '\n') cursor.fail('HTTP_BARE_LF');
  if (behind !== '\r') cursor.fail(VALUE.has(behind.charCodeAt(0)) ? fault : 'HTTP_FIELD_VALUE');
  cursor.expect('\n', 'HTTP_BARE_CR');
  return withoutWhitespaceAround(value);
}

/** A line that begins with whitespace goes on with the one before. @see RFC 9112 §5.2 */
function readFold(
  cursor: Cursor,
  before: FieldLine | undefined,
  { unfolds = false }: SectionOptions,
): FieldLine {
  if (!unfolds || before === undefined) {
    cursor.take();
    cursor.fail('HTTP_OBS_FOLD');
  }
  const [name, value] = before;
  const more = readValue(cursor, VALUE, 'HTTP_FIELD_VALUE');
  return [name, withoutWhitespaceAround(`${value} ${more}`)];
}

function withoutWhitespaceAround(value: string): string {
  return value.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}
