/** What to write as one event. */
export interface ServerSentEvent {
  /** What the client gets: CR, LF and CRLF in it become LF. An event without data fires nothing. */
  readonly data?: string | undefined;
  /** The event type; `message` when absent. */
  readonly event?: string | undefined;
  /** What a client that comes back sends as `Last-Event-ID`; empty to have it send none. */
  readonly id?: string | undefined;
  /** In how many milliseconds the client comes back when the stream ends. */
  readonly retry?: number | undefined;
}

const LINE_END = /\r\n|\r|\n/;

/**
 * Encodes one event as lines of an event stream, with the empty line that dispatches it.
 *
 * @throws TypeError when `event` or `id` has a line break in it, or `id` a NUL: the format has no way
 *   to write them, and to write them all the same would let a value forge fields.
 * @throws RangeError when `retry` is not a count of milliseconds.
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream | HTML §9.2.5}
 */
export function encodeEvent({ data, event, id, retry }: ServerSentEvent): string {
  let lines = '';
  if (event !== undefined) lines += `event: ${singleLine('event', event)}\n`;
  if (id !== undefined) lines += `id: ${singleLine('id', id)}\n`;
  if (retry !== undefined) lines += `retry: ${wholeNumber(retry)}\n`;
  if (data !== undefined) for (const line of data.split(LINE_END)) lines += `data: ${line}\n`;
  return `${lines}\n`;
}

/**
 * Encodes a line that a client ignores, to keep a connection alive.
 *
 * @throws TypeError when `text` has a line break in it.
 */
export function encodeComment(text = ''): string {
  return `: ${singleLine('comment', text)}\n`;
}

function singleLine(field: string, value: string): string {
  const isOne = !LINE_END.test(value) && !(field === 'id' && value.includes('\0'));
  if (!isOne) throw new TypeError(`${field} must be one line: ${JSON.stringify(value)}`);
  return value;
}

function wholeNumber(retry: number): number {
  if (!Number.isSafeInteger(retry) || retry < 0) throw new RangeError(`invalid retry: ${retry}`);
  return retry;
}
