/**
 * Judging the names in what an application gives: an option that is misspelt would be left out of
 * account in silence, and the server would be open, or closed, to others than it was meant to be.
 *
 * @module
 */

/** The names of a type's members. Written as a table, so that the compiler misses one that is missing. */
export type NamesOf<Given> = Readonly<Record<keyof Given, true>>;

/**
 * @param whose - Who has the options, such as `createHub`.
 * @throws TypeError when they are not an object, or one of them is not known.
 */
export function requireOptions<Options extends object>(
  whose: string,
  given: Options,
  known: NamesOf<Options>,
): void {
  requireObject(`the options of ${whose}`, given);
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const names = Object.keys(known);
  throw new TypeError(
    `${whose} has no option ${unknown}${hint(nearest(unknown, names)) ?? `: it has ${names.join(', ')}`}`,
  );
}

/** What a route may have: functions that are called, and options. */
export interface KnownMembers<Handlers, Options> {
  readonly handlers: NamesOf<Handlers>;
  readonly options: NamesOf<Options>;
}

/**
 * Judges a route's object. It may have members of its own, which its handlers find in `this`, but none
 * whose name is nearly that of a handler or an option that it lacks.
 *
 * @throws TypeError when it is no object, a handler no function, or a name misspelt.
 */
export function requireRoute<Handlers, Options>(
  what: string,
  route: object,
  { handlers, options }: KnownMembers<Handlers, Options>,
): void {
  requireObject(what, route);
  const given = route as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(handlers)) optionalFunction(`${name} of ${what}`, given[name]);
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(handlers, name) || Object.hasOwn(options, name)) continue;
    const meant = nearest(name, Object.keys(typeof value === 'function' ? handlers : options));
    if (meant !== undefined && given[meant] === undefined) {
      throw new TypeError(`${what} has no ${name}${hint(meant)}`);
    }
  }
}

/** @throws TypeError when it is neither a function nor left out. */
export function optionalFunction(what: string, given: unknown): void {
  if (given !== undefined) requireFunction(what, given);
}

/** @throws TypeError when it is no function. */
export function requireFunction(what: string, given: unknown): void {
  if (typeof given !== 'function') {
    throw new TypeError(`${what} must be a function, not ${kindOf(given)}`);
  }
}

/** @throws TypeError when it is no object with members. */
export function requireObject(what: string, given: unknown): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${what} must be an object, not ${kindOf(given)}`);
  }
}

/** What to say of the name that was meant, if one was. */
export function hint(meant: string | undefined): string | undefined {
  return meant && `: did you mean ${meant}?`;
}

/** The name that was probably meant by another one. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = name.toLowerCase().replace(/^on(?=.)/, '');
  const distances = names.map((known) => distance(plain, known.toLowerCase().replace(/^on/, '')));
  const least = Math.min(...distances);
  const found = names[distances.indexOf(least)];
  return found !== undefined && least <= (found.length > 4 ? 2 : 1) ? found : undefined;
}

/** How many characters have to be put in, taken out or replaced to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}

/** What kind of value it is, for one who has given the wrong one. */
function kindOf(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  if (Array.isArray(given)) return 'a list';
  return typeof given === 'object' ? 'an object' : `the ${typeof given} ${shown(given)}`;
}

/** A function says nothing by its text; anything else is shown, cut short. */
function shown(given: unknown): string {
  if (typeof given === 'function') return given.name;
  return typeof given === 'string' ? JSON.stringify(given.slice(0, 40)) : String(given);
}
