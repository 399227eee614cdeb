import type { Id, Inbox, Recovery } from '../channel/index.ts';
import type { ByeReason } from '../comet/index.ts';
import { isThenable, type Report } from './http-route.ts';
import type { LiveTransport } from './live-transport.ts';
import { Upstream, type UpstreamMessage } from './upstream.ts';

/** Who ended a session, and why. */
export interface SessionEnd {
  readonly by: 'server' | 'client';
  readonly reason: 'closed' | 'deleted' | 'idle' | 'draining' | 'full';
}

/** What a route does with its sessions: one object for all of them. */
export interface SessionHandlers<Data> {
  /** Called once, before the client is told anything. */
  readonly open?: ((session: Session<Data>) => unknown) | undefined;
  /**
   * Called for each message of the client, and acknowledged once it has returned and its promise, if
   * it returns one, has settled. The session's messages come in order, each once.
   *
   * @param n - The number that the client gave it. After the loss of a session a client repeats what
   * was not acknowledged, with the numbers of the new session.
   */
  readonly message?: ((session: Session<Data>, data: unknown, n?: number) => unknown) | undefined;
  /** Called once, at the end. */
  readonly close?: ((session: Session<Data>, end: SessionEnd) => unknown) | undefined;
}

/** A connection or round of a session, as the session sees it. */
export interface SessionConnection {
  readonly transport: LiveTransport;
  /** How it goes on from where the client was. */
  readonly recovery: Recovery;
  /** Octets that its client lacks. */
  readonly behind: number;
  /** Whether a younger one of the kind ends it. */
  readonly isPoll: boolean;
  subscribe(channel: string): void;
  unsubscribe(channel: string): void;
  /** Takes leave of the client, for a reason. */
  end(reason: ByeReason, retry?: number): void;
  /** Ends it because a handler has failed. */
  fail(): void;
}

/** What a session needs of its surroundings. */
export interface SessionTerms {
  readonly handlers: SessionHandlers<unknown>;
  readonly report: Report;
  /** Told once, when the session has ended. */
  readonly ended: (session: Session) => void;
}

/**
 * One client of a {@link Hub.live} route, for as long as this process knows it: it outlives its
 * connections, and is the same on every transport.
 */
export class Session<Data = unknown> {
  /** Names the session to its client, and to nobody else. */
  readonly id: string;
  /** What `authorize` returned as `data` when the session began. */
  readonly data: Data;
  /** @internal Whom it belongs to. */
  readonly identity: string | undefined;
  /** @internal */
  readonly inbox: Inbox;
  /** @internal Channels that it may read besides those that `authorize` names. */
  subscriptions: Set<string> | undefined = undefined;
  /** @internal Requests and connections that are under way. */
  uses = 0;
  /** @internal Since when there is none. */
  idleSince = 0;
  /** @internal Whether a second request has named it. */
  isNamed = false;
  /** @internal What its route does with it: another route does not know it. */
  readonly terms: SessionTerms;
  /** Its oldest connection. Nearly all sessions have no other, and need no list. */
  #connection: SessionConnection | undefined;
  #others: readonly SessionConnection[] = NONE;
  /** Made when the client first sends something. */
  #upstream: Upstream | undefined;
  #transport: LiveTransport | undefined;
  #recovery: Recovery | undefined;
  #end: SessionEnd | undefined;
  #aborting: AbortController | undefined;
  #closed: Promise<SessionEnd> | undefined;
  #resolve: ((end: SessionEnd) => void) | undefined;

  /** @internal */
  constructor(
    terms: SessionTerms,
    id: string,
    identity: string | undefined,
    data: Data,
    inbox: Inbox,
  ) {
    this.terms = terms;
    this.id = id;
    this.identity = identity;
    this.data = data;
    this.inbox = inbox;
  }

  /** The transport of its last connection. */
  get transport(): LiveTransport {
    return this.#transport!;
  }

  /**
   * How its last connection went on from where the client was: from now on, without anything
   * missing, or with a gap.
   */
  get recovery(): Recovery {
    return this.#recovery!;
  }

  /** Octets of entries that its client lacks; of all its connections, the most. */
  get behind(): number {
    return Math.max(0, ...this.#connections.map(({ behind }) => behind));
  }

  /** Aborted when the session ends. */
  get signal(): AbortSignal {
    if (this.#aborting === undefined) {
      this.#aborting = new AbortController();
      if (this.#end !== undefined) this.#aborting.abort();
    }
    return this.#aborting.signal;
  }

  /** Resolves when the session ends: who ended it, and why. */
  get closed(): Promise<SessionEnd> {
    this.#closed ??= new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.#end !== undefined) resolve(this.#end);
    });
    return this.#closed;
  }

  /**
   * Sends to this client alone: an entry of its inbox, which is told like those of channels.
   *
   * @returns the entry's id. Rejects when the session has ended.
   * @throws TypeError when JSON can't hold `data`, RangeError when it exceeds `limits.inbox`.
   */
  send(data: unknown): Promise<Id> {
    if (this.#end !== undefined) return harmless(Promise.reject(new Error(ENDED)));
    return harmless(this.inbox.append(data));
  }

  /**
   * Adds a channel to what the client may read, and reads. It is lost with the session, of which the
   * gap of the inbox tells.
   *
   * @throws TypeError when the name is empty.
   */
  subscribe(channel: string): void {
    if (typeof channel !== 'string' || channel === '') throw new TypeError('a channel has a name');
    if (this.#end !== undefined) return;
    this.subscriptions ??= new Set();
    this.subscriptions.add(channel);
    for (const connection of this.#connections) connection.subscribe(channel);
  }

  /** Takes a channel that was added back. */
  unsubscribe(channel: string): void {
    this.subscriptions?.delete(channel);
    for (const connection of this.#connections) connection.unsubscribe(channel);
  }

  /** Ends the session: its client is told so, on every connection. */
  close(): void {
    this.endWith({ by: 'server', reason: 'closed' });
  }

  /** @internal */
  get upstream(): Upstream {
    this.#upstream ??= new Upstream();
    return this.#upstream;
  }

  /** @internal Whether it has ended. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** @internal Whether the application has been told of it. */
  get wasOpened(): boolean {
    return this.#transport !== undefined;
  }

  /** @internal A connection begins. Of two polls, the older ends. */
  attach(connection: SessionConnection): void {
    if (connection.isPoll) {
      for (const other of this.#connections) if (other.isPoll) other.end('superseded');
    }
    if (this.#connection === undefined) this.#connection = connection;
    else this.#others = [...this.#others, connection];
  }

  /** @internal A connection is over. */
  detach(connection: SessionConnection): void {
    const [first, ...others] = this.#connections.filter((other) => other !== connection);
    this.#connection = first;
    this.#others = others.length === 0 ? NONE : others;
  }

  /**
   * @internal A connection is about to tell that it is ready: lets the application know of the
   * session, unless it does.
   * @returns false when that failed, and the session with it.
   */
  open({ transport, recovery }: Pick<SessionConnection, 'transport' | 'recovery'>): boolean {
    const { wasOpened } = this;
    this.#transport = transport;
    this.#recovery = recovery;
    if (wasOpened) return true;
    const { open } = this.terms.handlers;
    if (open === undefined) return true;
    try {
      const result = open(this as Session);
      if (isThenable(result)) this.#watch(result);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /**
   * @internal Delivers a message.
   * @returns whether the handler failed, now or later. A failure has been reported then.
   */
  deliver({ data, n }: UpstreamMessage): boolean | Promise<boolean> {
    const { message } = this.terms.handlers;
    if (message === undefined || this.#end !== undefined) return false;
    try {
      const result = message(this as Session, data, n);
      if (!isThenable(result)) return false;
      return Promise.resolve(result).then(
        () => false,
        (error: unknown) => {
          this.terms.report(error);
          return true;
        },
      );
    } catch (error) {
      this.terms.report(error);
      return true;
    }
  }

  /** @internal Ends the session, and with it its connections. */
  endWith(end: SessionEnd, retry?: number): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    for (const connection of this.#connections) connection.end(end.reason, retry);
    this.inbox.close();
    this.terms.ended(this as Session);
    this.#aborting?.abort();
    this.#resolve?.(end);
    if (this.wasOpened) this.#close(end);
  }

  /** Made anew: whoever goes through them may end some. */
  get #connections(): readonly SessionConnection[] {
    return this.#connection === undefined ? NONE : [this.#connection, ...this.#others];
  }

  #close(end: SessionEnd): void {
    const { close } = this.terms.handlers;
    if (close === undefined) return;
    try {
      const result = close(this as Session, end);
      if (isThenable(result)) Promise.resolve(result).catch(this.terms.report);
    } catch (error) {
      this.terms.report(error);
    }
  }

  #watch(result: PromiseLike<unknown>): void {
    Promise.resolve(result).catch((error: unknown) => this.#failed(error));
  }

  /** A session that could not be opened is none: its client may try again, and gets another. */
  #failed(error: unknown): void {
    this.terms.report(error);
    for (const connection of this.#connections) connection.fail();
    this.endWith({ by: 'server', reason: 'closed' });
  }
}

const NONE: readonly SessionConnection[] = [];

const ENDED = 'the session has ended';

/** The promise, whose rejection does not end the process when nobody waits for it. */
function harmless<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
