import type { Batch, Gap, Reader, ReaderListener, Recovery } from '../channel/index.ts';
import {
  type ByeDetails,
  type ByeReason,
  byeRecord,
  cursorRecord,
  gapRecord,
  readyRecord,
} from '../comet/index.ts';
import type { LiveAnswer } from './live-answer.ts';
import type { LiveRoute } from './live-route.ts';
import type { Session, SessionConnection } from './live-session.ts';
import type { LiveTransport } from './live-transport.ts';

/** What a connection or round is begun with. */
export interface Beginning {
  readonly session: Session;
  readonly transport: LiveTransport;
  readonly route: LiveRoute;
  /** Whether its client named a session that is not known here. */
  readonly hasLostSession: boolean;
  /** In how many milliseconds what `authorize` allowed is over. */
  readonly expiresIn: number;
  /** Answers in place of the transport, before that has begun. */
  readonly answer: LiveAnswer;
}

/** A leave that is to be taken once the client has been told that all is ready. */
type Leave = readonly [reason: ByeReason, retry: number, details: ByeDetails];

/**
 * A reader of the log joined to a transport: one connection, or one round of a transport that comes
 * again and again.
 *
 * It waits until the reader knows where it stands, lets the application know of the session, and
 * then tells `ready`, what follows, and `bye`. What is particular to a transport is below.
 */
export abstract class LiveConnection implements ReaderListener, SessionConnection {
  readonly transport: LiveTransport;
  protected readonly route: LiveRoute;
  protected readonly session: Session;
  readonly #hasLostSession: boolean;
  /** Let go of once it has begun, with all that belongs to the request. */
  #answer: LiveAnswer | undefined;
  #leave: Leave | undefined;
  #reader: Reader | undefined;
  // Next to what a transport looks at for each delivery.
  #phase: 'positioning' | 'opening' | 'open' | 'over' = 'positioning';

  constructor(beginning: Beginning) {
    this.session = beginning.session;
    this.transport = beginning.transport;
    this.route = beginning.route;
    this.#hasLostSession = beginning.hasLostSession;
    this.#answer = beginning.answer;
  }

  /** Whether `ready` has been told and `bye` has not. */
  protected get isOpen(): boolean {
    return this.#phase === 'open';
  }

  protected get reader(): Reader {
    return this.#reader!;
  }

  abstract readonly isPoll: boolean;

  get recovery(): Recovery {
    return this.#hasLostSession ? 'gap' : this.reader.recovery;
  }

  get behind(): number {
    return this.#phase === 'over' ? 0 : this.reader.behind;
  }

  /** Begins to read. */
  begin(reader: Reader): void {
    this.#reader = reader;
    this.session.attach(this);
    if (reader.isPositioned) this.#start();
  }

  /** There is something to read, or the reader knows where it stands. */
  readable(): void {
    if (this.#phase === 'open') this.pump();
    else if (this.#phase === 'positioning' && this.#reader?.isPositioned) this.#start();
  }

  subscribe(channel: string): void {
    // Not from where it last took something, which may be long ago.
    if (this.#phase === 'open') this.pump();
    if (this.#phase === 'over') return;
    this.reader.subscribe(channel);
    if (this.#phase === 'open') this.subscribed();
  }

  unsubscribe(channel: string): void {
    if (this.#phase !== 'over') this.reader.unsubscribe(channel);
  }

  end(reason: ByeReason, retry = 0, details: ByeDetails = {}): void {
    switch (this.#phase) {
      case 'positioning':
        if (this.session.wasOpened && GOES_ON.includes(reason)) this.#endBefore(reason, retry);
        else this.#abandon((answer) => answer.refuseForNow(reason, retry));
        break;
      case 'opening':
        this.#leave ??= [reason, retry, details];
        break;
      case 'open':
        this.#phase = 'over';
        this.takeLeave(byeRecord(reason, retry, details), reason, retry);
        this.#release();
        break;
      case 'over':
        break;
    }
  }

  fail(): void {
    if (this.#phase === 'opening') return;
    if (this.#phase === 'positioning') this.#abandon(refuseAsFailed);
    else this.lost(() => this.cut());
  }

  /** It is gone, or to be given up: nothing can be told any more. */
  protected lost(giveUp?: () => void): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    giveUp?.();
    this.#release();
  }

  // What a transport does

  /** Begins its answer. */
  protected abstract ready(): void;

  /** All that there was has been told: from now on it goes both ways. */
  protected begun(): void {}

  /** Takes what the reader has, as far as the peer does. */
  protected abstract pump(): void;

  /** A channel was added at the reader's position. */
  protected abstract subscribed(): void;

  /** Takes leave. */
  protected abstract takeLeave(bye: string, reason: ByeReason, retry: number): void;

  /** Ends without leave, so that the client comes back by itself. */
  protected abstract cut(): void;

  /** Lets go of what it has besides the reader. */
  protected abstract released(): void;

  // What transports have in common

  /** @param cursor - The position that is read from. */
  protected readyRecord(cursor: string): string {
    const { heartbeat } = this.route;
    const { reader, recovery } = this;
    const gaps = this.#hasLostSession ? [...reader.gaps, ''] : reader.gaps;
    return readyRecord({
      session: this.session.id,
      cursor,
      recovery,
      gaps,
      heartbeat,
    });
  }

  protected get cursorRecord(): string {
    return cursorRecord(this.reader.cursor);
  }

  /** Whether its client lacks more than it may, and is not to read on. */
  protected get isTooSlow(): boolean {
    const { closesSlow, terms } = this.route;
    return closesSlow && this.behind > terms.limits.behind;
  }

  protected take(): Batch | Gap | undefined {
    return this.reader.take();
  }

  protected gapRecord({ channels, cursor }: Gap): string {
    return gapRecord(channels, cursor);
  }

  #start(): void {
    this.#phase = 'opening';
    if (!this.session.open(this)) {
      this.#abandon(refuseAsFailed);
      return;
    }
    this.#phase = 'open';
    this.#answer = undefined;
    this.ready();
    if (this.#leave === undefined) this.pump();
    else this.end(...this.#leave);
    this.begun();
  }

  /** Ends where its client is, before it is known what follows there: the next finds out. */
  #endBefore(reason: ByeReason, retry: number): void {
    this.#phase = 'over';
    this.ready();
    this.takeLeave(byeRecord(reason, retry), reason, retry);
    this.#release();
  }

  /** Answers that it comes to nothing. */
  #abandon(refuse: (answer: LiveAnswer) => void): void {
    this.#phase = 'over';
    refuse(this.#answer!);
    this.#answer = undefined;
    this.#release();
  }

  #release(): void {
    this.#reader?.close();
    this.session.detach(this);
    this.released();
    this.route.terms.release(this.session);
  }
}

/** Why a connection ends whose session does not. */
const GOES_ON: readonly ByeReason[] = ['superseded', 'round'];

function refuseAsFailed(answer: LiveAnswer): void {
  answer.refuse(500, 'The server failed to open a session.');
}
