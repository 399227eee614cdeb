/**
 * What an event stream says, by the grammar and by the steps of the standard, one after the other and
 * character by character.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream | HTML §9.2.5 and §9.2.6}
 * @module
 */

import { choice, exactly, optional, type Rule, range, repeat, sequence } from './grammar.ts';

// HTML §9.2.5. The characters are scalar values there, and here the octets of their UTF-8.

const lf: Rule = range(0x0a, 0x0a);
const cr: Rule = range(0x0d, 0x0d);
const space: Rule = range(0x20, 0x20);
const colon: Rule = range(0x3a, 0x3a);
const bom: Rule = exactly('\xef\xbb\xbf');
const nameChar: Rule = choice(
  range(0x00, 0x09),
  range(0x0b, 0x0c),
  range(0x0e, 0x39),
  range(0x3b, 0xff),
);
const anyChar: Rule = choice(range(0x00, 0x09), range(0x0b, 0x0c), range(0x0e, 0xff));
const endOfLine: Rule = choice(sequence(cr, lf), cr, lf);
const field: Rule = sequence(
  repeat(nameChar, 1),
  optional(sequence(colon, optional(space), repeat(anyChar))),
  endOfLine,
);
const comment: Rule = sequence(colon, repeat(anyChar), endOfLine);
const event: Rule = sequence(repeat(choice(comment, field)), endOfLine);

/** A whole stream, as the octets of its UTF-8. */
export const eventStream: Rule = sequence(optional(bom), repeat(event));

/** What is to be told of a stream. */
export type Told =
  | readonly ['event', type: string, data: string, lastEventId: string]
  | readonly ['last event ID', string]
  | readonly ['reconnection time', number]
  | readonly ['fault'];

/** What a stream says up to the end of `text`, the fault of a too long event last. */
export function readEventStream(
  text: string,
  limit: number = Number.POSITIVE_INFINITY,
  lastEventId = '',
): Told[] {
  const stream = new Interpretation(lastEventId);
  let line = '';
  for (let i = text.startsWith('\ufeff') ? 1 : 0; i < text.length; i++) {
    const isLineFeed = text[i] === '\n';
    const isPair = isLineFeed && text[i - 1] === '\r';
    if (isPair) continue; // The line has ended with its CR.
    if (isLineFeed || text[i] === '\r') {
      stream.process(line);
      line = '';
      continue;
    }
    line += text[i];
    if (stream.data.length + line.length > limit) return [...stream.told, ['fault']];
  }
  return stream.told;
}

/** The buffers that are associated with a stream, and what is done with them. */
class Interpretation {
  readonly told: Told[] = [];
  data = '';
  #eventType = '';
  #lastEventIdBuffer: string;
  #lastEventId: string;

  constructor(lastEventId: string) {
    this.#lastEventIdBuffer = lastEventId;
    this.#lastEventId = lastEventId;
  }

  /** "Lines must be processed, in the order they are received, as follows". */
  process(line: string): void {
    const characters = Array.from(line);
    if (characters.length === 0) {
      this.#dispatch();
    } else if (characters[0] === ':') {
      // "Ignore the line."
    } else if (characters.includes(':')) {
      const field = characters.slice(0, characters.indexOf(':'));
      const value = characters.slice(field.length + 1);
      if (value[0] === ' ') value.shift();
      this.#processField(field.join(''), value.join(''));
    } else {
      this.#processField(line, '');
    }
  }

  #processField(name: string, value: string): void {
    switch (name) {
      case 'event':
        this.#eventType = value;
        break;
      case 'data':
        this.data += value;
        this.data += '\n';
        break;
      case 'id':
        if (!Array.from(value).includes('\0')) this.#lastEventIdBuffer = value;
        break;
      case 'retry': {
        const digits = Array.from(value, (character) => '0123456789'.indexOf(character));
        if (digits.length === 0 || digits.includes(-1)) break;
        const time = digits.reduce((number, digit) => number * 10n + BigInt(digit), 0n);
        this.told.push(['reconnection time', Number(time)]);
      }
    }
  }

  /** The steps "for web browsers", by their numbers. */
  #dispatch(): void {
    // 1
    if (this.#lastEventId !== this.#lastEventIdBuffer) {
      this.#lastEventId = this.#lastEventIdBuffer;
      this.told.push(['last event ID', this.#lastEventId]);
    }
    // 2
    if (this.data === '') {
      this.#eventType = '';
      return;
    }
    // 3
    const data = this.data.endsWith('\n') ? this.data.slice(0, -1) : this.data;
    // 4 to 6
    const type = this.#eventType === '' ? 'message' : this.#eventType;
    this.told.push(['event', type, data, this.#lastEventId]);
    // 7
    this.data = '';
    this.#eventType = '';
  }
}
