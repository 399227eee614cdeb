import type { OctetKind } from './records.ts';

/** Told of the octets of a response, kind by kind, and of its units: a head, a chunk, a frame. */
export interface ResponseListener {
  octets(kind: OctetKind, octets: Uint8Array): void;
  /** A head, a chunk, a frame or a whole content of known length is complete. */
  unit(kind: 'head' | 'data'): void;
  /** The response is complete; the next octets are another's. */
  end(): void;
}

type State =
  | 'head'
  | 'content'
  | 'chunk-size'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailers'
  | 'frame-header'
  | 'frame-payload';

const LF = 0x0a;

/**
 * Takes the server's side of a connection apart, to count and show what it consists of.
 *
 * It judges nothing, since encke has just written it: responses with a Content-Length, chunked, or
 * without content, and the frames that follow a `101`.
 */
export class ResponseDissector {
  readonly #listener: ResponseListener;
  #state: State = 'head';
  /** What has come of a head, a line or a frame header that is not yet whole. */
  #begun: number[] = [];
  /** How many octets of content are still to come. */
  #remaining = 0;

  constructor(listener: ResponseListener) {
    this.#listener = listener;
  }

  /** Takes the next octets, wherever they were cut. */
  push(octets: Uint8Array): void {
    for (let i = 0; i < octets.length; ) {
      if (this.#isContent) i += this.#takeContent(octets.subarray(i));
      else this.#takeOctet(octets[i++]!);
    }
  }

  get #isContent(): boolean {
    const state = this.#state;
    return state === 'content' || state === 'chunk-data' || state === 'frame-payload';
  }

  #takeContent(octets: Uint8Array): number {
    const taken = octets.subarray(0, this.#remaining);
    this.#remaining -= taken.length;
    this.#listener.octets('content', taken);
    if (this.#remaining === 0) this.#contentComplete();
    return taken.length;
  }

  #contentComplete(): void {
    if (this.#state === 'chunk-data') {
      this.#state = 'chunk-end';
      return;
    }
    this.#listener.unit('data');
    if (this.#state === 'frame-payload') this.#state = 'frame-header';
    else this.#complete();
  }

  #takeOctet(octet: number): void {
    this.#begun.push(octet);
    switch (this.#state) {
      case 'head':
        if (octet === LF && this.#endsWithEmptyLine()) this.#headComplete();
        break;
      case 'chunk-size':
        if (octet === LF) this.#chunkSizeComplete();
        break;
      case 'chunk-end':
        if (octet !== LF) break;
        this.#tell('framing');
        this.#listener.unit('data');
        this.#state = 'chunk-size';
        break;
      case 'trailers':
        if (octet === LF && this.#begun.length <= 2) {
          this.#tell('framing');
          this.#complete();
        }
        break;
      default:
        this.#takeFrameHeader();
    }
  }

  #headComplete(): void {
    const head = this.#tell('head');
    this.#listener.unit('head');
    const status = Number(head.slice(9, 12));
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (status === 101) this.#state = 'frame-header';
    else if (status < 200) this.#state = 'head';
    else if (/^transfer-encoding: *chunked/im.test(head)) this.#state = 'chunk-size';
    else if (length === undefined || length === '0') this.#complete();
    else this.#expect('content', Number(length));
  }

  #chunkSizeComplete(): void {
    const size = Number.parseInt(this.#tell('framing'), 16);
    if (size === 0) this.#state = 'trailers';
    else this.#expect('chunk-data', size);
  }

  /** @see RFC 6455 §5.2 */
  #takeFrameHeader(): void {
    const short = (this.#begun[1] ?? 0) & 0x7f;
    const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
    if (this.#begun.length < 2 + extended) return;
    const digits = this.#begun.slice(2);
    const length = extended === 0 ? short : digits.reduce((sum, octet) => sum * 256 + octet, 0);
    this.#tell('framing');
    if (length > 0) this.#expect('frame-payload', length);
    else this.#listener.unit('data');
  }

  #expect(state: State, octets: number): void {
    this.#state = state;
    this.#remaining = octets;
  }

  #complete(): void {
    this.#state = 'head';
    this.#listener.end();
  }

  #endsWithEmptyLine(): boolean {
    return Buffer.from(this.#begun.slice(-4)).toString('latin1') === '\r\n\r\n';
  }

  /** Tells what has come, and returns it as text. */
  #tell(kind: OctetKind): string {
    const octets = Buffer.from(this.#begun);
    this.#begun = [];
    this.#listener.octets(kind, octets);
    return octets.toString('latin1');
  }
}
