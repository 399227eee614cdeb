/** A way to receive over HTTP. */
export type HttpTransport = 'event-stream' | 'stream' | 'long-poll' | 'jsonp' | 'forever-frame';

/** All of them. */
export const HTTP_TRANSPORTS: readonly HttpTransport[] = [
  'event-stream',
  'stream',
  'long-poll',
  'jsonp',
  'forever-frame',
];

/** The parameters that are ours and may come once only. */
const SINGLE = ['transport', 'cursor', 'session', 'wait', 'callback'] as const;

/** Decimal seconds. */
const SECONDS = /^[0-9]{1,9}(?:\.[0-9]{1,9})?$/;

/**
 * The query of a target, as `application/x-www-form-urlencoded`. A name is data, never a property.
 *
 * @see {@link https://url.spec.whatwg.org/#urlencoded-parsing | URL Standard §5.1}
 */
export function parseQuery(url: string): ReadonlyMap<string, readonly string[]> {
  const parameters = new Map<string, string[]>();
  const start = url.indexOf('?');
  if (start === -1) return parameters;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

/**
 * What a request to a live route asks for. Reading it refuses nothing: what is wrong is said in
 * {@link fault}, to be told to those alone that may come in.
 */
export class LiveQuery {
  /** The transport that is named, whether or not it is one. */
  readonly transport: string | undefined;
  /** Where to read from, unread; nothing when it is empty. */
  readonly cursor: string | undefined;
  /** The channels that are named; nothing when none is. */
  readonly channels: ReadonlySet<string> | undefined;
  readonly session: string | undefined;
  /** How long to hold a poll, in milliseconds. */
  readonly wait: number | undefined;
  readonly callback: string | undefined;
  /** What can't be read, in words. */
  readonly fault: string | undefined;

  /**
   * @param lastEventId - The field of that name. It is younger than the query's cursor, which an
   * `EventSource` repeats at each attempt.
   * @param isUpgrade - Whether the transport is settled already, so that none is to be named.
   */
  constructor(url: string, lastEventId: string | undefined, isUpgrade = false) {
    const parameters = parseQuery(url);
    const [transport, cursor, session, wait, callback] = SINGLE.map((name) =>
      nonEmpty(parameters.get(name)?.[0]),
    );
    this.transport = transport;
    this.cursor = nonEmpty(lastEventId) ?? cursor;
    this.session = session;
    this.callback = callback;
    const channels = parameters.get('channel');
    this.channels = channels && new Set(channels);
    this.wait = wait !== undefined && SECONDS.test(wait) ? Number(wait) * 1_000 : undefined;
    const judged = isUpgrade ? SINGLE.slice(1) : SINGLE;
    const repeated = judged.find((name) => (parameters.get(name)?.length ?? 0) > 1);
    this.fault = faultOf(repeated, isUpgrade ? undefined : transport, wait);
  }
}

function faultOf(
  repeated: string | undefined,
  transport: string | undefined,
  wait: string | undefined,
): string | undefined {
  if (repeated !== undefined) return `The parameter ${repeated} may not repeat.`;
  if (transport !== undefined && !isHttpTransport(transport)) {
    return `There is no transport ${JSON.stringify(transport)}: it is one of ${HTTP_TRANSPORTS.join(', ')}.`;
  }
  if (wait !== undefined && !SECONDS.test(wait)) {
    return 'The parameter wait is a number of seconds, in decimal.';
  }
  return undefined;
}

/** Whether a name is that of a transport. */
export function isHttpTransport(name: string): name is HttpTransport {
  return (HTTP_TRANSPORTS as readonly string[]).includes(name);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
