import { connect, type Socket } from 'node:net';
import { ResponseDissector } from '../../examples/transports/response-dissector.ts';

/** How a transport is asked for. */
export interface Way {
  readonly name: string;
  /** The parameters of the query. */
  readonly query: string;
  /** Milliseconds between an answer and the next request; nothing when an answer never ends. */
  readonly pause?: number;
  /** Fields besides those that every request of a browser has. */
  readonly fields?: readonly string[];
}

/** What a message is, in any format. */
const MESSAGE = /\{"number":\d+,"at":([\d.]+)\}/g;

/** The first octet of a Ping: nothing else that frames anything begins with it. @see RFC 6455 §5.5.2 */
const PING = 0x89;

/** What answers it, masked. @see RFC 6455 §5.5.3 */
const PONG = Uint8Array.of(0x8a, 0x80, 1, 2, 3, 4);

/** What Chromium sends with a request of a page to its own origin. */
const BROWSER = [
  'Connection: keep-alive',
  'sec-ch-ua-platform: "Linux"',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'sec-ch-ua: "Chromium";v="142", "Not.A/Brand";v="24"',
  'sec-ch-ua-mobile: ?0',
  'Accept: */*',
  'Sec-Fetch-Site: same-origin',
  'Sec-Fetch-Mode: cors',
  'Sec-Fetch-Dest: empty',
  'Referer: http://localhost:8080/',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-GB,en;q=0.9',
];

/**
 * Reads a live route over one connection, with the request heads of a browser, and counts every octet
 * that goes over it.
 */
export class RawReader {
  readonly name: string;
  requests = 0;
  /** Answers that ended without a message. */
  inVain = 0;
  octets = 0;
  /** Milliseconds from publishing to arrival, a number a message. */
  readonly delays: number[] = [];
  readonly #socket: Socket;
  readonly #way: Way;
  readonly #path: string;
  readonly #dissector = new ResponseDissector({
    octets: (kind, octets) => {
      if (kind === 'content') this.#take(Buffer.from(octets).toString('latin1'));
      else if (kind === 'framing' && octets[0] === PING) this.#send(PONG);
    },
    unit: () => {},
    end: () => this.#ended(),
  });
  #cursor: string;
  #content = '';
  #received = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(way: Way, port: number, path: string, cursor: string) {
    this.name = way.name;
    this.#way = way;
    this.#path = path;
    this.#cursor = cursor;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (octets) => {
      this.octets += octets.length;
      this.#dissector.push(octets);
    });
    this.#ask();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket.destroy();
  }

  #ask(): void {
    const { query, fields = [] } = this.#way;
    const { remotePort = 8080 } = this.#socket;
    const head = [
      `GET ${this.#path}?${query}&cursor=${this.#cursor} HTTP/1.1`,
      `Host: localhost:${remotePort}`,
      ...BROWSER.filter((line) => !fields.some((other) => nameOf(other) === nameOf(line))),
      ...fields,
    ];
    this.requests++;
    this.#send(Buffer.from(`${head.join('\r\n')}\r\n\r\n`));
  }

  #send(octets: Uint8Array): void {
    this.octets += octets.length;
    this.#socket.write(octets);
  }

  #take(content: string): void {
    this.#content += content;
    const now = performance.now();
    let end = 0;
    for (const { 0: message, 1: at, index } of this.#content.matchAll(MESSAGE)) {
      this.#received++;
      this.delays.push(now - Number(at));
      end = index + message.length;
    }
    if (this.#way.pause === undefined) this.#content = this.#content.slice(end);
    else this.#cursor = lastCursor(this.#content) ?? this.#cursor;
  }

  #ended(): void {
    if (this.#received === 0) this.inVain++;
    this.#received = 0;
    this.#content = '';
    this.#timer = setTimeout(() => this.#ask(), this.#way.pause);
  }
}

/** The cursor of a whole answer stands behind its entries. */
function lastCursor(content: string): string | undefined {
  return [...content.matchAll(/\{"cursor":"([^"]+)"\}/g)].at(-1)?.[1];
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}
