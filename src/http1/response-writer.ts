import type { Output } from '../bytes/output.ts';
import type { HttpError } from '../errors.ts';
import { writeChunk, writeLastChunk } from './chunked-encoder.ts';
import { encodeStatusLine } from './encode-head.ts';
import type { FieldLine } from './field-line.ts';
import type { MessageBodyLength } from './message-body-length.ts';
import { OutgoingFieldSection, type OutgoingFields } from './outgoing-fields.ts';
import {
  type AnsweredRequest,
  connectionLine,
  frameResponse,
  framingLine,
  isWithoutContent,
} from './response-framing.ts';
import { requireTrailers } from './trailers.ts';
import { contentLength, writeContent, writeHead, writeMessage } from './write-content.ts';

/**
 * Writes the responses of a server, one to each request: status line, Date, fields, framing,
 * content. Everything an application may get wrong throws before an octet is written.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-6 | RFC 9110 §6}
 */
export class ResponseWriter {
  /** Where the response to the last request stands. */
  state: 'waiting' | 'streaming' | 'complete' = 'complete';
  /** Whether the connection goes on after the response, as its head said. */
  persists = true;
  readonly #output: Output;
  readonly #date: () => string;
  // Not the request itself, whose head would be kept for as long as its response is held.
  #method = '';
  #minorVersion: 0 | 1 = 1;
  #framing: Framing = 'none';

  constructor(output: Output, date: () => string) {
    this.#output = output;
    this.#date = date;
  }

  /** Begins with the response to another request. */
  begin(request: AnsweredRequest): void {
    this.#method = request.method;
    this.#minorVersion = request.minorVersion;
    this.state = 'waiting';
  }

  /** Writes a whole response. */
  whole(
    status: number,
    fields: OutgoingFields,
    content: string | Uint8Array | undefined,
    persists: boolean,
  ): void {
    const length = this.#lengthOf(content);
    const head = this.#head(status, fields, length, persists);
    if (this.#framing === 'none' || content === undefined) writeHead(this.#output, head);
    else writeMessage(this.#output, head, content, length!);
    this.state = 'complete';
  }

  /** Writes the head of a response whose content follows. */
  head(status: number, fields: OutgoingFields, persists: boolean): void {
    writeHead(this.#output, this.#head(status, fields, undefined, persists));
    this.state = 'streaming';
  }

  /** Writes the response that says what is wrong with the request, behind which nothing comes. */
  refuse(error: HttpError, fields: Readonly<Record<string, string>>): void {
    const explained = { 'Content-Type': 'text/plain; charset=utf-8', ...fields };
    this.whole(error.status, explained, `${error.message}\n`, false);
  }

  /** Writes some of the content. @throws TypeError when it is more than was announced. */
  content(content: string | Uint8Array): void {
    switch (this.#framing) {
      case 'none':
        break;
      case 'chunked':
        writeChunk(this.#output, content);
        break;
      case 'close':
        writeContent(this.#output, content);
        break;
      default:
        this.#framing = remainder(this.#framing, content);
        writeContent(this.#output, content);
    }
  }

  /** Whether content is written in chunks, and is not complete. */
  get writesChunks(): boolean {
    return this.state === 'streaming' && this.#framing === 'chunked';
  }

  /**
   * Ends the content. Trailers have a place only behind chunks, and are left out elsewhere.
   *
   * @returns false when less was written than announced: the response can't be completed.
   */
  finish(trailers: readonly FieldLine[]): boolean {
    requireTrailers(trailers);
    if (this.#framing === 'chunked') writeLastChunk(this.#output, trailers);
    else if (typeof this.#framing === 'number' && this.#framing > 0) return false;
    this.state = 'complete';
    return true;
  }

  /** Writes an interim response, which has no content and says nothing about the connection. */
  interim(status: number, fields: OutgoingFields): void {
    const { lines } = new OutgoingFieldSection(fields);
    writeHead(this.#output, `${encodeStatusLine(status)}${lines}\r\n`);
  }

  /**
   * Writes 101, and before it the 100 that the client waits for.
   *
   * @throws TypeError when a field can't be sent, or Upgrade is not among them.
   * @see RFC 9110 §7.8
   */
  switchProtocols(fields: OutgoingFields, expecting: boolean): void {
    const { lines, upgrade, connection } = new OutgoingFieldSection(fields);
    if (!upgrade) throw new TypeError('101 needs an Upgrade field');
    const head = `${encodeStatusLine(101)}${lines}${connectionLine(true, 1, connection)}\r\n`;
    writeHead(this.#output, expecting ? `${encodeStatusLine(100)}\r\n${head}` : head);
    this.state = 'complete';
  }

  /**
   * Gives the response up. A client sees that a length or a last chunk is missing; where only the
   * end of the connection says that the content is complete, it must not look like an end.
   *
   * @returns whether ending the connection tells the client so; otherwise it has to be reset.
   * @see RFC 9112 §8
   */
  abort(): boolean {
    const isDelimited = this.state !== 'streaming' || this.#framing !== 'close';
    this.state = 'complete';
    return isDelimited;
  }

  #head(status: number, fields: OutgoingFields, length: number | undefined, wish: boolean): string {
    const method = this.#method;
    const minorVersion = this.#minorVersion;
    const date = this.#date();
    const isLast =
      fields === last.fields &&
      length === last.length &&
      status === last.status &&
      wish === last.wish &&
      date === last.date &&
      method === last.method &&
      minorVersion === last.minorVersion;
    if (!isLast) last = this.#makeHead(status, fields, length, wish, date);
    this.#framing = last.framing;
    this.persists = last.persists;
    return last.head;
  }

  #makeHead(
    status: number,
    fields: OutgoingFields,
    length: number | undefined,
    wish: boolean,
    date: string,
  ): MadeHead {
    const method = this.#method;
    const minorVersion = this.#minorVersion;
    const section = new OutgoingFieldSection(fields);
    const framing = frameResponse(status, { method, minorVersion }, length, section.contentLength);
    const framed = isWithoutContent(status, method) ? 'none' : framing;
    const persists = wish && !section.close && framed !== 'close';
    const head = `${startOfHead(status, section.date ?? date)}${section.lines}${framingLine(framing)}${connectionLine(persists, minorVersion, section.connection)}\r\n`;
    return {
      fields: isConstant(fields) ? fields : NOT_KNOWN,
      status,
      length,
      wish,
      date,
      method,
      minorVersion,
      framing: framed,
      persists,
      head,
    };
  }

  /** Content that is left out may still have a length; what a HEAD would have had is not known. */
  #lengthOf(content: string | Uint8Array | undefined): number | undefined {
    if (content !== undefined) return contentLength(content);
    return this.#method === 'HEAD' ? undefined : 0;
  }
}

/** Whether fields can be known again: they can't have changed in the meantime. */
function isConstant(fields: OutgoingFields): boolean {
  if (!Object.isFrozen(fields) || Symbol.iterator in fields) return false;
  const descriptors = Object.values(Object.getOwnPropertyDescriptors(fields));
  return descriptors.every(({ value }) => typeof value === 'string');
}

/** In the place of fields that can't be known again: equal to nothing that is given. */
const NOT_KNOWN: OutgoingFields = Object.freeze({});

/** How the content that is being written is delimited; `none` when it is left out. */
type Framing = MessageBodyLength | 'none';

/** A head, what it was made from, and what it says. */
interface MadeHead extends AnsweredRequest {
  readonly fields: OutgoingFields;
  readonly status: number;
  readonly length: number | undefined;
  readonly wish: boolean;
  readonly date: string;
  readonly framing: Framing;
  readonly persists: boolean;
  readonly head: string;
}

/**
 * The head that was made last. Short answers mostly differ in their content alone, and their heads
 * would be all that is made for them.
 */
let last: MadeHead = {
  fields: NOT_KNOWN,
  status: 0,
  length: 0,
  wish: false,
  date: '',
  method: '',
  minorVersion: 1,
  framing: 'none',
  persists: false,
  head: '',
};

/** The status line and Date for each status code, as last sent: Date changes once a second. */
const startsOfHeads = new Map<number, { date: string; lines: string }>();

/** @throws RangeError when `status` is not that of a final response. @see RFC 9110 §15 */
function startOfHead(status: number, date: string): string {
  const last = startsOfHeads.get(status);
  if (last?.date === date) return last.lines;
  if (status < 200) throw new RangeError(`not the status code of a final response: ${status}`);
  const lines = [encodeStatusLine(status), 'Date: ', date, '\r\n'].join('');
  startsOfHeads.set(status, { date, lines });
  return lines;
}

/** How much of the announced length is left. @see RFC 9110 §8.6 */
function remainder(announced: number, content: string | Uint8Array): number {
  const remaining = announced - contentLength(content);
  if (remaining < 0) throw new TypeError(`content exceeds its Content-Length by ${-remaining}`);
  return remaining;
}
