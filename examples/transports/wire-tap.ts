import type { FaultySocket, Passage, Watch } from './faulty-socket.ts';
import type { Lane } from './lane.ts';
import { MESSAGE_MARK, type OctetKind, type Piece } from './records.ts';
import { ResponseDissector } from './response-dissector.ts';

/** A head longer than this is not looked at; encke refuses it anyway. */
const MAX_HEAD = 16_384;

/** How many octets of a head, a chunk, a frame or a content are kept to be shown. */
const SHOWN = 2_048;

/** Finds the lane that the target of a request names. */
export type FindLane = (target: string) => Lane | undefined;

/** A request of a lane whose answer has not ended. */
interface Exchange {
  readonly lane: Lane;
  readonly id: number;
  hasMessage: boolean;
}

/**
 * Counts what goes over one connection, request by request: a browser uses a connection again, and
 * what came over it belongs to the lane that the latest request names.
 */
export class WireTap implements Watch {
  readonly #socket: FaultySocket;
  readonly #findLane: FindLane;
  readonly #dissector: ResponseDissector = new ResponseDissector({
    octets: (kind, octets) => this.#count(kind, octets),
    unit: (kind) => this.#unit(kind),
    end: () => this.#end(false),
  });
  #phase: 'http' | 'websocket' | 'ignored' = 'http';
  /** What has come of a request head. */
  #begun = '';
  #exchange: Exchange | undefined;
  /** What was sent of a head, a chunk, a frame or a content that is not yet whole. */
  #pieces: Piece[] = [];
  #shown = 0;

  constructor(socket: FaultySocket, findLane: FindLane) {
    this.#socket = socket;
    this.#findLane = findLane;
  }

  received(octets: Buffer): void {
    if (this.#phase === 'ignored') return;
    if (this.#phase === 'websocket') {
      this.#exchange?.lane.count('framing', octets.length); // pongs and Close: this tab says nothing
      return;
    }
    this.#begun += octets.toString('latin1');
    const end = this.#begun.indexOf('\r\n\r\n');
    if (end !== -1) this.#requested(this.#begun.slice(0, end + 4));
    else if (this.#begun.length > MAX_HEAD) this.#phase = 'ignored';
  }

  sending(octets: Buffer): Passage {
    const exchange = this.#exchange;
    if (exchange === undefined) return 'pass';
    const { lane } = exchange;
    const passage = lane.passage(octets);
    if (passage === 'lose') return 'hold';
    this.#dissector.push(
      typeof passage === 'object' ? octets.subarray(0, passage.cutAfter) : octets,
    );
    if (passage !== 'hold' || this.#exchange !== undefined) return passage;
    this.#socket.flush(); // the answer is whole: who buffers lets it go
    return 'pass';
  }

  gone(): void {
    this.#end(true);
  }

  #requested(head: string): void {
    this.#begun = '';
    const lane = this.#findLane(head.split(' ', 2)[1] ?? '');
    const isUpgrade = /^upgrade:/im.test(head);
    if (lane === undefined) {
      if (isUpgrade) this.#phase = 'ignored';
      return;
    }
    if (isUpgrade) this.#phase = 'websocket';
    this.#exchange = { lane, id: lane.begin(this.#socket, head), hasMessage: false };
  }

  #count(kind: OctetKind, octets: Uint8Array): void {
    const { lane } = this.#exchange!;
    lane.count(kind, octets.length);
    const shown = Buffer.from(octets.subarray(0, SHOWN - this.#shown)).toString('latin1');
    this.#shown += shown.length;
    if (shown !== '') this.#pieces.push([kind, shown]);
  }

  /** Shows what is whole, if it is a head or brought a message: what was sent before it is not shown. */
  #unit(kind: 'head' | 'data'): void {
    const exchange = this.#exchange!;
    const pieces = this.#takePieces();
    if (kind === 'head') exchange.lane.show('response', pieces);
    if (kind === 'head' || !pieces.some(holdsMessage)) return;
    exchange.hasMessage = true;
    exchange.lane.show('message', pieces);
  }

  #end(isCut: boolean): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#takePieces();
    this.#exchange = undefined;
    exchange.lane.end(this.#socket, exchange.id, { isCut, isEmpty: !exchange.hasMessage });
  }

  #takePieces(): Piece[] {
    this.#shown = 0;
    return this.#pieces.splice(0);
  }
}

function holdsMessage([kind, text]: Piece): boolean {
  return kind === 'content' && text.includes(MESSAGE_MARK);
}
