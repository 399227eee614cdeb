import { readdirSync, readFileSync } from 'node:fs';

import { EVENT_STREAM_FAULTS, HTTP_FAULTS, WEBSOCKET_FAULTS } from '../../src/errors.ts';

/** Where the code cites a section of a standard, or throws a fault that is of that section. */
export interface Place {
  /** From the top of the repository. */
  readonly file: string;
  /** The declaration that it stands in or in front of; nothing when it is said of the whole file. */
  readonly name: string | undefined;
}

/** Which places there are in `src`, by standard and section: `RFC 9112 §7.1`. */
export function placesBySection(): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const file of sourceFiles()) {
    if (file === 'src/errors.ts') continue;
    for (const [section, name] of citationsIn(readFileSync(file, 'utf8'))) {
      const known = places.get(section) ?? [];
      if (!known.some((one) => one.file === file && one.name === name)) known.push({ file, name });
      places.set(section, known);
    }
  }
  return places;
}

/** The line, from 1 on, at which `name` is declared: a member stands as `Class.member`. */
export function lineOf(text: string, name: string): number | undefined {
  const lines = text.split('\n');
  let scope = new Scope();
  for (const [i, line] of lines.entries()) {
    const next = scope.at(line);
    if (next !== scope && next.name === name) return i + 1;
    scope = next;
  }
  return undefined;
}

/** The files of `src`, in a fixed order. */
export function sourceFiles(): string[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

/** What is thrown by its code, and the section that each code is of. */
const SECTIONS: ReadonlyMap<string, string> = new Map([
  ...Object.entries({ ...HTTP_FAULTS, ...WEBSOCKET_FAULTS }).map(
    ([code, [, section]]) => [code, section] as const,
  ),
  ...Object.entries(EVENT_STREAM_FAULTS).map(([code, [section]]) => [code, section] as const),
]);

/** Each section that a text cites, with the declaration at which it does. */
function* citationsIn(text: string): Generator<[section: string, name: string | undefined]> {
  const lines = text.split('\n');
  let scope = new Scope();
  for (const [i, line] of lines.entries()) {
    scope = scope.at(line);
    const sections = [...sectionsIn(line), ...faultsIn(line)];
    if (sections.length === 0) continue;
    const name = isDocumentation(line) ? scope.ahead(lines, i) : scope.name;
    for (const section of sections) yield [section, name];
  }
}

/** Which class and which of its members, or which declaration, a line stands in. */
class Scope {
  readonly #outer: string | undefined;
  readonly #hasMembers: boolean;
  readonly #member: string | undefined;

  constructor(outer?: string, hasMembers = false, member?: string) {
    this.#outer = outer;
    this.#hasMembers = hasMembers;
    this.#member = member;
  }

  get name(): string | undefined {
    return this.#member === undefined ? this.#outer : `${this.#outer}.${this.#member}`;
  }

  /** The scope of a line that follows. */
  at(line: string): Scope {
    const top = TOP.exec(line);
    if (top !== null) return new Scope(top[2], HAS_MEMBERS.has(top[1]!));
    const member = this.#hasMembers ? MEMBER.exec(line)?.[1] : undefined;
    return member === undefined ? this : new Scope(this.#outer, true, member);
  }

  /** The declaration that a comment stands in front of: none when it is about the file. */
  ahead(lines: readonly string[], comment: number): string | undefined {
    let end = comment;
    while (!lines[end]!.includes('*/')) {
      if (lines[end]!.includes('@module')) return undefined;
      end++;
    }
    return this.at(lines[end + 1] ?? '').name;
  }
}

const SECTION = /§([\d.]*\d)/g;
const STANDARD = /(RFC \d+|HTML|Fetch) (?=§)/g;

/** The sections in a line: `RFC 9112 §9.3, §9.6` names two. */
function* sectionsIn(line: string): Generator<string> {
  const standards = Array.from(line.matchAll(STANDARD), ({ 1: name, index }) => ({ name, index }));
  for (const { 1: section, index } of line.matchAll(SECTION)) {
    const standard = standards.findLast((one) => one.index < index);
    if (standard !== undefined) yield `${standard.name} §${section}`;
  }
}

function* faultsIn(line: string): Generator<string> {
  for (const [, code] of line.matchAll(/'([A-Z]+(?:_[A-Z\d]+)+)'/g)) {
    const section = SECTIONS.get(code!);
    if (section !== undefined) yield section;
  }
}

function isDocumentation(line: string): boolean {
  return /^\s*(?:\/\*\*|\*)/.test(line);
}

const TOP =
  /^(?:export )?(?:abstract )?(?:async )?(class|function\*?|const|let|interface|type) (\w+)/;
const HAS_MEMBERS: ReadonlySet<string> = new Set(['class', 'interface']);
const MEMBER =
  /^ {2}(?:(?:protected|private|static|abstract|override|readonly|async|get|set) )*\*?(#?\w+)[?!]?(?:[(<:;]| =)/;
