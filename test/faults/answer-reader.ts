/** Told what an answer of HTTP/1.1 is made of. */
export interface AnswerListener {
  head(status: number): void;
  content(octets: Buffer): void;
  /** The content is whole. */
  whole(isLast: boolean): void;
}

/**
 * A response as it comes from the wire, read as plainly as the RFC allows: what the readers of the
 * fault runs see shares no code with the server.
 *
 * @see RFC 9112 §6.3, §7.1
 */
export class AnswerReader {
  readonly #listener: AnswerListener;
  #state: 'head' | 'counted' | 'size' | 'chunk' | 'trailers' | 'to the end' | 'over' = 'head';
  #waiting: Buffer = Buffer.alloc(0);
  #remaining = 0;
  #isLast = false;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  take(octets: Buffer): void {
    let rest = octets;
    while (rest.length > 0 && this.#state !== 'over') {
      if (this.#state === 'to the end') {
        this.#listener.content(rest);
        return;
      }
      const isCounted = this.#state === 'counted' || this.#state === 'chunk';
      rest = isCounted ? this.#takeCounted(rest) : this.#takeLines(rest);
    }
  }

  /** The connection has ended. */
  ended(): void {
    if (this.#state === 'to the end') this.#over();
  }

  #takeCounted(octets: Buffer): Buffer {
    const piece = octets.subarray(0, this.#remaining);
    this.#remaining -= piece.length;
    this.#listener.content(piece);
    if (this.#remaining === 0) {
      if (this.#state === 'counted') this.#over();
      else this.#state = 'size';
    }
    return octets.subarray(piece.length);
  }

  #takeLines(octets: Buffer): Buffer {
    const all = Buffer.concat([this.#waiting, octets]);
    // The line end behind a chunk belongs to the line with the next size.
    const isAfterChunk = this.#state === 'size' && all[0] === 0x0d;
    const start = isAfterChunk ? 2 : 0;
    const ending = this.#state === 'head' ? '\r\n\r\n' : '\r\n';
    const end = all.indexOf(ending, start);
    if (end === -1) {
      this.#waiting = all;
      return octets.subarray(octets.length);
    }
    this.#waiting = Buffer.alloc(0);
    this.#takeText(all.toString('latin1', start, end));
    return all.subarray(end + ending.length);
  }

  #takeText(text: string): void {
    if (this.#state === 'head') this.#takeHead(text);
    else if (this.#state === 'size') {
      this.#remaining = Number.parseInt(text, 16);
      this.#state = this.#remaining === 0 ? 'trailers' : 'chunk';
    } else if (text === '') this.#over();
  }

  #takeHead(head: string): void {
    const status = Number(head.slice(9, 12));
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    this.#isLast = /^connection: *close/im.test(head) || head.startsWith('HTTP/1.0');
    if (status === 101) this.#state = 'to the end';
    else if (/^transfer-encoding: *chunked/im.test(head)) this.#state = 'size';
    else if (length === undefined) this.#state = 'to the end';
    else this.#state = 'counted';
    this.#remaining = Number(length ?? 0);
    this.#listener.head(status);
    if (this.#state === 'counted' && this.#remaining === 0) this.#over();
  }

  #over(): void {
    this.#listener.whole(this.#isLast || this.#state === 'to the end');
    this.#state = 'over';
  }
}
