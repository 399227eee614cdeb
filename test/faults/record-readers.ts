/**
 * The six wire formats as their documentation describes them, read as they come and sharing no code
 * with the server.
 *
 * @module
 */

import { StringDecoder } from 'node:string_decoder';
import type { LiveTransport } from '../../src/hub/live-transport.ts';
import type { LiveRecord } from '../support/live-peer.ts';

/** A record, and the cursor that the format itself says stands there. */
export interface Told {
  readonly record: LiveRecord;
  readonly cursor?: string | undefined;
}

/** Takes the content of an answer, and gives the records that are whole. */
export interface RecordReader {
  take(octets: Buffer): Told[];
  /** The content is whole. */
  whole(): Told[];
}

/** What reads the records of a transport. */
export function recordReaderOf(transport: LiveTransport): RecordReader {
  switch (transport) {
    case 'websocket':
      return new MessageReader();
    case 'event-stream':
      return new PieceReader('\n\n', eventOf);
    case 'stream':
      return new PieceReader('\n', (line) => [{ record: JSON.parse(line) as LiveRecord }]);
    case 'forever-frame':
      return new PieceReader('</script>\n', (script) => recordsOf(SCRIPT, script));
    case 'long-poll':
      return new WholeReader(/^(\[.*\])$/s);
    case 'jsonp':
      return new WholeReader(/^\/\*\*\/called\((\[.*\])\);$/s);
  }
}

const SCRIPT = /<script nonce="[^"]+">push\((\[.*\])\)$/s;

/** Records that end where a text stands. */
class PieceReader implements RecordReader {
  readonly #ending: string;
  readonly #read: (piece: string) => Told[];
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(ending: string, read: (piece: string) => Told[]) {
    this.#ending = ending;
    this.#read = read;
  }

  take(octets: Buffer): Told[] {
    const pieces = (this.#rest + this.#decoder.write(octets)).split(this.#ending);
    this.#rest = pieces.pop()!;
    return pieces.flatMap(this.#read);
  }

  whole(): Told[] {
    return [];
  }
}

/** Records that count once all of them have come. */
class WholeReader implements RecordReader {
  readonly #form: RegExp;
  readonly #pieces: Buffer[] = [];

  constructor(form: RegExp) {
    this.#form = form;
  }

  take(octets: Buffer): Told[] {
    this.#pieces.push(octets);
    return [];
  }

  whole(): Told[] {
    const told = recordsOf(this.#form, Buffer.concat(this.#pieces).toString());
    if (told.length === 0) throw new Error('a poll without records');
    return told;
  }
}

/** Text messages of a WebSocket server, and Pings, which are told as records without content. */
class MessageReader implements RecordReader {
  /** Pings that were not answered yet. */
  pings: Buffer[] = [];
  #rest: Buffer = Buffer.alloc(0);

  take(octets: Buffer): Told[] {
    const told: Told[] = [];
    let rest = this.#rest.length === 0 ? octets : Buffer.concat([this.#rest, octets]);
    for (let size = frameSize(rest); size <= rest.length; size = frameSize(rest)) {
      const payload = rest.subarray(headerSize(rest), size);
      if (rest[0] === 0x81) told.push({ record: JSON.parse(payload.toString()) as LiveRecord });
      else if (rest[0] === 0x89) this.pings.push(payload);
      else if (rest[0] !== 0x88) throw new Error(`a frame that begins with ${rest[0]}`);
      rest = rest.subarray(size);
    }
    this.#rest = rest;
    return told;
  }

  whole(): Told[] {
    return [];
  }
}

/** The octets of the first frame; more than can be while its header is not there. @see RFC 6455 §5.2 */
function frameSize(octets: Buffer): number {
  if (octets.length < 2 || octets.length < headerSize(octets)) return Number.POSITIVE_INFINITY;
  const short = octets[1]!;
  if (short < 126) return 2 + short;
  return short === 126 ? 4 + octets.readUInt16BE(2) : 10 + octets.readUIntBE(4, 6);
}

function headerSize(octets: Buffer): number {
  const short = octets[1]!;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

/** A Pong of a client, or nothing. */
export function pongsFor(reader: RecordReader): Buffer {
  if (!(reader instanceof MessageReader)) return Buffer.alloc(0);
  const pongs = reader.pings.map((payload) =>
    Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload]),
  );
  reader.pings = [];
  return Buffer.concat(pongs);
}

function recordsOf(form: RegExp, text: string): Told[] {
  const json = form.exec(text)?.[1];
  if (json === undefined) return [];
  return (JSON.parse(json) as LiveRecord[]).map((record) => ({ record }));
}

/** An event, whose id is where its reader stands. */
function eventOf(text: string): Told[] {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  const data = fields.get('data');
  if (data === undefined) return [];
  return [{ record: JSON.parse(data) as LiveRecord, cursor: fields.get('id') }];
}
