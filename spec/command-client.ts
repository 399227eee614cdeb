/**
 * A client under test that is a program of its own: it is started with the address of the scripted
 * server, and tells what its application gets as lines of JSON on its standard output.
 *
 * @module
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

import type { EventSourceConstructor, EventSourceLike } from './client-probe.ts';

/** How many octets a client may tell at once, and altogether, before it is ended. */
const MAX_TOLD = 2 ** 27;

/** The types that every source has, so that nobody has to ask for them. */
const OWN_TYPES: readonly string[] = ['open', 'error', 'message'];

const CLOSED = 2;

/**
 * Event sources, each of which is a run of a command. In its arguments `{url}` stands for the address,
 * and `{types}` for the event types to be listened to, with commas between.
 *
 * @param onFailure - Told when the command can't be started.
 */
export function eventSourceOf(
  command: readonly string[],
  onFailure: (error: Error) => void = () => {},
): EventSourceConstructor {
  return class extends CommandSource {
    constructor(url: string) {
      super(command, url, onFailure);
    }
  };
}

/** A client that runs. */
export type Program = ChildProcessByStdio<null, Readable, null>;

/**
 * Starts a program that can be ended together with what it starts.
 *
 * @param onFailure - Told when it can't be started.
 */
export function start(
  program: string,
  args: readonly string[],
  onFailure: (error: Error) => void,
): Program {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  child.on('error', onFailure);
  return child;
}

/** Ends a program, and what it has started. */
export function end(child: Pick<Program, 'pid' | 'exitCode' | 'kill'>): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** A run of a client. */
class CommandSource implements EventSourceLike {
  readyState = 0;
  readonly #listeners = new Map<string, ((event: Event) => void)[]>();
  #child: Program | undefined;
  #isClosed = false;
  #told = '';
  #octets = 0;

  constructor(command: readonly string[], url: string, onFailure: (error: Error) => void) {
    // Whoever makes a source says at once, but behind this, which types of events are listened to.
    queueMicrotask(() => this.#start(command, url, onFailure));
  }

  addEventListener(type: string, listener: (event: Event) => void): void {
    const listeners = this.#listeners.get(type) ?? [];
    this.#listeners.set(type, [...listeners, listener]);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#child !== undefined) end(this.#child);
  }

  #start([program, ...args]: readonly string[], url: string, onFailure: (error: Error) => void) {
    if (this.#isClosed) return;
    const types = [...this.#listeners.keys()].filter((type) => !OWN_TYPES.includes(type)).join();
    const filled = args.map((arg) => arg.replaceAll('{url}', url).replaceAll('{types}', types));
    const child = start(program!, filled, onFailure);
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
  }

  /** What is no line of JSON is the client's own business. */
  #hear(text: string): void {
    this.#octets += text.length;
    if (this.#octets > MAX_TOLD) this.close();
    const lines = (this.#told + text).split('\n');
    this.#told = lines.pop()!;
    for (const line of lines) {
      const event = readLine(line);
      if (event !== undefined) this.#dispatch(event);
    }
  }

  #dispatch(event: Told): void {
    if (event.type === 'open') this.readyState = 1;
    if (event.type === 'error') this.readyState = event.readyState ?? CLOSED;
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event as never);
  }
}

/** An event, as a line tells it. */
interface Told {
  readonly type: string;
  readonly data?: string;
  readonly lastEventId?: string;
  readonly readyState?: number;
}

function readLine(line: string): Told | undefined {
  try {
    const told: unknown = JSON.parse(line);
    const isTold = typeof told === 'object' && told !== null && 'type' in told;
    return isTold ? (told as Told) : undefined;
  } catch {
    return undefined;
  }
}
