/**
 * Seven ways to receive, each with nothing but what the browser has: the parts that differ.
 *
 * What they have in common is the cursor. A way asks for what comes behind it, and when its
 * connection is lost, it asks again: nothing else is needed not to miss or repeat anything.
 *
 * @module
 */

import type { Message, Way } from '../records.ts';

/** A record of the wire: an entry of the channel, or one that tells where the reader stands. */
export interface LiveRecord {
  readonly id?: string;
  readonly data?: Message;
  readonly ready?: { readonly cursor: string; readonly heartbeat: number };
  readonly cursor?: string;
  readonly bye?: { readonly retry: number };
}

/** One way to receive the channel: where to ask, and how far it has come. */
export class Line {
  readonly #origin: string;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #take: (message: Message) => void;
  #cursor: string;

  constructor(
    origin: string,
    parameters: Readonly<Record<string, string>>,
    cursor: string,
    take: (message: Message) => void,
  ) {
    this.#origin = origin;
    this.#parameters = parameters;
    this.#cursor = cursor;
    this.#take = take;
  }

  get origin(): string {
    return this.#origin;
  }

  /** Where to ask for what comes next. */
  address(parameters: Readonly<Record<string, string>> = {}): string {
    const query = { ...this.#parameters, ...parameters, cursor: this.#cursor };
    return `${this.#origin}/live?${new URLSearchParams(query)}`;
  }

  /** Takes records, in the order in which they came. */
  take(records: readonly LiveRecord[]): void {
    for (const { id, data, ready, cursor } of records) {
      this.#cursor = id ?? ready?.cursor ?? cursor ?? this.#cursor;
      if (data !== undefined) this.#take(data);
    }
  }
}

/** Seconds between two questions of plain polling, unless the address says otherwise: `?poll=2`. */
const USUAL_POLL = 10;

/** How often plain polling asks. */
export const POLL_EVERY: number =
  1_000 * (Number(new URLSearchParams(location.search).get('poll')) || USUAL_POLL);

/** How long to wait when a connection was lost. */
const RETRY_AFTER = 1_000;

/** By how much a heartbeat may be late. */
const PATIENCE = 2_000;

/** How long it may take until something comes at all. */
const FIRST_PATIENCE = 10_000;

/** Receives for as long as the page lasts. */
export function receive(way: Way, line: Line): void {
  if (way === 'event-stream') listenToEvents(line);
  else repeat(ROUNDS[way], line);
}

/** One round: it resolves with how long to wait for the next, and rejects when it breaks off. */
type Round = (line: Line) => Promise<number>;

async function repeat(round: Round, line: Line): Promise<never> {
  for (;;) {
    const pause = await round(line).catch(() => RETRY_AFTER);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Asks, is told at once what there is, and asks again much later. */
const poll: Round = async (line) => {
  const response = await fetch(line.address({ transport: 'long-poll', wait: '0' }));
  line.take((await response.json()) as LiveRecord[]);
  return POLL_EVERY;
};

/** Asks, and is answered when there is something. */
const longPoll: Round = (line) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', line.address({ transport: 'long-poll' }));
    request.responseType = 'json';
    request.onload = () => {
      if (request.status !== 200) return reject(); // a server that was started anew knows no such tab
      line.take(request.response as LiveRecord[]);
      resolve(0);
    };
    request.onerror = reject;
    request.send();
  });

/** A long poll by a script element: the answer calls a function. */
const jsonp: Round = (line) =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const finished = () => {
      script.remove();
      reject(); // means nothing once the records have come
    };
    Object.assign(globalThis, {
      takeRecords(records: readonly LiveRecord[]) {
        line.take(records);
        resolve(0);
      },
    });
    script.src = line.address({ transport: 'jsonp', callback: 'takeRecords' });
    script.onload = finished;
    script.onerror = finished;
    document.head.append(script);
  });

/**
 * A hidden frame whose document never ends: each batch is a script that posts it to this page.
 *
 * Nobody tells a page that the document of a frame broke off. So when nothing comes for longer than
 * there is between two heartbeats, it is given up.
 */
const foreverFrame: Round = (line) => {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.title = 'The forever frame';
  frame.src = line.address({ transport: 'forever-frame' });
  const over = new AbortController();
  let patience = FIRST_PATIENCE;
  let watchdog: ReturnType<typeof setTimeout>;
  return new Promise<number>((resolve, reject) => {
    const rest = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(reject, patience);
    };
    const hear = ({ source, origin, data }: MessageEvent<readonly LiveRecord[]>) => {
      if (source !== frame.contentWindow || origin !== line.origin) return;
      for (const { ready } of data) if (ready) patience = ready.heartbeat + PATIENCE;
      rest();
      line.take(data);
      if (data.some(({ bye }) => bye !== undefined)) resolve(0);
    };
    addEventListener('message', hear, { signal: over.signal });
    frame.onload = reject; // it has ended, or never begun; after it has taken leave this means nothing
    document.body.append(frame);
    rest();
  }).finally(() => {
    clearTimeout(watchdog);
    over.abort();
    frame.remove();
  });
};

/** An answer that is read as it grows: a record a line. */
const stream: Round = async (line) => {
  const { body } = await fetch(line.address({ transport: 'stream' }));
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  let begun = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return 0;
    const lines = (begun + value).split('\n');
    begun = lines.pop()!;
    line.take(lines.map((text) => JSON.parse(text) as LiveRecord));
  }
};

/** The browser decodes, remembers the last id, and comes back by itself. */
function listenToEvents(line: Line): void {
  const source = new EventSource(line.address({ transport: 'event-stream' }));
  const take = ({ data }: MessageEvent<string>) => line.take([JSON.parse(data) as LiveRecord]);
  source.addEventListener('message', take);
  source.addEventListener('encke', take);
  source.addEventListener('error', () => {
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listenToEvents(line), RETRY_AFTER); // an answer that is no event stream
  });
}

/** A record a message, and the connection could carry some the other way. */
const webSocket: Round = (line) =>
  new Promise((_resolve, reject) => {
    const socket = new WebSocket(line.address().replace('http', 'ws'));
    socket.onmessage = ({ data }) => line.take([JSON.parse(data) as LiveRecord]);
    socket.onclose = reject;
  });

const ROUNDS: Readonly<Record<Exclude<Way, 'event-stream'>, Round>> = {
  polling: poll,
  'long-poll': longPoll,
  jsonp,
  'forever-frame': foreverFrame,
  stream,
  websocket: webSocket,
};
