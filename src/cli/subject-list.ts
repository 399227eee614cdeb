import { doorOf, readAddress } from '../../spec/addresses.ts';
import type { Door, ServerUnderTest } from '../../spec/conformance.ts';
import { integerOption } from './integer-option.ts';
import { UsageError } from './usage.ts';

/** Options that are addresses. */
const DOORS: Readonly<Record<string, Door>> = {
  'event-stream': 'eventStream',
  live: 'live',
  full: 'full',
};

/** Options that tell a path. */
const PATHS: Readonly<Record<string, 'reflector' | 'publish'>> = {
  reflector: 'reflector',
  publish: 'publish',
};

/** Options that tell a number. */
const NUMBERS: Readonly<Record<string, 'heartbeat' | 'round' | 'sessionIdle' | 'givesUpAfter'>> = {
  heartbeat: 'heartbeat',
  round: 'round',
  'session-idle': 'sessionIdle',
  'gives-up-after': 'givesUpAfter',
};

type Told = { -readonly [Key in keyof ServerUnderTest]: ServerUnderTest[Key] };

/**
 * The subjects that arguments name, taken in their order: an address of a kind that the last subject
 * has is of a new one, and what is told of a subject stands behind it.
 */
export class SubjectList {
  readonly #subjects: Told[] = [];

  /** @throws UsageError when one of them has no address. */
  get all(): readonly ServerUnderTest[] {
    const lost = this.#subjects.find((subject) => !hasAddress(subject));
    if (lost === undefined) return this.#subjects;
    const who = lost.name === undefined ? 'a subject' : `the subject ${lost.name}`;
    throw new UsageError(`${who} has no address: give one, as ws://127.0.0.1:8080/, behind it`);
  }

  /**
   * Takes an address whose kind its scheme tells.
   *
   * @throws UsageError when it is none.
   */
  address(text: string): void {
    const door = doorOf(text);
    if (door === undefined) throw new UsageError(`${text} is not an address. ${guessAt(text)}`);
    this.#enter(door, text);
  }

  /**
   * Takes an option, if it is one about a subject.
   *
   * @throws UsageError when it can't be understood.
   */
  option(name: string, value = ''): void {
    const door = DOORS[name];
    if (door !== undefined) this.#enter(door, value);
    else if (name === 'subject') this.#subjects.push({ name: value });
    else if (PATHS[name] !== undefined) this.#last()[PATHS[name]] = pathOption(name, value);
    else if (NUMBERS[name] !== undefined) {
      this.#last()[NUMBERS[name]] = integerOption(`--${name}`, value, 1);
    }
  }

  #enter(door: Door, text: string): void {
    try {
      readAddress(text, door);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    if (this.#last()[door] !== undefined) this.#subjects.push({});
    this.#last()[door] = text;
  }

  #last(): Told {
    if (this.#subjects.length === 0) this.#subjects.push({});
    return this.#subjects.at(-1)!;
  }
}

/** What may have been meant. */
function guessAt(text: string): string {
  const isHost = URL.canParse(`ws://${text}`);
  return isHost ? `Is it ws://${text} or http://${text}?` : 'They are like ws://host:port/';
}

function hasAddress({ webSocket, http, eventStream, live, full }: ServerUnderTest): boolean {
  return [webSocket, http, eventStream, live, full].some((address) => address !== undefined);
}

function pathOption(name: string, value: string): string {
  if (value.startsWith('/')) return value;
  throw new UsageError(`--${name} takes a path that begins with /, and was given ${value}`);
}
