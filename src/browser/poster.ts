import { connectError, isFinal, isTrouble } from './connect-error.ts';
import { answerOf } from './fetching.ts';
import type { Batch, Outbox } from './outbox.ts';
import type { RequestMaker } from './request.ts';
import type { ConnectError, Failure, Platform } from './types.ts';

/** What the upstream by POST has to do with the connection that it belongs to. */
export interface PosterHost {
  readonly platform: Platform;
  readonly requestFor: RequestMaker;
  /** The session that is sent to. */
  session(): string | undefined;
  /** Whether this is the way to send at the moment. */
  canPost(): boolean;
  backoff(failures: number): number;
  /** The browser may hold the request back until one of its connections is free: give one up. */
  giveWay(): void;
  /** The server does not know the session. */
  lost(): void;
  /** The server will have nothing to do with this client. */
  refused(error: ConnectError): void;
}

/** Sends what is in an outbox by POST, one request at a time. */
export interface Poster {
  /** Sends what there is, unless a request is under way: then once that is answered. */
  flush(): void;
}

/** How many characters a request holds, more or less, when there are so many waiting. */
const ROOM = 65_536;
/** After how many milliseconds without an answer the browser is suspected of holding it back. */
export const HELD_BACK = 1_000;
/** After how many milliseconds a request is given up. */
export const UNANSWERED = 30_000;

/** How many times in a row the session may be unknown where a message comes to, before it is refused. */
export const STRAYS = 10;

/** Makes the upstream for those transports that only read. */
export function createPoster(outbox: Outbox, host: PosterHost): Poster {
  const { platform } = host;
  let isBusy = false;
  let failures = 0;
  /** How many times in a row the session was unknown. */
  let strays = 0;
  let room = ROOM;

  const judge = ({ status, text }: Failure, { count, json }: Batch): void => {
    const { ack, expected } = status === 200 || status === 409 ? JSON.parse(text!) : {};
    if (status === 200) outbox.acknowledge(ack);
    else if (expected) outbox.resend(expected);
    else if (status === 409 && ++strays < STRAYS) {
      // Where servers take turns it has come to the wrong one, and comes to the right one next.
      if (strays % 2 < 1) host.lost();
    } else if (status === 413 && count > 1) {
      room = json.length / 2;
    } else if (isFinal(status)) {
      host.refused(connectError(text, status));
    } else if (!isTrouble(status)) {
      outbox.refuse(count, connectError(text, status));
    }
  };

  /** Sends what there is now; gives how long to wait before the rest. */
  const send = async (session: string): Promise<number> => {
    // What is sent in the same turn goes in the same request.
    await undefined;
    const batch = outbox.batch(room);
    const { settled } = outbox;
    const abort = new AbortController();
    const held = platform.setTimeout(host.giveWay, HELD_BACK);
    const unanswered = platform.setTimeout(() => abort.abort(), UNANSWERED);
    let answer: Failure = {};
    try {
      const further = { method: 'POST', body: batch.json, signal: abort.signal };
      const { url, init } = await host.requestFor([['session', session]], true, further);
      answer = await answerOf(await platform.fetch(url, init));
      // What an earlier session has acknowledged has other numbers now.
      if (host.session() === session) judge(answer, batch);
    } catch {
      // There is no answer, or none that makes sense.
    }
    platform.clearTimeout(held as never);
    platform.clearTimeout(unanswered as never);
    const isDone = outbox.settled > settled || answer.status === 413;
    if (!isDone) return Math.max(host.backoff(failures++), answer.retryAfter || 0);
    failures = strays = 0;
    return 0;
  };

  const flush = async (): Promise<void> => {
    const session = host.session();
    if (isBusy || !session || !host.canPost() || outbox.size === 0) return;
    isBusy = true;
    const delay = await send(session);
    platform.setTimeout(() => {
      isBusy = false;
      void flush();
    }, delay);
  };

  return { flush: () => void flush() };
}
