import { createHash } from 'node:crypto';
import { FrameDissector } from './frame-dissector.ts';
import type { AcceptRecord, End, WireRecord } from './records.ts';

/** What a WebSocket server appends to every key. @see RFC 6455 §1.3 */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A head longer than this is not recorded; encke refuses it anyway. */
const MAX_HEAD = 16_384;

/** Where records go: asked once, with the request's target; none when nobody watches. */
export type FindWatcher = (target: string) => ((record: WireRecord) => void) | undefined;

/**
 * Makes records of the octets of one connection: the opening handshake, how the accept value comes
 * from the key, and then each frame of both directions.
 *
 * The first request decides. If nobody watches its target, nothing is kept of the connection.
 */
export class Recorder {
  readonly #findWatcher: FindWatcher;
  readonly #began: number = performance.now();
  readonly #streams = { client: this.#stream('client'), server: this.#stream('server') };
  #tell: ((record: WireRecord) => void) | undefined;
  #phase: 'handshake' | 'frames' | 'ignored' = 'handshake';

  constructor(findWatcher: FindWatcher) {
    this.#findWatcher = findWatcher;
  }

  /** Takes octets that went over the connection, wherever they were cut. */
  record(from: End, octets: Uint8Array): void {
    if (this.#phase === 'ignored') return;
    const stream = this.#streams[from];
    if (stream.head !== undefined) {
      stream.frames.push(octets);
      return;
    }
    stream.begun = Buffer.concat([stream.begun, octets]);
    const end = stream.begun.indexOf('\r\n\r\n');
    if (end === -1) {
      if (stream.begun.length > MAX_HEAD) this.#ignore();
      return;
    }
    const head = stream.begun.subarray(0, end + 4);
    const rest = stream.begun.subarray(end + 4);
    stream.head = head.toString('latin1');
    stream.begun = NOTHING;
    this.#headComplete(from, head);
    this.record(from, rest);
  }

  /** Takes note that one end has ended its side of the connection. */
  end(from: End): void {
    if (this.#phase !== 'ignored') this.#tell?.({ kind: 'end', from, at: this.#now() });
  }

  #headComplete(from: End, head: Buffer): void {
    if (from === 'client') {
      this.#tell = this.#findWatcher(head.toString('latin1').split(' ', 2)[1] ?? '');
    }
    if (this.#tell === undefined) {
      this.#ignore();
      return;
    }
    this.#tell({ kind: 'head', from, at: this.#now(), octets: head.toString('hex') });
    if (from === 'server') this.#answered();
  }

  /** After `101` come frames; after anything else nothing that is worth showing. */
  #answered(): void {
    const { client, server } = this.#streams;
    const key = fieldValue(client.head ?? '', 'sec-websocket-key');
    const accept = fieldValue(server.head ?? '', 'sec-websocket-accept');
    if (key === undefined || accept === undefined) {
      this.#ignore();
      return;
    }
    this.#phase = 'frames';
    this.#tell?.(acceptSteps(key));
  }

  #ignore(): void {
    this.#phase = 'ignored';
    for (const stream of Object.values(this.#streams)) stream.begun = NOTHING;
  }

  #now(): number {
    return Math.round(performance.now() - this.#began);
  }

  #stream(from: End) {
    return {
      /** What has come of the head. */
      begun: NOTHING,
      head: undefined as string | undefined,
      frames: new FrameDissector((frame) =>
        this.#tell?.({ kind: 'frame', from, at: this.#now(), ...frame }),
      ),
    };
  }
}

/** Computes the accept value, and keeps every step. @see RFC 6455 §4.2.2 */
export function acceptSteps(key: string): AcceptRecord {
  const digest = createHash('sha1')
    .update(key + GUID)
    .digest();
  return {
    kind: 'accept',
    key,
    nonce: Buffer.from(key, 'base64').toString('hex'),
    guid: GUID,
    digest: digest.toString('hex'),
    accept: digest.toString('base64'),
  };
}

/** The value of a field of a head that encke has already found to be well formed. */
function fieldValue(head: string, name: string): string | undefined {
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (line.slice(0, colon).toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return undefined;
}

const NOTHING: Buffer = Buffer.alloc(0);
