import type { FaultySocket } from './faulty-socket.ts';
import {
  type Fault,
  MESSAGE_MARK,
  type OctetKind,
  type Piece,
  type RawRecord,
  type TabNews,
  type Traffic,
  type Way,
} from './records.ts';

/** How long a connection is stalled, or buffered, in milliseconds. */
export const FAULT_TIME = 6_000;

/** A fault that is asked for: it begins with the next octets that it can be seen on. */
interface PendingFault {
  readonly fault: Fault;
  hasBegun: boolean;
}

/** How an answer ended. */
interface Ending {
  readonly isCut: boolean;
  readonly isEmpty: boolean;
}

/** One way in which a tab receives, as its server sees it: what goes over its connections. */
export class Lane {
  readonly way: Way;
  readonly #tell: (news: TabNews) => void;
  /** The connections with a request under way. */
  readonly #sockets = new Set<FaultySocket>();
  readonly #traffic = { requests: 0, empty: 0, heads: 0, framing: 0, content: 0 };
  /** What is to be shown, and has not been told. */
  readonly #raw = new Map<RawRecord['part'], readonly Piece[]>();
  #isCounted = true;
  #fault: PendingFault | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(way: Way, tell: (news: TabNews) => void) {
    this.way = way;
    this.#tell = tell;
  }

  // What goes over its connections

  /** A request has come. */
  begin(socket: FaultySocket, head: string): number {
    const id = ++this.#traffic.requests;
    this.count('head', head.length);
    this.show('request', [['head', head]]);
    this.#sockets.add(socket);
    this.#tell({ kind: 'request', way: this.way, id, at: Date.now() });
    if (this.#fault !== undefined) this.#beginFault();
    return id;
  }

  end(socket: FaultySocket, id: number, { isCut, isEmpty }: Ending): void {
    this.#sockets.delete(socket);
    if (isEmpty && !isCut) this.#traffic.empty++;
    this.#isCounted = false;
    this.#tell({ kind: 'end', way: this.way, id, at: Date.now(), isCut, isEmpty });
  }

  count(kind: OctetKind, octets: number): void {
    this.#traffic[kind === 'head' ? 'heads' : kind] += octets;
    this.#isCounted = false;
  }

  show(part: RawRecord['part'], pieces: readonly Piece[]): void {
    this.#raw.set(part, pieces);
  }

  /** What there is to tell of counts and octets since it was last asked. */
  takeNews(): TabNews[] {
    const { way } = this;
    const news: TabNews[] = [];
    if (!this.#isCounted) news.push({ kind: 'traffic', way, traffic: this.#snapshot() });
    for (const [part, pieces] of this.#raw) news.push({ kind: 'raw', way, part, pieces });
    this.#raw.clear();
    this.#isCounted = true;
    return news;
  }

  #snapshot(): Traffic {
    return { ...this.#traffic };
  }

  // Faults

  /** Asks for a fault. One at a time. */
  disturb(fault: Fault): void {
    if (this.#fault !== undefined) return;
    this.#fault = { fault, hasBegun: false };
    this.#tellFault('armed');
    if (this.#sockets.size > 0) this.#beginFault();
  }

  /** What becomes of octets that its server sends: those that are lost never leave. */
  passage(octets: Buffer): 'pass' | 'hold' | 'lose' | { readonly cutAfter: number } {
    const { fault, hasBegun } = this.#fault ?? {};
    if (fault === 'cut') return this.#cutWithin(octets);
    if (fault === undefined || !hasBegun) return 'pass';
    return fault === 'stall' ? 'lose' : 'hold';
  }

  /** Forgets the tab. */
  close(): void {
    clearTimeout(this.#timer);
  }

  /** A cut is most cruel in the middle of a message. */
  #cutWithin(octets: Buffer): 'pass' | { readonly cutAfter: number } {
    const mark = octets.indexOf(MESSAGE_MARK);
    if (mark === -1) return 'pass';
    this.#tellFault('begun');
    this.#endFault();
    return { cutAfter: mark };
  }

  #beginFault(): void {
    const pending = this.#fault!;
    if (pending.fault === 'stall') for (const socket of this.#sockets) socket.stall();
    if (pending.fault === 'cut' || pending.hasBegun) return;
    pending.hasBegun = true;
    this.#tellFault('begun');
    this.#timer = setTimeout(() => {
      const sockets = [...this.#sockets];
      this.#endFault();
      for (const socket of sockets) {
        if (pending.fault === 'stall') socket.destroy();
        else socket.flush();
      }
    }, FAULT_TIME);
  }

  #endFault(): void {
    this.#tellFault('over');
    this.#fault = undefined;
  }

  #tellFault(state: 'armed' | 'begun' | 'over'): void {
    const { fault } = this.#fault!;
    this.#tell({ kind: 'fault', way: this.way, fault, at: Date.now(), state });
  }
}
