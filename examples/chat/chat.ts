import { randomBytes } from 'node:crypto';
import type { Socket as TcpSocket } from 'node:net';
import type { Hub, Socket } from 'encke';
import { Recorder } from './recorder.ts';
import type { Demand, ServerRecord } from './records.ts';
import { TappedSocket } from './tapped-socket.ts';

/** Who the tabs are: discoverers of comets. */
const NAMES = ['Halley', 'Encke', 'Biela', 'Faye', 'Olbers', 'Mitchell', 'Herschel', 'Tuttle'];

/** A tab that watches its own connection, and that connection, while there is one. */
interface Watcher {
  readonly socket: Socket<string>;
  chat?: Socket<Speaker> | undefined;
  /** What has been recorded and not yet told. */
  readonly untold: ServerRecord[];
}

/** What the chat knows of one connection. */
interface Speaker {
  readonly name: string;
  readonly wire: string | undefined;
}

/**
 * A chat in plain text, at `/chat`: what one says, all hear, with the name before it.
 *
 * A tab first opens `/watch` and is told a word for itself. When it then opens `/chat?wire=<word>`,
 * everything that goes over that connection is recorded and told to it, and to nobody else.
 */
export class Chat {
  readonly #speakers = new Set<Socket<Speaker>>();
  readonly #watchers = new Map<string, Watcher>();

  constructor(hub: Hub) {
    hub.websocket('/chat', {
      authorize: ({ url }) => ({ data: { name: this.#freeName(), wire: wireOf(url) } }),
      open: (socket) => this.#enter(socket),
      message: (socket, data) => this.#hear(socket, data),
      close: (socket) => this.#leave(socket),
    });
    hub.websocket('/watch', {
      authorize: () => ({ data: randomBytes(6).toString('base64url') }),
      open: (socket) => this.#watch(socket),
      message: (socket, data) => this.#obey(socket, data),
      close: (socket) => this.#watchers.delete(socket.data),
    });
  }

  /** The socket, with everything that goes over it recorded for the tab that it belongs to. */
  tap(socket: TcpSocket): TappedSocket {
    const recorder = new Recorder((target) => {
      const watcher = this.#watchers.get(wireOf(target) ?? '');
      return watcher && ((record) => tell(watcher, record));
    });
    return new TappedSocket(socket, recorder);
  }

  #enter(socket: Socket<Speaker>): void {
    const { name, wire } = socket.data;
    const watcher = this.#watchers.get(wire ?? '');
    if (watcher !== undefined) {
      watcher.chat = socket;
      tell(watcher, { kind: 'name', name });
    }
    this.#speakers.add(socket);
    this.#sayToAll(`${name} came in, ${count(this.#speakers.size)}`);
  }

  #hear(socket: Socket<Speaker>, data: string | Uint8Array): void {
    this.#sayToAll(typeof data === 'string' ? `${socket.data.name}: ${data}` : data);
  }

  #leave(socket: Socket<Speaker>): void {
    const watcher = this.#watchers.get(socket.data.wire ?? '');
    if (watcher?.chat === socket) watcher.chat = undefined;
    this.#speakers.delete(socket);
    this.#sayToAll(`${socket.data.name} left, ${count(this.#speakers.size)}`);
  }

  #sayToAll(data: string | Uint8Array): void {
    for (const socket of this.#speakers) socket.send(data);
  }

  #freeName(): string {
    const taken = new Set(Array.from(this.#speakers, ({ data }) => data.name));
    for (let round = 1; ; round++) {
      const free = NAMES.map((name) => (round === 1 ? name : `${name} ${round}`)).find(
        (name) => !taken.has(name),
      );
      if (free !== undefined) return free;
    }
  }

  #watch(socket: Socket<string>): void {
    const watcher = { socket, untold: [] };
    this.#watchers.set(socket.data, watcher);
    tell(watcher, { kind: 'watch', wire: socket.data });
  }

  #obey(socket: Socket<string>, data: string | Uint8Array): void {
    const chat = this.#watchers.get(socket.data)?.chat;
    const demand = JSON.parse(String(data)) as Demand; // what is no JSON ends this connection alone
    if (demand.demand === 'ping') chat?.ping(Buffer.from(demand.payload));
    else chat?.close(demand.code, demand.reason);
  }
}

/**
 * Tells a tab a record, but not now: a record is made in the middle of reading or writing the
 * connection that it is about.
 */
function tell({ socket, untold }: Watcher, record: ServerRecord): void {
  if (untold.push(record) > 1) return;
  setImmediate(() => {
    for (const waiting of untold.splice(0)) socket.send(JSON.stringify(waiting));
  });
}

/** Which tab a request for the chat says that it belongs to. */
function wireOf(target: string): string | undefined {
  const [path, query] = target.split('?', 2);
  return path === '/chat' ? (new URLSearchParams(query).get('wire') ?? undefined) : undefined;
}

function count(tabs: number): string {
  return tabs === 1 ? 'alone for now' : `${tabs} are here`;
}
