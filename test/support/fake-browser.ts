import type { Platform } from '../../src/browser/types.ts';

/** A request that `fetch` was given, to be answered by the test. */
export class FakeRequest {
  readonly url: URL;
  readonly method: string;
  readonly init: RequestInit;
  readonly promise: Promise<Response>;
  #resolve!: (response: Response) => void;
  #reject!: (error: Error) => void;
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(url: string, init: RequestInit = {}) {
    this.url = new URL(url);
    this.init = init;
    this.method = init.method ?? 'GET';
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    init.signal?.addEventListener('abort', () => this.cut());
  }

  get isAborted(): boolean {
    return this.init.signal?.aborted ?? false;
  }

  get transport(): string | null {
    return this.url.searchParams.get('transport');
  }

  parameter(name: string): string | null {
    return this.url.searchParams.get(name);
  }

  field(name: string): string | null {
    return new Headers(this.init.headers).get(name);
  }

  /** What was posted. */
  get messages(): { n: number; data: unknown }[] {
    return JSON.parse(String(this.init.body));
  }

  answer(status: number, text = '', headers: Record<string, string> = {}): void {
    this.#resolve(new Response(status === 204 ? null : text, { status, headers }));
  }

  /** Answers a long poll. */
  poll(...records: object[]): void {
    this.answer(200, JSON.stringify(records));
  }

  /** Answers with a stream that goes on. */
  open(): void {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#body = controller;
      },
    });
    this.#resolve(new Response(body));
  }

  write(content: string | Uint8Array): void {
    const octets = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.#body!.enqueue(octets);
  }

  /** Writes records, in the format that was asked for. */
  tell(...records: object[]): void {
    for (const record of records) {
      const json = JSON.stringify(record);
      this.write(this.transport === 'event-stream' ? `data: ${json}\n\n` : `${json}\n`);
    }
  }

  end(): void {
    this.#body!.close();
  }

  /** Fails as the network does. */
  cut(): void {
    const error = new TypeError('network error');
    this.#reject(error);
    try {
      this.#body?.error(error);
    } catch {
      // It has ended already.
    }
  }
}

/** A WebSocket that the test plays the server of. */
export class FakeSocket {
  readonly url: URL;
  readonly sent: string[] = [];
  isClosed = false;
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: ((event: { code: number; reason: string }) => void) | undefined;

  constructor(url: string) {
    this.url = new URL(url);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
  }

  tell(...records: object[]): void {
    for (const record of records) this.onmessage?.({ data: JSON.stringify(record) });
  }

  cut(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason });
  }
}

/** A browser without a network and with a clock that stands still: the test moves both. */
export class FakeBrowser {
  readonly requests: FakeRequest[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly remembered = new Map<string, string>();
  readonly events = new EventTarget();
  readonly platform: Platform;
  isOnline = true;
  random = 0.5;
  now = 0;
  #timers = new Map<number, { readonly due: number; readonly callback: () => void }>();
  #count = 0;

  constructor() {
    const { requests, sockets } = this;
    this.platform = {
      fetch: (input, init) => {
        const request = new FakeRequest(String(input), init);
        requests.push(request);
        return request.promise;
      },
      WebSocket: class extends FakeSocket {
        constructor(url: string) {
          super(url);
          sockets.push(this);
        }
      } as unknown as typeof WebSocket,
      setTimeout: (callback, milliseconds) => {
        this.#timers.set(++this.#count, { due: this.now + milliseconds, callback });
        return this.#count;
      },
      clearTimeout: (timer) => void this.#timers.delete(timer),
      now: () => this.now,
      random: () => this.random,
      base: 'http://localhost/page',
      events: this.events,
      isOnline: () => this.isOnline,
      memory: (key, name) => {
        if (name !== undefined) this.remembered.set(key, name);
        return this.remembered.get(key);
      },
    };
  }

  /** When the timers that are set go off. */
  get timers(): number[] {
    return Array.from(this.#timers.values(), ({ due }) => due).sort((a, b) => a - b);
  }

  /** The request or socket that was made last. */
  get request(): FakeRequest {
    return this.requests.at(-1)!;
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time go by, and each timer go off when it is due. */
  async advance(milliseconds: number): Promise<void> {
    await this.settle();
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.#next();
      if (next === undefined || next[1].due > end) break;
      this.now = Math.max(this.now, next[1].due);
      this.#timers.delete(next[0]);
      next[1].callback();
      await this.settle();
    }
    this.now = end;
  }

  /** Lets time go by without any timer, as a frozen page does; then those go off that are due. */
  async freeze(milliseconds: number): Promise<void> {
    this.now += milliseconds;
    await this.advance(0);
  }

  fire(type: string): void {
    this.events.dispatchEvent(new Event(type));
  }

  #next() {
    return [...this.#timers].sort((a, b) => a[1].due - b[1].due || a[0] - b[0])[0];
  }
}

/** The first record of a connection. */
export function ready(record: object = {}): object {
  const defaults = { session: 's1', cursor: 'e.0-0', recovery: 'new', gaps: [], heartbeat: 20_000 };
  return { ready: { ...defaults, ...record } };
}

/** An entry, numbered. */
export function entry(
  number: number,
  channel = 'news',
): { id: string; channel: string; data: number } {
  return { id: `e.${number}-0`, channel, data: number };
}

/** The last record of a connection. */
export function bye(reason = 'round', retry = 0, further: object = {}): object {
  return { bye: { reason, retry, ...further } };
}
