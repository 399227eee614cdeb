/**
 * Probes of a client of event streams: a source as the HTML standard has it, which is sent to a
 * scripted server and watched.
 *
 * @module
 */

import { FairTimer, pause } from './fair-timer.ts';
import { clauseOf, type Finding, finding, inconclusive, type Probe } from './probe.ts';
import type { Mortal } from './program.ts';
import type { ScriptedServer, Visit } from './scripted-server.ts';

/** The part of the interface `EventSource` that probes look at. */
export interface EventSourceLike extends Mortal {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
}

/** A client under test: something that makes event sources. */
export type EventSourceConstructor = new (url: string) => EventSourceLike;

/** A client under test, with the server that it is sent to. */
export interface ClientSubject {
  readonly server: ScriptedServer;
  /** How long to wait for what has to happen, in milliseconds. */
  readonly timeout: number;
  /** How long nothing has to happen before it counts as never happening, in milliseconds. */
  readonly patience: number;
  /** Opens a source, and listens to events of these types besides those that every source has. */
  open(...types: readonly string[]): Watch;
}

/** An event as the application gets it. */
export type Received = readonly [type: string, data: unknown, lastEventId: string];

/** What a source does. */
export class Watch {
  readonly source: EventSourceLike;
  readonly events: Received[] = [];
  /** The `readyState` at each event of the type `error`. */
  readonly errors: number[] = [];
  opens = 0;
  #wake: () => void = () => {};

  constructor(source: EventSourceLike, types: readonly string[]) {
    this.source = source;
    const listen = (type: string, note: (event: Event) => void) =>
      source.addEventListener(type, (event) => {
        note(event);
        this.#wake();
      });
    listen('open', () => this.opens++);
    listen('error', () => this.errors.push(source.readyState));
    for (const type of new Set(['message', ...types])) {
      listen(type, (event) => {
        const { data, lastEventId } = event as MessageEvent;
        this.events.push([type, data, lastEventId]);
      });
    }
  }

  /** Looks again whether what is waited for holds. */
  look(): void {
    this.#wake();
  }

  /** Waits until the condition holds, so many milliseconds at most, and returns whether it does. */
  async until(condition: () => boolean, milliseconds: number): Promise<boolean> {
    if (condition()) return true;
    await new Promise<void>((resolve) => {
      const timer = new FairTimer(resolve, milliseconds);
      this.#wake = () => {
        if (!condition()) return;
        timer.stop();
        resolve();
      };
    });
    return condition();
  }
}

/** The head of a response that is an event stream, and ends with the connection. */
export const STREAM =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n';

/** The same, with a client that is to come back soon. */
export const BRIEF: string = `${STREAM}retry: 10\n\n`;

/** A probe of a client, with the clause taken from its id. */
export function clientProbe(
  id: string,
  title: string,
  sends: string,
  judge: Probe<ClientSubject>['judge'],
): Probe<ClientSubject> {
  return { id, clause: clauseOf(id), role: 'client', title, sends, judge };
}

/**
 * The stream is understood like this: exactly these events, in this order.
 *
 * @param segments - Octets behind the response's head, each a segment of its own.
 */
export function interprets(
  id: string,
  title: string,
  segments: string | readonly string[],
  ...expected: readonly Received[]
): Probe<ClientSubject> {
  const octets = [segments].flat();
  const judge = async (subject: ClientSubject): Promise<Finding> => {
    const watch = subject.open('add', 'x', ...expected.map(([type]) => type));
    const visit = await subject.server.next();
    if (visit === undefined) return noRequest(title);
    await visit.wire.send(STREAM, ...octets);
    await watch.until(() => watch.events.length >= expected.length, subject.timeout);
    await pause(subject.patience);
    return finding(
      JSON.stringify(watch.events) === JSON.stringify(expected),
      JSON.stringify(expected),
      JSON.stringify(watch.events),
    );
  };
  return clientProbe(id, title, octets.map((text) => JSON.stringify(text)).join(' | '), judge);
}

/** What the source does once a stream of this content has ended: the next request, if one comes. */
export async function comeBack(
  subject: ClientSubject,
  content: string,
  leave: (visit: Visit) => void = ({ wire }) => wire.end(),
): Promise<{ watch: Watch; left: number; next: Visit | undefined }> {
  const watch = subject.open();
  const visit = await subject.server.next();
  if (visit === undefined) return { watch, left: 0, next: undefined };
  await visit.wire.send(STREAM, content);
  await watch.until(() => watch.opens > 0, subject.timeout);
  await pause(20);
  const left = Date.now();
  leave(visit);
  return { watch, left, next: await subject.server.next() };
}

/** Nothing can be said of a client that did not come. */
export function noRequest(expected: string): Finding {
  return inconclusive(expected, 'no request came');
}
