/**
 * What probes of server push have in common: publishing, responses that are held open, and the
 * records in them.
 *
 * @module
 */

import { ask, fill, request } from './http-probe.ts';
import { readEventStream } from './models/event-stream.ts';
import { noResponse, type Response, readResponse, summaryOf } from './models/response.ts';
import type { PushEndpoint, Subject } from './probe.ts';
import type { Wire } from './wire.ts';

let channels = 0;

/** The name of a channel that nobody else uses. */
export function newChannel(): string {
  channels += 1;
  return `probe-${process.pid}-${Date.now()}-${channels}`;
}

/** Publishes text, given as octets, each a character; returns when it is published. */
export async function publish(
  subject: Subject,
  endpoint: PushEndpoint,
  channel: string,
  text: string,
): Promise<Response> {
  if (endpoint.publish === undefined) {
    subject.lack?.('the subject has no way to publish');
    return noResponse('', 'no way to publish');
  }
  const target = targetOf(endpoint.publish, { channel });
  const fields = ['Content-Type: text/plain', `Content-Length: ${text.length}`];
  return ask(subject, request('POST', target, ...fields) + text);
}

/** A target with parameters in its query; those that are `undefined` are left out. */
export function targetOf(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value!)}`);
  return `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
}

/** A response that may never end. */
export class Held {
  readonly wire: Wire;
  /** The response's head, as that of a response without content. */
  readonly head: Response;
  readonly #timeout: number;
  #octets: Buffer = Buffer.alloc(0);

  private constructor(wire: Wire, head: Response, timeout: number) {
    this.wire = wire;
    this.head = head;
    this.#timeout = timeout;
  }

  /** Sends a request on a connection of its own and reads the head of its response. */
  static async open(subject: Subject, octets: string): Promise<Held> {
    const wire = await subject.connect();
    await wire.send(fill(octets, subject));
    const head = readResponse(await wire.readHead(), 'HEAD', false);
    return new Held(wire, head ?? noResponse('', 'no response'), subject.timeout);
  }

  get isChunked(): boolean {
    return this.head.fields.some(
      ({ name, value }) => name.toLowerCase() === 'transfer-encoding' && value === 'chunked',
    );
  }

  /** The content that has come, without the chunked coding. */
  get content(): string {
    return this.#read().content;
  }

  /** Whether the response has ended as one should. */
  get isComplete(): boolean {
    return this.isChunked ? this.#read().isLast : this.wire.ending === 'fin';
  }

  /** Reads on until the condition holds; false when it does not in time, or the end comes first. */
  async until(condition: (held: Held) => boolean): Promise<boolean> {
    const deadline = Date.now() + this.#timeout;
    while (!condition(this)) {
      const octets = await this.wire.readSome();
      this.#octets = Buffer.concat([this.#octets, octets]);
      if (octets.length === 0 || Date.now() > deadline) return condition(this);
    }
    return true;
  }

  #read(): { content: string; isLast: boolean } {
    const octets = this.#octets.toString('latin1');
    if (!this.isChunked) return { content: octets, isLast: false };
    let content = '';
    let start = 0;
    for (;;) {
      const end = octets.indexOf('\r\n', start);
      const size = Number.parseInt(octets.slice(start, end), 16);
      if (end === -1) return { content, isLast: false };
      if (size === 0) return { content, isLast: octets.endsWith('0\r\n\r\n') };
      content += octets.slice(end + 2, end + 2 + size);
      start = end + 2 + size + 2;
    }
  }
}

/** The text of a content of which each character is an octet. */
export function utf8(content: string): string {
  return Buffer.from(content, 'latin1').toString();
}

/** An event that was published, or something else with its type. */
export interface PushedEvent {
  readonly type: string;
  readonly text: string;
  readonly id: string;
}

/** The events of an event stream; where their data is a record, the text in it. */
export function eventsOf(held: Held): PushedEvent[] {
  return readEventStream(utf8(held.content)).flatMap((told) =>
    told[0] === 'event' ? [{ type: told[1], text: publishedText(told[2]), id: told[3] }] : [],
  );
}

/** The texts of the events that a plain `EventSource` takes for messages. */
export function messagesOf(held: Held): string[] {
  return eventsOf(held)
    .filter(({ type }) => type === 'message')
    .map(({ text }) => text);
}

function publishedText(data: string): string {
  try {
    const record: unknown = JSON.parse(data);
    const isRecord = typeof record === 'object' && record !== null && 'data' in record;
    return isRecord ? String(record.data) : data;
  } catch {
    return data;
  }
}

/** A record of a live endpoint, whatever it is. */
export interface LiveRecord {
  readonly id?: string;
  readonly channel?: string;
  readonly data?: unknown;
  readonly cursor?: string;
  readonly gap?: readonly string[];
  readonly ready?: {
    readonly session: string;
    readonly cursor: string;
    readonly recovery: string;
    readonly gaps: readonly string[];
  };
  readonly bye?: { readonly reason: string; readonly retry: number; readonly status?: number };
}

/** A round of polling: the response, and the records in it. */
export interface Round {
  readonly response: Response;
  readonly records: readonly LiveRecord[];
  /** Where the next round goes on. */
  readonly next: { readonly session: string | undefined; readonly cursor: string | undefined };
}

/** A request that polls a live endpoint. */
export function pollOf(
  { path }: PushEndpoint,
  parameters: Readonly<Record<string, string | number | undefined>>,
  ...fields: readonly string[]
): string {
  return request('GET', targetOf(path, { transport: 'long-poll', ...parameters }), ...fields);
}

/** Reads what a poll was answered. */
export function roundOf(response: Response): Round {
  const records = recordsIn(response.content.toString());
  const ready = records.find((record) => record.ready !== undefined)?.ready;
  const cursors = records.flatMap(({ id, cursor }) => [cursor ?? id ?? []].flat());
  return {
    response,
    records,
    next: { session: ready?.session, cursor: cursors.at(-1) ?? ready?.cursor },
  };
}

/** Polls on a connection of its own. */
export async function poll(
  subject: Subject,
  endpoint: PushEndpoint,
  parameters: Readonly<Record<string, string | number | undefined>>,
): Promise<Round> {
  return roundOf(await ask(subject, pollOf(endpoint, parameters)));
}

/** The texts that were published, in order. */
export function textsOf(records: readonly LiveRecord[]): string[] {
  return records.filter(({ channel }) => channel !== undefined).map(({ data }) => String(data));
}

/** A round in words. */
export function describeRound({ response, records }: Round): string {
  return `${summaryOf(response)} with ${JSON.stringify(records).slice(0, 200)}`;
}

function recordsIn(json: string): LiveRecord[] {
  try {
    const records: unknown = JSON.parse(json);
    return Array.isArray(records) ? records : [];
  } catch {
    return [];
  }
}
