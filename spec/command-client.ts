/**
 * A client under test that is a program of its own: it is started with the address of the scripted
 * server, and tells what its application gets as lines of JSON on its standard output.
 *
 * @module
 */

import type { EventSourceConstructor, EventSourceLike } from './client-probe.ts';
import { Program } from './program.ts';
import { hearLines } from './told-lines.ts';

/** The types that every source has, so that nobody has to ask for them. */
const OWN_TYPES: readonly string[] = ['open', 'error', 'message'];

const CLOSED = 2;

/**
 * Event sources, each of which is a run of a command. In its arguments `{url}` stands for the address,
 * and `{types}` for the event types to be listened to, with commas between.
 *
 * @param onStart - Told of each program that is started.
 */
export function eventSourceOf(
  command: readonly string[],
  onStart: (program: Program) => void = () => {},
): EventSourceConstructor {
  return class extends CommandSource {
    constructor(url: string) {
      super(command, url, onStart);
    }
  };
}

/** A run of a client. */
class CommandSource implements EventSourceLike {
  readyState = 0;
  readonly #listeners = new Map<string, ((event: Event) => void)[]>();
  readonly whenFailed: Promise<string>;
  #program: Program | undefined;
  #isClosed = false;

  constructor(command: readonly string[], url: string, onStart: (program: Program) => void) {
    this.whenFailed = new Promise((resolve) => {
      // Whoever makes a source says at once, but behind this, which types of events are listened to.
      queueMicrotask(() => {
        if (this.#isClosed) return;
        const program = this.#start(command, url);
        onStart(program);
        void program.whenFailed.then(resolve);
      });
    });
  }

  addEventListener(type: string, listener: (event: Event) => void): void {
    const listeners = this.#listeners.get(type) ?? [];
    this.#listeners.set(type, [...listeners, listener]);
  }

  close(): void {
    this.#isClosed = true;
    this.#program?.end();
  }

  #start(command: readonly string[], url: string): Program {
    const types = [...this.#listeners.keys()].filter((type) => !OWN_TYPES.includes(type)).join();
    const filled = command.map((word) =>
      word.replaceAll('{url}', url).replaceAll('{types}', types),
    );
    const program = new Program(filled);
    this.#program = program;
    const dispatch = (told: Partial<Told>) => this.#dispatch(told);
    hearLines<Told>(program.output, dispatch, () => this.close());
    return program;
  }

  #dispatch(event: Partial<Told>): void {
    if (event.type === 'open') this.readyState = 1;
    if (event.type === 'error') this.readyState = event.readyState ?? CLOSED;
    for (const listener of this.#listeners.get(event.type ?? '') ?? []) listener(event as never);
  }
}

/** An event, as a line tells it. */
interface Told {
  readonly type: string;
  readonly data?: string;
  readonly lastEventId?: string;
  readonly readyState?: number;
}
