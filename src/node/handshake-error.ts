import { KeptOctets } from '../bytes/kept-octets.ts';
import { WebSocketError } from '../errors.ts';
import type { Fields } from '../http1/fields.ts';
import { reasonPhrase } from '../http1/reason-phrase.ts';
import type { ResponseHead } from '../http1/response-head.ts';

/** How much of the content of a refusal is kept. */
const MAX_CONTENT = 4_096;

/** How many characters of it the message of the error has. */
const MAX_EXCERPT = 300;

/** What would make more of a message than one line of text, or write over what stands before it. */
const NOT_IN_LINE = /[\p{C}\p{Z}]+/gu;

/**
 * The server has answered an opening handshake with something else than 101: what it answered, as far as
 * it helps to find out why.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 */
export class HandshakeError extends WebSocketError {
  readonly status: number;
  readonly headers: Fields;
  /**
   * The beginning of the content, as UTF-8: at most 4 KiB, and what has come a quarter of a second behind
   * the head. Empty where it is compressed, which it was not asked to be.
   */
  readonly body: string;

  /**
   * @internal
   * @param why - Why it is one, where the status does not say.
   */
  constructor({ status, fields }: ResponseHead, body: string, why?: string) {
    const name = `${status} ${reasonPhrase(status)}`.trimEnd();
    const reason = why === undefined ? '' : ` (${inLine(why)})`;
    const words = inLine(body);
    super('WS_HANDSHAKE', `${name}${reason}${words === '' ? '' : `: ${JSON.stringify(words)}`}`);
    this.status = status;
    this.headers = fields;
    this.body = body;
  }
}

/** The answer of a server that refuses, which is taken in up to where it is of use. */
export class HandshakeRefusal {
  readonly #head: ResponseHead;
  readonly #why: string | undefined;
  readonly #content = new KeptOctets();

  /** @param why - Why it is one, where the status does not say. */
  constructor(head: ResponseHead, why?: string) {
    this.#head = head;
    this.#why = why;
  }

  /** Takes content in. @returns whether no more is wanted. */
  add(octets: Uint8Array): boolean {
    const room = MAX_CONTENT - this.#content.length;
    this.#content.add(octets, Math.min(room, octets.length));
    return octets.length >= room;
  }

  /** What is to be told of it. */
  error(): HandshakeError {
    const coding = this.#head.fields.get('content-encoding') ?? 'identity';
    const octets = coding.toLowerCase() === 'identity' ? this.#content.take() : undefined;
    // As of a stream: the character that the limit has cut through is left out.
    const body = new TextDecoder().decode(octets, { stream: true });
    return new HandshakeError(this.#head, body, this.#why);
  }
}

/** The beginning of a text, in one line. */
function inLine(text: string): string {
  const characters = [...text.replace(NOT_IN_LINE, ' ').trim()];
  if (characters.length <= MAX_EXCERPT) return characters.join('');
  return `${characters.slice(0, MAX_EXCERPT).join('')}…`;
}
