/**
 * Grammars as data, in the terms of ABNF, and a recogniser that follows every way through one at once:
 * slow, and with nothing to go wrong.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5234 | RFC 5234}
 * @module
 */

/** A rule of a grammar. A string stands for itself, in letters of either case, as in ABNF. */
export type Rule =
  | string
  | { readonly kind: 'octet'; readonly members: ReadonlySet<number> }
  | { readonly kind: 'sequence'; readonly parts: readonly Rule[] }
  | { readonly kind: 'choice'; readonly options: readonly Rule[] }
  | { readonly kind: 'repeat'; readonly part: Rule; readonly min: number; readonly max: number }
  | { readonly kind: 'named'; readonly name: string; readonly part: Rule };

/** One octet from `first` to `last`: ABNF's `%xNN-NN`. */
export function range(first: number, last: number): Rule {
  const members = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return { kind: 'octet', members: new Set(members) };
}

/** One octet that is one of `characters`. */
export function oneOf(characters: string): Rule {
  return { kind: 'octet', members: new Set(Array.from(characters, octetOf)) };
}

/** The octets of `text`, with letters in this case alone: ABNF's `%xNN.NN.NN`. */
export function exactly(text: string): Rule {
  return sequence(...Array.from(text, oneOf));
}

/** One rule behind the other: ABNF's `a b`. */
export function sequence(...parts: readonly Rule[]): Rule {
  return { kind: 'sequence', parts };
}

/** Any of the rules: ABNF's `a / b`. */
export function choice(...options: readonly Rule[]): Rule {
  return { kind: 'choice', options };
}

/** The rule `min` to `max` times: ABNF's `min*max part`. */
export function repeat(part: Rule, min = 0, max: number = Number.POSITIVE_INFINITY): Rule {
  return { kind: 'repeat', part, min, max };
}

/** The rule or nothing: ABNF's `[ part ]`. */
export function optional(part: Rule): Rule {
  return repeat(part, 0, 1);
}

/** The rule, whose octets are asked for by this name. */
export function named(name: string, part: Rule): Rule {
  return { kind: 'named', name, part };
}

/** What became of octets that were held against a rule. */
export interface Recognition {
  /** Whether all of the octets are what the rule says. */
  readonly matches: boolean;
  /** Whether more octets could be what the rule says, if these come first. */
  readonly isPrefix: boolean;
  /** If they match: the octets of every named rule, as text, in the order they end. */
  readonly captures: readonly Capture[];
}

/** What the octets of a named rule were, an octet as the character of the same number. */
export type Capture = readonly [name: string, text: string];

/** Holds `octets` against `rule`. */
export function recognise(rule: Rule, octets: Uint8Array): Recognition {
  const progress = new Progress(octets);
  const matches = progress.follow(rule, [{ end: 0, captures: [] }]);
  const whole = matches.find(({ end }) => end === octets.length);
  return {
    matches: whole !== undefined,
    isPrefix: progress.wantedMore,
    captures: whole?.captures ?? [],
  };
}

/** Whether all of `text` is what the rule says. */
export function matches(rule: Rule, text: string): boolean {
  return recognise(rule, Buffer.from(text, 'latin1')).matches;
}

/** The octets of every rule of that name in `text`; nothing when `text` is not what the rule says. */
export function captured(rule: Rule, text: string, name: string): string[] | undefined {
  const recognition = recognise(rule, Buffer.from(text, 'latin1'));
  if (!recognition.matches) return undefined;
  return recognition.captures.filter(([each]) => each === name).map(([, octets]) => octets);
}

/** Every octet that can be part of what the rule says. */
export function alphabet(rule: Rule): ReadonlySet<number> {
  if (typeof rule === 'string') return new Set(Array.from(rule, bothCases).flat());
  switch (rule.kind) {
    case 'octet':
      return rule.members;
    case 'sequence':
      return new Set(rule.parts.flatMap((part) => [...alphabet(part)]));
    case 'choice':
      return new Set(rule.options.flatMap((option) => [...alphabet(option)]));
    case 'repeat':
    case 'named':
      return alphabet(rule.part);
  }
}

/** A way that was found: how far it leads, and what was named on it. */
interface Way {
  readonly end: number;
  readonly captures: readonly Capture[];
}

class Progress {
  /** Whether a way was followed to where the octets end, and led on. */
  wantedMore = false;
  readonly #octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  /** All ways that lead on through `rule` from those in `ways`, one for each place they reach. */
  follow(rule: Rule, ways: readonly Way[]): Way[] {
    if (typeof rule === 'string') {
      return Array.from(rule, bothCases).reduce<Way[]>(
        (reached, octets) => this.#octet(new Set(octets), reached),
        [...ways],
      );
    }
    switch (rule.kind) {
      case 'octet':
        return this.#octet(rule.members, ways);
      case 'sequence':
        return rule.parts.reduce<Way[]>((reached, part) => this.follow(part, reached), [...ways]);
      case 'choice':
        return distinct(rule.options.flatMap((option) => this.follow(option, ways)));
      case 'repeat':
        return this.#repeat(rule.part, rule.min, rule.max, ways);
      case 'named':
        return distinct(ways.flatMap((way) => this.#named(rule.name, rule.part, way)));
    }
  }

  #octet(members: ReadonlySet<number>, ways: readonly Way[]): Way[] {
    if (ways.some(({ end }) => end === this.#octets.length)) this.wantedMore = true;
    return ways
      .filter(({ end }) => end < this.#octets.length && members.has(this.#octets[end]!))
      .map(({ end, captures }) => ({ end: end + 1, captures }));
  }

  #repeat(part: Rule, min: number, max: number, ways: readonly Way[]): Way[] {
    let newest = [...ways];
    for (let count = 0; count < min; count++) newest = this.follow(part, newest);
    let reached = newest;
    for (let count = min; count < max && newest.length > 0; count++) {
      const before = new Set(reached.map(({ end }) => end));
      newest = this.follow(part, newest).filter(({ end }) => !before.has(end));
      reached = [...reached, ...newest];
    }
    return reached;
  }

  #named(name: string, part: Rule, from: Way): Way[] {
    return this.follow(part, [from]).map(({ end, captures }) => {
      const text = Buffer.from(this.#octets.subarray(from.end, end)).toString('latin1');
      return { end, captures: [...captures, [name, text] as const] };
    });
  }
}

/** The first way to each place. */
function distinct(ways: readonly Way[]): Way[] {
  return [...new Map(ways.toReversed().map((way) => [way.end, way])).values()];
}

function bothCases(character: string): number[] {
  return [octetOf(character.toLowerCase()), octetOf(character.toUpperCase())];
}

function octetOf(character: string): number {
  return character.charCodeAt(0);
}
