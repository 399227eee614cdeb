import { createAttempts } from './attempts.ts';
import { fullJitter } from './backoff.ts';
import { connectError } from './connect-error.ts';
import { createEntryQueues } from './entry-queues.ts';
import { createLadder } from './ladder.ts';
import { createOutbox } from './outbox.ts';
import { platformWith } from './platform.ts';
import { createPoster } from './poster.ts';
import { requestsTo } from './request.ts';
import { transportsOf } from './transports.ts';
import type {
  ConnectError,
  Connection,
  ConnectionState,
  ConnectOptions,
  Entry,
  LiveRecord,
} from './types.ts';

/** The events after which an attempt is worth making. */
const HOPES: readonly string[] = ['online', 'resume', 'pageshow'];

/** How many milliseconds to wait at least when there is no network. */
export const OFFLINE = 30_000;

/**
 * Connects to a `hub.live`.
 *
 * Tries one transport after the other until one delivers, and reads on from its cursor when that is
 * cut, dies silently or ends its round: nothing is lost and nothing comes twice, or `ongap` tells of
 * which channels something is missing.
 *
 * @param url - The address of the route, relative to the page if there is one.
 * @throws TypeError when the URL is none, or a transport has no such name.
 */
export function connect<T = unknown>(
  url: string | URL,
  options: ConnectOptions<T> = {},
): Connection<T> {
  const { onentry, ongap, onstate, onclose, patience = 1_500 } = options;
  const platform = platformWith(options.platform);
  const { backoff = (failures) => fullJitter(failures, platform.random) } = options;
  const address = new URL(String(url), platform.base);
  const key = `encke:${address.origin}${address.pathname}`;
  const transports = transportsOf(options.transports, platform);
  const ladder = createLadder(transports, platform.memory(key), platform.now);
  const requestFor = requestsTo(address, options);
  const outbox = createOutbox();
  const queues = createEntryQueues<Entry<T>>();
  const channels = options.channels && new Set(options.channels);

  let state: ConnectionState = 'connecting';
  let cursor = options.cursor;
  let session: string | undefined;
  let delivering: string | undefined;
  let timer: unknown;

  /** Calls the application. What it throws is its own, and becomes a rejection nobody handles. */
  const tell = async <A extends unknown[]>(
    handler: ((...args: A) => void) | undefined,
    ...args: A
  ): Promise<void> => handler?.(...args);

  const become = (next: ConnectionState, reason: string): void => {
    if (state === next) return;
    state = next;
    void tell(onstate, next, reason);
  };

  const finish = (error?: ConnectError): void => {
    if (state === 'closed') return;
    attempts.drop();
    platform.clearTimeout(timer as never);
    for (const type of HOPES) platform.events.removeEventListener(type, hope, true);
    become('closed', error?.message ?? '');
    outbox.refuse(outbox.size, error ?? connectError('closed'));
    queues.end(error);
    void tell(onclose, error);
  };

  const hope = ({ type }: Event): void => {
    if (type === 'online') ladder.forget();
    if (state === 'waiting') attempts.begin(false);
  };

  const flush = (): void => {
    const { link, isReady } = attempts;
    if (!link?.send) poster.flush();
    else if (isReady) {
      for (let json = outbox.next(); json !== undefined; json = outbox.next()) link.send(json);
    }
  };

  const miss = (missing: readonly string[]): void => {
    if (missing.length > 0) void tell(ongap, { channels: missing, cursor: cursor! });
  };

  const ready = (record: NonNullable<LiveRecord['ready']>): void => {
    attempts.ready(record.heartbeat);
    outbox.resend(record.session === session ? undefined : 1);
    session = record.session;
    cursor = record.cursor;
    delivering = attempts.transport!.name;
    platform.memory(key, delivering);
    become('open', '');
    miss(record.gaps);
    flush();
  };

  const take = (record: LiveRecord): void => {
    if (record.ready) ready(record.ready);
    else if (record.bye) {
      if (record.bye.expected) outbox.resend(record.bye.expected);
      attempts.bye(record.bye);
    } else if (record.ack) outbox.acknowledge(record.ack);
    else if (record.id) {
      cursor = record.id;
      queues.push(record as Entry<T>);
      void tell(onentry, record as Entry<T>);
    } else {
      cursor = record.cursor!;
      miss(record.gap ?? []);
    }
  };

  /** The channels to name: an empty one, which is none, when all were unsubscribed. */
  const named = (): string[] => (channels?.size === 0 ? [''] : Array.from(channels ?? []));

  const attempts = createAttempts({
    platform,
    ladder,
    patience,
    backoff: (failures) => Math.max(backoff(failures), platform.isOnline() ? 0 : OFFLINE),
    request: ({ name, isFetch, isPoll }, wait) =>
      requestFor(
        [
          ['transport', name],
          ['cursor', cursor],
          ['session', session],
          ['wait', isPoll ? wait : undefined],
          ...named().map((channel) => ['channel', channel] as const),
        ],
        isFetch,
      ),
    become,
    opened: flush,
    take,
    tooLarge: () => poster.flush(),
    finish,
  });

  const poster = createPoster(outbox, {
    platform,
    requestFor,
    backoff,
    session: () => session,
    canPost: () => state === 'open' && !attempts.link?.send,
    giveWay: () => {
      if (attempts.link && !attempts.link.send) attempts.begin(true);
    },
    lost: () => attempts.failed({ text: 'session lost' }),
    refused: finish,
  });

  /** Once the caller is done with subscribing, reads from the same cursor with the new channels. */
  const reread = (): void => {
    platform.clearTimeout(timer as never);
    timer = platform.setTimeout(() => {
      if (state === 'open' || state === 'connecting') attempts.begin(state === 'open');
    }, 0);
  };

  const end = async (): Promise<void> => {
    const init: RequestInit = { method: 'DELETE', keepalive: true };
    const request = await requestFor([['session', session]], true, init);
    await platform.fetch(request.url, request.init);
  };

  for (const type of HOPES) platform.events.addEventListener(type, hope, true);
  attempts.begin(false);

  return {
    get state() {
      return state;
    },
    get transport() {
      return delivering;
    },
    get cursor() {
      return cursor;
    },
    get session() {
      return session;
    },
    async send(data) {
      if (state === 'closed') throw connectError('closed');
      const sent = outbox.add(data);
      flush();
      return sent;
    },
    subscribe(channel) {
      if (!channels || channels.has(channel)) return;
      channels.add(channel);
      reread();
    },
    unsubscribe(channel) {
      if (!channels) throw new TypeError('no channels were asked for');
      if (channels.delete(channel)) reread();
    },
    close() {
      if (state !== 'closed' && session) end().catch(() => {});
      finish();
    },
    [Symbol.asyncIterator]: queues.iterate,
  };
}
