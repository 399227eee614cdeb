/**
 * What the values of fields are made of: tokens, quoted strings, lists and parameters.
 *
 * Each parser looks at every character once, whatever comes: time is linear in the value's length.
 * A value that does not match its grammar is `undefined`; what to do then is the field's business.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-5.6 | RFC 9110 §5.6}
 * @module
 */

import {
  BACKSLASH,
  COMMA,
  DQUOTE,
  EQUALS,
  FIELD_CONTENT,
  HTAB,
  isAll,
  QDTEXT,
  SEMICOLON,
  SP,
  skipText,
  TCHAR,
} from '../bytes/ascii.ts';

/** `name` and, behind an equals sign, `value`. */
export type Parameter = readonly [name: string, value: string | undefined];

/** One element of a list whose elements have parameters. */
export interface Parameterised {
  readonly token: string;
  readonly parameters: readonly Parameter[];
}

/** Whether `text` is a token: `token = 1*tchar`. @see RFC 9110 §5.6.2 */
export function isToken(text: string): boolean {
  return text.length > 0 && isAll(TCHAR, text);
}

/** Whether `text` may be sent as a field value. @see RFC 9110 §5.5 */
export function isFieldValue(text: string): boolean {
  return isAll(FIELD_CONTENT, text) && !/^[ \t]|[ \t]$/.test(text);
}

/**
 * Parses a list of tokens.
 *
 * ```abnf
 * #token => [ token ] *( OWS "," OWS [ token ] )
 * ```
 *
 * Empty elements count for nothing, so an empty value is an empty list.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1 | RFC 9110 §5.6.1}
 */
export function parseTokenList(value: string): string[] | undefined {
  return new ValueParser(value).list((parser) => parser.token());
}

/**
 * Parses a list of tokens that may have parameters.
 *
 * ```abnf
 * list      = #( token *( OWS ";" OWS parameter ) )
 * parameter = token [ BWS "=" BWS ( token / quoted-string ) ]
 * ```
 *
 * It is how RFC 9110 §10.1.4 writes transfer codings and RFC 6455 §9.1 writes extensions, but for
 * parameters without a value, which only extensions have.
 */
export function parseParameterisedList(value: string): Parameterised[] | undefined {
  return new ValueParser(value).list((parser) => parser.parameterised());
}

/** A place in a value. Each method takes one production, or returns `undefined` when it is not there. */
class ValueParser {
  readonly #text: string;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** `#element`, up to the end of the value. */
  list<Element>(element: (parser: ValueParser) => Element | undefined): Element[] | undefined {
    const elements: Element[] = [];
    for (;;) {
      this.#whitespace();
      if (this.#index < this.#text.length && !this.#at(COMMA)) {
        const next = element(this);
        if (next === undefined) return undefined;
        elements.push(next);
        this.#whitespace();
      }
      if (this.#index === this.#text.length) return elements;
      if (!this.#take(COMMA)) return undefined;
    }
  }

  parameterised(): Parameterised | undefined {
    const token = this.token();
    if (token === undefined) return undefined;
    const parameters: Parameter[] = [];
    for (this.#whitespace(); this.#take(SEMICOLON); this.#whitespace()) {
      this.#whitespace();
      const parameter = this.#parameter();
      if (parameter === undefined) return undefined;
      parameters.push(parameter);
    }
    return { token, parameters };
  }

  token(): string | undefined {
    const start = this.#index;
    this.#index = skipText(TCHAR, this.#text, start);
    return this.#index === start ? undefined : this.#text.slice(start, this.#index);
  }

  #parameter(): Parameter | undefined {
    const name = this.token();
    if (name === undefined) return undefined;
    this.#whitespace();
    if (!this.#take(EQUALS)) return [name, undefined];
    this.#whitespace();
    const value = this.#take(DQUOTE) ? this.#quotedString() : this.token();
    return value === undefined ? undefined : [name, value];
  }

  /**
   * What comes behind the opening quote.
   *
   * ```abnf
   * quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
   * quoted-pair   = "\" ( HTAB / SP / VCHAR / obs-text )
   * ```
   */
  #quotedString(): string | undefined {
    let text = '';
    for (;;) {
      const start = this.#index;
      this.#index = skipText(QDTEXT, this.#text, start);
      text += this.#text.slice(start, this.#index);
      if (this.#take(DQUOTE)) return text;
      if (!this.#take(BACKSLASH)) return undefined;
      if (FIELD_CONTENT[this.#text.charCodeAt(this.#index)] !== 1) return undefined;
      text += this.#text[this.#index++];
    }
  }

  #whitespace(): void {
    while (this.#at(SP) || this.#at(HTAB)) this.#index++;
  }

  #at(octet: number): boolean {
    return this.#text.charCodeAt(this.#index) === octet;
  }

  #take(octet: number): boolean {
    const isThere = this.#at(octet);
    if (isThere) this.#index++;
    return isThere;
  }
}
