import { isFieldValue, isToken } from './field-values.ts';

/**
 * Fields to send, as an application gives them: an object of names and values, where several lines
 * of one name are an array, or anything that yields pairs (`Headers`, a `Map`, {@link Fields}).
 */
export type OutgoingFields =
  | Readonly<Record<string, string | readonly string[]>>
  | Iterable<readonly [name: string, value: string]>;

/**
 * What has to be known about a field before it is sent. The fields that frame a message or steer the
 * connection belong to the endpoint: what an application says of them is a wish.
 */
type FieldRole = keyof typeof OWN_FIELDS | 'field';

/** The fields an endpoint has a say in, and the connection option each needs. @see RFC 9110 §7.6.1, RFC 9112 §7.4 */
const OWN_FIELDS = {
  connection: '',
  'content-length': '',
  date: '',
  expect: '',
  host: '',
  te: 'TE',
  'transfer-encoding': '',
  upgrade: 'Upgrade',
} as const;

/** Field lines ready to be sent, and what they said about framing and about the connection. */
export class OutgoingFieldSection {
  /** The lines of all other fields, each with its CRLF. */
  lines = '';
  /** What the application announced, to be held to. */
  contentLength: number | undefined;
  /** Connection options, in the order given, with those that other fields need; `, ` between. */
  connection = '';
  /** Whether another protocol is named. */
  upgrade = false;
  /** Whether `close` was among the connection options. */
  close = false;
  date: string | undefined;
  host: string | undefined;
  /** Whether a 100 is expected before the content is sent. */
  expectation = false;

  /** @throws TypeError when a name or a value can't be sent. Nothing has been sent by then. */
  constructor(fields: OutgoingFields) {
    readOutgoingFields(fields, this);
  }

  /** Takes one line. @internal */
  fieldLine(name: string, value: string): void {
    const known = knownName(name);
    const line = lineOf(known, name, value);
    if (known.role === 'field') this.lines += line;
    else this.#ownField(known.role, name, value, line);
  }

  #ownField(role: keyof typeof OWN_FIELDS, name: string, value: string, line: string): void {
    switch (role) {
      case 'te':
      case 'upgrade':
        if (role === 'upgrade') this.upgrade = true;
        this.lines += line;
        this.#addOption(OWN_FIELDS[role]);
        break;
      case 'connection':
        for (const option of value.split(',')) this.#addOption(option.trim());
        break;
      case 'content-length':
        this.contentLength = parseOutgoingLength(value, this.contentLength);
        break;
      case 'date':
      case 'host':
        if (this[role] !== undefined) throw new TypeError(`${name} is given twice`);
        this[role] = value;
        break;
      case 'expect':
        this.expectation = true;
        this.lines += line;
        break;
      case 'transfer-encoding':
        break;
    }
  }

  /** `close` and `keep-alive` are for the endpoint to say. @see RFC 9110 §7.6.1 */
  #addOption(option: string): void {
    const lower = option.toLowerCase();
    if (lower === 'close') this.close = true;
    if (lower === '' || lower === 'close' || lower === 'keep-alive') return;
    requireToken('connection option', option);
    if (this.connection.toLowerCase().split(', ').includes(lower)) return;
    this.connection += this.connection === '' ? option : `, ${option}`;
  }
}

/** Tells `sink` each line of `fields`, in order. */
export function readOutgoingFields(
  fields: OutgoingFields,
  sink: { fieldLine(name: string, value: string): void },
): void {
  if (isIterable(fields)) {
    for (const [name, value] of fields) sink.fieldLine(name, value);
    return;
  }
  for (const name of Object.keys(fields)) {
    const value = fields[name]!;
    if (Array.isArray(value)) for (const line of value) sink.fieldLine(name, line);
    else sink.fieldLine(name, value as string);
  }
}

/** A field name that was sent before, and its last value: most fields hardly ever change. */
interface KnownName {
  readonly role: FieldRole;
  value: string;
  /** The whole line, once the same value has come twice. */
  line: string | undefined;
}

/**
 * The names seen so far: to look one up costs less than to check its characters. Bounded, because a
 * name may be made from what a peer sent.
 */
const knownNames = new Map<string, KnownName>();
const MAX_KNOWN_NAMES = 256;

/** Longer values are not kept. */
const MAX_KNOWN_VALUE = 256;

function knownName(name: string): KnownName {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  requireToken('field name', name);
  const lower = name.toLowerCase();
  const role = isOwnField(lower) ? lower : 'field';
  const added: KnownName = { role, value: '', line: undefined };
  if (knownNames.size < MAX_KNOWN_NAMES) knownNames.set(name, added);
  return added;
}

/** The field line. One that comes again is kept in one piece, which is cheaper to write. */
function lineOf(known: KnownName, name: string, value: string): string {
  if (known.value === value) {
    known.line ??= [name, ': ', value, '\r\n'].join('');
    return known.line;
  }
  requireFieldValue(name, value);
  known.value = value.length <= MAX_KNOWN_VALUE ? value : '';
  known.line = undefined;
  return `${name}: ${value}\r\n`;
}

function isOwnField(name: string): name is keyof typeof OWN_FIELDS {
  return Object.hasOwn(OWN_FIELDS, name);
}

function isIterable(fields: OutgoingFields): fields is Iterable<readonly [string, string]> {
  return Symbol.iterator in fields;
}

/** Two different lengths would be two messages. @see RFC 9110 §8.6 */
function parseOutgoingLength(value: string, before: number | undefined): number {
  const length = Number(value);
  const isLength = /^[0-9]{1,16}$/.test(value) && Number.isSafeInteger(length);
  if (!isLength || (before !== undefined && before !== length)) {
    throw new TypeError(`invalid Content-Length: ${value}`);
  }
  return length;
}

/** @throws TypeError when `value` is not a token. @see RFC 9110 §5.6.2 */
export function requireToken(what: string, value: string): void {
  const isValid = typeof value === 'string' && isToken(value);
  if (!isValid) throw new TypeError(`invalid ${what}: ${JSON.stringify(value)}`);
}

/**
 * Only the endpoint writes line ends: a value that holds one could add fields, or a whole message.
 * The value stays out of the error, since it may be a secret.
 *
 * @throws TypeError when `value` is not a field value.
 * @see RFC 9110 §5.5, RFC 9112 §11.1
 */
export function requireFieldValue(name: string, value: string): void {
  if (typeof value !== 'string') {
    throw new TypeError(`the value of ${name} must be a string, not of type ${typeof value}`);
  }
  if (!isFieldValue(value)) throw new TypeError(`invalid value of ${name}`);
}
