import {
  FIELD_CONTENT,
  type OctetClass,
  oneOf,
  QDTEXT,
  TCHAR,
  WHITESPACE,
} from '../bytes/ascii.ts';

/** A place in chunk extensions. `complete` is where they may end, as behind the chunk-size. */
export type ChunkExtPlace =
  | 'complete'
  | 'before semicolon'
  | 'before name'
  | 'name'
  | 'behind name'
  | 'before value'
  | 'token'
  | 'quoted-string'
  | 'quoted-pair';

/** Which octets may come in a place, and where they lead. */
type Ways = readonly (readonly [octets: OctetClass, place: ChunkExtPlace])[];

const TO_NEXT: Ways = [
  [WHITESPACE, 'before semicolon'],
  [oneOf(';'), 'before name'],
];
const TO_VALUE: Ways = [
  [WHITESPACE, 'behind name'],
  [oneOf('='), 'before value'],
  [oneOf(';'), 'before name'],
];

/**
 * The grammar of chunk extensions.
 *
 * ```abnf
 * chunk-ext      = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
 * chunk-ext-name = token
 * chunk-ext-val  = token / quoted-string
 * quoted-string  = DQUOTE *( qdtext / quoted-pair ) DQUOTE
 * quoted-pair    = "\" ( HTAB / SP / VCHAR / obs-text )
 * ```
 *
 * What they say is ignored, since we know none. But where they end is where the chunk begins, so they
 * have to be what the grammar says and nothing else.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7.1.1 | RFC 9112 §7.1.1}
 */
const GRAMMAR: Readonly<Record<ChunkExtPlace, Ways>> = {
  complete: TO_NEXT,
  'before semicolon': TO_NEXT,
  'before name': [
    [WHITESPACE, 'before name'],
    [TCHAR, 'name'],
  ],
  name: [[TCHAR, 'name'], ...TO_VALUE],
  'behind name': TO_VALUE,
  'before value': [
    [WHITESPACE, 'before value'],
    [TCHAR, 'token'],
    [oneOf('"'), 'quoted-string'],
  ],
  token: [[TCHAR, 'token'], ...TO_NEXT],
  'quoted-string': [
    [QDTEXT, 'quoted-string'],
    [oneOf('\\'), 'quoted-pair'],
    [oneOf('"'), 'complete'],
  ],
  'quoted-pair': [[FIELD_CONTENT, 'quoted-string']],
};

/** Where `octet` leads from `place`; nowhere when it may not come there. */
export function nextPlace(place: ChunkExtPlace, octet: number): ChunkExtPlace | undefined {
  return GRAMMAR[place].find(([octets]) => octets[octet] === 1)?.[1];
}

/** Whether the extensions may end in this place. */
export function mayEnd(place: ChunkExtPlace): boolean {
  return place === 'complete' || place === 'name' || place === 'token';
}
