import type { Session, SessionTerms } from './live-session.ts';

/** What bounds the sessions of a hub. */
export interface SessionLimits {
  /** How many there may be. */
  readonly sessions: number;
  /** Milliseconds that one without request or connection is kept. */
  readonly sessionIdle: number;
}

/**
 * The sessions of a process.
 *
 * Those that are idle are kept in the order in which they became so: the first that need not have
 * ended yet tells that none behind it has to, so no session needs a timer.
 */
export class Sessions {
  readonly #limits: SessionLimits;
  readonly #now: () => number;
  readonly #byId = new Map<string, Session>();
  readonly #idle = new Set<Session>();
  /** Those of the idle ones that no second request has named: their clients may never come back. */
  readonly #unused = new Set<Session>();

  /** @param now - Milliseconds of a clock that never goes back. */
  constructor(limits: SessionLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** How many there are. */
  get size(): number {
    return this.#byId.size;
  }

  /**
   * The session of that id, if it belongs to that identity and that route: to others it does not
   * exist.
   */
  find(
    id: string | undefined,
    identity: string | undefined,
    terms: SessionTerms,
  ): Session | undefined {
    const session = id === undefined ? undefined : this.#byId.get(id);
    if (session === undefined || session.identity !== identity || session.terms !== terms) {
      return undefined;
    }
    session.isNamed = true;
    return session;
  }

  /** Makes room for one more. Returns whether there is. */
  makeRoom(): boolean {
    if (this.#byId.size < this.#limits.sessions) return true;
    const [oldest] = this.#unused;
    oldest?.endWith({ by: 'server', reason: 'full' });
    return oldest !== undefined;
  }

  /** Adds a session that has begun. */
  add(session: Session): void {
    this.#byId.set(session.id, session);
  }

  /** A request or connection of a session begins. */
  retain(session: Session): void {
    session.uses++;
    this.#idle.delete(session);
    this.#unused.delete(session);
  }

  /** It is over. */
  release(session: Session): void {
    if (--session.uses > 0 || this.#byId.get(session.id) !== session) return;
    session.idleSince = this.#now();
    this.#idle.add(session);
    if (!session.isNamed) this.#unused.add(session);
  }

  /** Forgets a session that has ended. */
  remove(session: Session): void {
    if (this.#byId.get(session.id) === session) this.#byId.delete(session.id);
    this.#idle.delete(session);
    this.#unused.delete(session);
  }

  /** Ends those that have been idle for too long. */
  expire(): void {
    const before = this.#now() - this.#limits.sessionIdle;
    for (const session of this.#idle) {
      if (session.idleSince > before) return;
      session.endWith({ by: 'server', reason: 'idle' });
    }
  }

  /** All of them. */
  [Symbol.iterator](): Iterator<Session> {
    return [...this.#byId.values()][Symbol.iterator]();
  }
}
