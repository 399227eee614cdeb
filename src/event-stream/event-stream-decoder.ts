import { EventStreamError } from '../errors.ts';

/** Who hears what an event stream says. */
export interface EventStreamListener {
  /** An event: of the type `message`, unless the stream gave it another. */
  event(type: string, data: string, lastEventId: string): void;
  /** The last event ID is another now; told before the event that has it, and without one too. */
  lastEventId?(lastEventId: string): void;
  /** The stream says in how many milliseconds to come back. */
  reconnectionTime?(milliseconds: number): void;
}

/** What an {@link eventStreamDecoder} need not be told. */
export interface EventStreamDecoderOptions {
  /** How many characters one event may have, its longest line added to its data; 16 Mi by default. */
  readonly limit?: number | undefined;
  /** The last event ID of a stream that this one goes on from. */
  readonly lastEventId?: string | undefined;
}

/** As long as the longest message of a WebSocket. */
const DEFAULT_LIMIT = 2 ** 24;

/**
 * Makes a decoder of one event stream: a function that takes the stream's text piece by piece, and
 * tells the listener what is complete by it. What is not complete when the stream ends is dropped
 * with the decoder.
 *
 * The text is what a `TextDecoder` with `ignoreBOM: true` makes of the octets: the mark before a
 * stream is taken off here. The browser's client has this function in it, which is why it is small,
 * and no class with private members.
 *
 * ```abnf
 * stream      = [ bom ] *event
 * event       = *( comment / field ) end-of-line
 * comment     = colon *any-char end-of-line
 * field       = 1*name-char [ colon [ space ] *any-char ] end-of-line
 * end-of-line = ( cr lf / cr / lf )
 * ```
 *
 * @returns What takes the text. It throws an {@link EventStreamError}, EVENT_STREAM_LIMIT, at the
 *   first character that makes an event too long, and is not to be called again then.
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation | HTML §9.2.6}
 */
export function eventStreamDecoder(
  listener: EventStreamListener,
  { limit = DEFAULT_LIMIT, lastEventId = '' }: EventStreamDecoderOptions = {},
): (text: string) => void {
  let isFirst = true;
  /** Whether the last character was a CR: its line has ended, and a LF that follows belongs to it. */
  let isBehindCr = false;
  let line = '';
  let data = '';
  let type = '';
  let id = lastEventId;

  const takeField = (name: string, value: string): void => {
    if (name === 'data') data += `${value}\n`;
    else if (name === 'event') type = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) listener.reconnectionTime?.(Number(value));
  };

  const takeLine = (): void => {
    const colon = line.indexOf(':');
    if (line === '') dispatch();
    else if (colon < 0) takeField(line, '');
    else takeField(line.slice(0, colon), line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1)));
    line = '';
  };

  const dispatch = (): void => {
    const event = data;
    const eventType = type;
    data = type = '';
    if (id !== lastEventId) {
      lastEventId = id;
      listener.lastEventId?.(id);
    }
    if (event !== '') listener.event(eventType || 'message', event.slice(0, -1), id);
  };

  const grow = (piece: string): void => {
    line += piece;
    if (data.length + line.length > limit) throw new EventStreamError('EVENT_STREAM_LIMIT');
  };

  return (text) => {
    if (text === '') return;
    let start = (isFirst && text[0] === '\ufeff') || (isBehindCr && text[0] === '\n') ? 1 : 0;
    isFirst = isBehindCr = false;
    const next = (end: string): number => (text.indexOf(end, start) + 1 || 1 / 0) - 1;
    let cr = next('\r');
    let lf = next('\n');
    for (let end = Math.min(cr, lf); end < text.length; end = Math.min(cr, lf)) {
      grow(text.slice(start, end));
      takeLine();
      start = end + 1;
      if (end === cr) {
        isBehindCr = start === text.length;
        if (text[start] === '\n') start++;
        cr = next('\r');
      }
      if (lf < start) lf = next('\n');
    }
    grow(text.slice(start));
  };
}
