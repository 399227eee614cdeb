import { type FieldLine, readSection } from './field-section.ts';
import { alphabet, captured, matches } from './grammar.ts';
import {
  Connection,
  ContentLength,
  DIGIT,
  Expect,
  Host,
  inWhitespace,
  OWS,
  pchar,
  TransferEncoding,
  tchar,
} from './http-grammar.ts';
import { type Cursor, type Reading, read } from './reading.ts';

/** How much a head may hold. */
export interface Limits {
  readonly head: number;
  readonly fields: number;
  readonly target: number;
}

/** What a request head means. */
export interface RequestHeadMeaning {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: number;
  readonly fields: readonly FieldLine[];
  readonly framing: number | 'chunked';
  readonly persistent: boolean;
  readonly expectsContinue: boolean;
  readonly upgrade: boolean;
}

const TCHAR = alphabet(tchar);
const TARGET: ReadonlySet<number> = new Set([...alphabet(pchar), 0x2f, 0x3f]);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** What the values of two fields are made of, whitespace around them included. */
const HOST = alphabet(inWhitespace(Host));
const LENGTH = alphabet(inWhitespace(ContentLength));
/** What any other value is made of. */
const VALUE: ReadonlySet<number> = new Set([
  ...alphabet(OWS),
  ...Array.from({ length: 256 }, (_, octet) => octet).filter(
    (octet) => octet > 0x20 && octet !== 0x7f,
  ),
]);

/** Reads the request head at the beginning of `octets`. */
export function readRequestHead(octets: Uint8Array, limits: Limits): Reading<RequestHeadMeaning> {
  return read(octets, (cursor) => {
    cursor.limit(limits.head, 'HTTP_HEAD_LIMIT');
    while (cursor.peek() === 0x0d) {
      cursor.take();
      cursor.expect('\n', 'HTTP_BARE_CR');
    }
    const method = readMethod(cursor);
    const target = readTarget(cursor, limits.target);
    const minorVersion = readVersion(cursor);
    const judge = new Judge(cursor, minorVersion);
    const fields = readSection(cursor, {
      maxLines: limits.fields,
      name: (name) => judge.name(name),
      membersOf,
      line: (line) => judge.line(line),
    });
    return { method, target, minorVersion, fields, ...judge.end() };
  });
}

/** `method SP` @see RFC 9112 §3.1, RFC 9110 §9.1 */
function readMethod(cursor: Cursor): string {
  let method = '';
  while (TCHAR.has(cursor.peek())) {
    method += cursor.take();
    if (method.length > 32) cursor.fail('HTTP_METHOD_UNSUPPORTED');
  }
  const behind = cursor.take();
  if (behind === '\n') cursor.fail('HTTP_BARE_LF');
  if (behind !== ' ' || method === '') cursor.fail('HTTP_METHOD');
  if (method === 'PRI') cursor.fail('HTTP_VERSION_UNSUPPORTED');
  if (!METHODS.includes(method)) cursor.fail('HTTP_METHOD_UNSUPPORTED');
  return method;
}

/** `request-target SP` @see RFC 9112 §3.2 */
function readTarget(cursor: Cursor, limit: number): string {
  cursor.renameLimit('HTTP_TARGET_LIMIT');
  let target = '';
  while (TARGET.has(cursor.peek())) {
    target += cursor.take();
    if (target.length > limit) cursor.fail('HTTP_TARGET_LIMIT');
  }
  const behind = cursor.take();
  if (behind === '\n') cursor.fail('HTTP_BARE_LF');
  if (behind === '\r' && target !== '') cursor.fail('HTTP_VERSION');
  if (behind !== ' ' || target === '') cursor.fail('HTTP_TARGET');
  cursor.renameLimit('HTTP_HEAD_LIMIT');
  return target;
}

/** `HTTP-version CRLF` @see RFC 9112 §2.3 */
function readVersion(cursor: Cursor): number {
  for (const character of 'HTTP/') expectInVersion(cursor, character);
  const digits = alphabet(DIGIT);
  const major = cursor.peek();
  if (digits.has(major) && major !== 0x31) {
    cursor.take();
    cursor.fail('HTTP_VERSION_UNSUPPORTED');
  }
  for (const character of '1.') expectInVersion(cursor, character);
  const minor = cursor.take();
  if (minor === '\n') cursor.fail('HTTP_BARE_LF');
  if (!digits.has(minor.charCodeAt(0))) cursor.fail('HTTP_VERSION');
  expectInVersion(cursor, '\r');
  cursor.expect('\n', 'HTTP_BARE_CR');
  return minor === '0' ? 0 : 1;
}

function expectInVersion(cursor: Cursor, character: string): void {
  const next = cursor.take();
  if (next === '\n') cursor.fail('HTTP_BARE_LF');
  if (next !== character) cursor.fail('HTTP_VERSION');
}

function membersOf(name: string): readonly [ReadonlySet<number>, string] {
  if (name === 'host') return [HOST, 'HTTP_HOST'];
  if (name === 'content-length') return [LENGTH, 'HTTP_CONTENT_LENGTH'];
  return [VALUE, 'HTTP_FIELD_VALUE'];
}

/** Judges the fields that frame the message and steer the connection, in the order they come. */
class Judge {
  readonly #cursor: Cursor;
  readonly #minorVersion: number;
  readonly #names: string[] = [];
  readonly #lines: FieldLine[] = [];

  constructor(cursor: Cursor, minorVersion: number) {
    this.#cursor = cursor;
    this.#minorVersion = minorVersion;
  }

  /** @see RFC 9112 §3.2, §6.1 and §6.3 */
  name(name: string): void {
    const has = (other: string) => this.#names.includes(other);
    if (name === 'host' && has(name)) this.#cursor.fail('HTTP_HOST');
    if (name === 'content-length') {
      if (has(name)) this.#cursor.fail('HTTP_CONTENT_LENGTH');
      if (has('transfer-encoding')) this.#cursor.fail('HTTP_LENGTH_CONFLICT');
    }
    if (name === 'transfer-encoding') {
      if (this.#minorVersion === 0) this.#cursor.fail('HTTP_TRANSFER_ENCODING_VERSION');
      if (has('content-length')) this.#cursor.fail('HTTP_LENGTH_CONFLICT');
    }
    this.#names.push(name);
  }

  line(line: FieldLine): void {
    this.#lines.push(line);
    const [name, value] = line;
    if (name === 'host' && !matches(Host, value)) this.#cursor.fail('HTTP_HOST');
    if (name === 'content-length') {
      const isCountable = matches(ContentLength, value) && BigInt(value) < 2n ** 53n;
      if (!isCountable) this.#cursor.fail('HTTP_CONTENT_LENGTH');
    }
    if (name === 'connection' && !matches(Connection, value)) this.#cursor.fail('HTTP_FIELD_VALUE');
    if (name === 'expect' && this.#minorVersion === 1) this.#judgeExpect(value);
  }

  end() {
    if (this.#minorVersion === 1 && !this.#names.includes('host')) this.#cursor.fail('HTTP_HOST');
    const options = this.#values('connection').flatMap(
      (value) => captured(Connection, value, 'token')!,
    );
    const has = (option: string) => options.some((each) => each.toLowerCase() === option);
    const isFirst = this.#minorVersion === 1;
    return {
      framing: this.#framing(),
      persistent: !has('close') && (isFirst || has('keep-alive')),
      expectsContinue: isFirst && this.#values('expect').some((value) => /continue/i.test(value)),
      upgrade: isFirst && this.#names.includes('upgrade') && has('upgrade'),
    };
  }

  /** @see RFC 9110 §10.1.1 */
  #judgeExpect(value: string): void {
    const expectations = captured(Expect, value, 'expectation') ?? [value];
    const isKnown = expectations.every((each) => each.toLowerCase() === '100-continue');
    if (!isKnown) this.#cursor.fail('HTTP_EXPECTATION');
  }

  /** @see RFC 9112 §6.3 */
  #framing(): number | 'chunked' {
    if (!this.#names.includes('transfer-encoding')) {
      return Number(this.#values('content-length')[0] ?? 0);
    }
    const fault = transferCodingFault(this.#values('transfer-encoding').join(', '));
    if (fault !== undefined) this.#cursor.fail(fault);
    return 'chunked';
  }

  #values(name: string): string[] {
    return this.#lines.filter(([each]) => each === name).map(([, value]) => value);
  }
}

/** What is wrong with a list of transfer codings that must be `chunked` alone. @see RFC 9112 §6.1 */
export function transferCodingFault(value: string): string | undefined {
  if (!matches(TransferEncoding, value)) return 'HTTP_TRANSFER_ENCODING';
  const codings = captured(TransferEncoding, value, 'coding')!.map((coding) =>
    coding.toLowerCase(),
  );
  const parameters = captured(TransferEncoding, value, 'parameters')!;
  const isLastChunked = codings.at(-1) === 'chunked' && parameters.at(-1) === '';
  const isChunkedOnce = codings.filter((coding) => coding === 'chunked').length === 1;
  if (!isLastChunked || !isChunkedOnce) return 'HTTP_TRANSFER_ENCODING';
  return codings.length > 1 ? 'HTTP_TRANSFER_CODING_UNKNOWN' : undefined;
}
