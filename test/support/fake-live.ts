import { bye, type FakeBrowser, type FakeRequest, type FakeSocket, ready } from './fake-browser.ts';

/** A connection or round, as the server sees it. */
interface Reader {
  /** Up to which entry it was told. */
  position: number;
  readonly isPoll: boolean;
  readonly session: Session;
  readonly record: object;
  tell(...records: object[]): void;
  end(): void;
}

interface Session {
  readonly id: string;
  readonly received: number[];
}

/**
 * A literal model of a live route in a fake browser: a log, sessions, and every transport of the
 * client. It does everything at once, in the order in which it came.
 */
export class FakeLive {
  readonly #browser: FakeBrowser;
  readonly sessions: Session[] = [];
  /** The names of all entries that were published, by the epoch of the log. */
  readonly published: string[][] = [[]];
  #readers = new Set<Reader>();
  #requests = 0;
  #sockets = 0;
  /** Whether answers to POSTs are lost, though what they bring is taken. */
  losesAnswers = false;
  /** Whether nothing that is asked is answered. */
  isSilent = false;
  /** Whether nobody answers at all. */
  isDown = false;

  constructor(browser: FakeBrowser) {
    this.#browser = browser;
  }

  get #epoch(): number {
    return this.published.length - 1;
  }

  get #log(): string[] {
    return this.published[this.#epoch]!;
  }

  publish(): void {
    this.#log.push(`${this.#epoch}:${this.#log.length + 1}`);
    this.#pump();
  }

  /** Cuts all connections that there are. */
  cut(): void {
    for (const request of this.#browser.requests.slice(0, this.#requests)) request.cut();
    for (const socket of this.#browser.sockets.slice(0, this.#sockets)) socket.cut();
    this.#readers.clear();
  }

  /** Falls silent on the connections that there are. */
  stall(): void {
    this.#readers.clear();
  }

  /** Forgets the sessions. */
  forget(): void {
    this.sessions.push({ id: `none${this.sessions.length}`, received: [] });
    this.#known = this.sessions.length;
  }

  /** Begins anew, with another log. */
  restart(): void {
    this.cut();
    this.forget();
    this.published.push([]);
  }

  /** Ends all rounds. */
  round(): void {
    for (const reader of [...this.#readers]) this.#end(reader);
  }

  /** Tells that all is well. */
  beat(): void {
    for (const reader of this.#readers) {
      if (!reader.isPoll) reader.tell({ cursor: this.#cursor(reader.position) });
    }
  }

  /** Takes what was asked since. */
  async serve(): Promise<void> {
    await this.#browser.settle();
    const { requests, sockets } = this.#browser;
    for (; this.#sockets < sockets.length; this.#sockets++) this.#connect(sockets[this.#sockets]!);
    for (; this.#requests < requests.length; this.#requests++) {
      this.#take(requests[this.#requests]!);
    }
    await this.#browser.settle();
  }

  /** From which session on they are known. */
  #known = 0;

  #cursor(position: number): string {
    return `e${this.#epoch}.${position}-0`;
  }

  #session(id: string | null): Session | undefined {
    return this.sessions.slice(this.#known).find((session) => session.id === id);
  }

  /** A reader from where the client was, and the first record for it. */
  #reader(parameters: URLSearchParams, way: Pick<Reader, 'isPoll' | 'tell' | 'end'>): Reader {
    const named = parameters.get('session');
    const cursor = parameters.get('cursor');
    let session = this.#session(named);
    const hasLost = named !== null && session === undefined;
    if (session === undefined) {
      session = { id: `s${this.sessions.length}`, received: [] };
      this.sessions.push(session);
    }
    const [, epoch, position] = /^e(\d+)\.(\d+)-0$/.exec(cursor ?? '') ?? [];
    const isForeign = cursor !== null && Number(epoch) !== this.#epoch;
    const isNew = cursor === null || isForeign;
    const start = isNew ? this.#log.length : Number(position);
    const gaps = [...(isForeign ? ['news'] : []), ...(hasLost ? [''] : [])];
    const recovery = gaps.length > 0 ? 'gap' : isNew ? 'new' : 'full';
    const record = ready({ session: session.id, cursor: this.#cursor(start), recovery, gaps });
    return { ...way, position: start, session, record };
  }

  #connect(socket: FakeSocket): void {
    if (this.isDown) socket.cut();
    if (this.isDown || this.isSilent || socket.isClosed) return;
    const tell = (...records: object[]): void => {
      if (!socket.isClosed) socket.tell(...records);
    };
    const way = { isPoll: false, tell, end: () => socket.cut() };
    const reader = this.#reader(socket.url.searchParams, way);
    this.#readers.add(reader);
    socket.send = (text) => {
      const { n, data } = JSON.parse(text);
      if (!this.#readers.has(reader)) return;
      const { received } = reader.session;
      if (n > received.length + 1) {
        tell(bye('out-of-order', 0, { expected: received.length + 1 }));
        this.#readers.delete(reader);
        return;
      }
      if (n === received.length + 1) received.push(data);
      if (!this.losesAnswers) tell({ ack: n });
    };
    tell(reader.record);
    this.#pump();
  }

  #take(request: FakeRequest): void {
    if (this.isDown) request.cut();
    if (this.isDown || this.isSilent || request.isAborted) return;
    if (request.method === 'POST') this.#post(request);
    else if (request.method === 'GET') this.#get(request);
  }

  #post(request: FakeRequest): void {
    const session = this.#session(request.parameter('session'));
    if (session === undefined) {
      request.answer(409, '{"error":"unknown-session"}');
      return;
    }
    const { received } = session;
    for (const { n, data } of request.messages) {
      if (n > received.length + 1) {
        request.answer(409, `{"error":"out-of-order","expected":${received.length + 1}}`);
        return;
      }
      if (n === received.length + 1) received.push(data as number);
    }
    if (this.losesAnswers) request.cut();
    else request.answer(200, `{"ack":${received.length}}`);
  }

  #get(request: FakeRequest): void {
    const told: object[] = [];
    const isPoll = request.transport === 'long-poll';
    if (!isPoll) request.open();
    const tell = (...records: object[]): void => {
      if (request.isAborted) return;
      if (isPoll) told.push(...records);
      else request.tell(...records);
    };
    const end = (): void => {
      if (request.isAborted) return;
      if (isPoll) request.poll(...told);
      else request.end();
    };
    const reader = this.#reader(request.url.searchParams, { isPoll, tell, end });
    this.#readers.add(reader);
    tell(reader.record);
    const isHeld =
      JSON.stringify(reader.record).includes('"full"') && request.parameter('wait') !== '0';
    this.#pump();
    if (isPoll && !isHeld && this.#readers.has(reader)) this.#end(reader);
  }

  #pump(): void {
    for (const reader of [...this.#readers]) {
      const lacks = this.#log.slice(reader.position);
      reader.position = this.#log.length;
      const first = reader.position - lacks.length + 1;
      reader.tell(
        ...lacks.map((data, i) => ({ id: this.#cursor(first + i), channel: 'news', data })),
      );
      if (reader.isPoll && lacks.length > 0) this.#end(reader);
    }
  }

  #end(reader: Reader): void {
    this.#readers.delete(reader);
    reader.tell(bye());
    if (reader.isPoll) reader.end();
  }
}
