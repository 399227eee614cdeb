import { readFileSync } from 'node:fs';

import { reasonWithout } from '../../spec/clauses/unprobed.ts';
import { allClauses, type Clause } from '../../spec/clauses.ts';
import { listProbes } from '../../spec/list.ts';
import { STANDARDS, type Standard, sectionOf, standardOf } from '../../spec/standards.ts';
import { type Place, placesBySection, sourceFiles } from './places.ts';
import { testFiles } from './test-files.ts';
import { BESIDE_THE_PLACES, WITHOUT_PLACE } from './without-place.ts';

/** The documents of which each requirement must have a place in the code, or a reason to have none. */
const BUILT_IN: readonly string[] = ['rfc6455', 'rfc9112'];

/** A section of a standard, with what it asks for and where that is decided. */
export interface ClauseSection {
  readonly standard: Standard;
  readonly section: string;
  readonly clauses: readonly Clause[];
  readonly places: readonly Place[];
}

/** All sections that clauses are of, in the order of the standards and of their lists. */
export function clauseSections(): ClauseSection[] {
  const places = placesBySection();
  const sections = new Map<string, ClauseSection & { clauses: Clause[] }>();
  for (const clause of allClauses().values()) {
    const standard = standardOf(clause.id);
    const section = sectionOf(clause);
    const key = `${standard.name} §${section}`;
    const known = sections.get(key) ?? {
      standard,
      section,
      clauses: [],
      places: places.get(key) ?? [],
    };
    known.clauses.push(clause);
    sections.set(key, known);
  }
  return [...sections.values()];
}

/** What a section has no place for, though encke is bound by it. */
export function unplacedIn(section: ClauseSection): Clause[] {
  return section.places.length > 0 ? [] : requirementsIn(section);
}

/** What a section asks of encke that it must keep, as a server or as a client. */
export function requirementsIn({ standard, clauses }: ClauseSection): Clause[] {
  if (!BUILT_IN.includes(standard.id)) return [];
  return clauses.filter(({ level, who }) => level.startsWith('MUST') && who !== 'proxy');
}

/** `docs/clauses.md`. */
export function clauseMap(): string {
  const sections = clauseSections();
  const probes = probesByClause();
  const laws = lawsByFile();
  const clauses = sections.flatMap((section) => section.clauses);
  const probed = probedOf(clauses).length;
  const chapters = STANDARDS.map((standard) => {
    const own = sections.filter((section) => section.standard === standard);
    const parts = own.map((section) => chapterOf(section, probes, laws));
    return [`## ${standard.name}: ${standard.title}`, ...parts].join('\n\n');
  });
  return `${[introduction(clauses, probed), ...chapters].join('\n\n')}\n`;
}

/** How many of the clauses that can be observed have a probe. */
export function coverage(): string {
  const observable = [...allClauses().values()].filter((clause) => clause.observable);
  return `${probedOf(observable).length} of ${observable.length} observable clauses have a probe`;
}

function probedOf(clauses: readonly Clause[]): Clause[] {
  const probes = probesByClause();
  return clauses.filter(({ id, observable }) => observable && probes.has(id));
}

function introduction(all: readonly Clause[], probed: number): string {
  const clauses = all.length;
  const observable = all.filter((clause) => clause.observable).length;
  return `# The clause map

What the standards ask for, section by section, and where encke decides it. There are ${clauses} clauses, in our
own wording, of which ${observable} can be observed on the wire; ${probed} have probes, which
[the conformance suite](conformance.md) sends to any server or client, and the others a reason to have none. *Decided in* are the places in \`src/\` whose comments cite the section, or that raise a fault that is
of it: together they decide what the section asks for, but for the rows that say otherwise. *Laws* are the
parsers in the same files that are held to a slow model (\`npm run test:laws\`).

This page is made of the lists in \`spec/clauses/\`, of the probes and of the comments, by \`npm run book\`; a test
sees that it is up to date, and that no MUST of RFC 6455 or RFC 9112 that binds a server or a client is without
a place.`;
}

function chapterOf(
  { section, clauses, places }: ClauseSection,
  probes: ReadonlyMap<string, readonly string[]>,
  laws: ReadonlyMap<string, readonly string[]>,
): string {
  const held = [...new Set(places.flatMap(({ file }) => laws.get(file) ?? []))];
  const lines = [`### §${section}`.replace(/§(?=\D)/, ''), ''];
  if (places.length > 0) lines.push(`Decided in ${places.map(linkTo).join(', ')}.`);
  if (held.length > 0) lines.push(`Laws: ${held.map(inCode).join(', ')}.`);
  if (places.length > 0) lines.push('');
  lines.push('| clause | level | binds | what is asked | probes |', '|---|---|---|---|---|');
  for (const { id, level, who, requirement } of clauses) {
    const reason = WITHOUT_PLACE[id] ?? BESIDE_THE_PLACES[id];
    const note = reason === undefined ? '' : `. *Not decided here: ${reason}.*`;
    const why = reasonWithout(id);
    const none = why === undefined ? '' : `*None: ${inCell(why)}.*`;
    const sent = probes.get(id)?.map(inCode).join(' ') ?? none;
    lines.push(`| ${id} | ${level} | ${who} | ${inCell(requirement)}${note} | ${sent} |`);
  }
  return lines.join('\n');
}

function linkTo({ file, name }: Place): string {
  return `[${inCode(name ?? file.split('/').at(-1)!)}](../${file})`;
}

function inCode(text: string): string {
  return `\`${text}\``;
}

function inCell(text: string): string {
  return text.replace(/[|<*_[\]\\`]/g, (character) => `\\${character}`);
}

function probesByClause(): Map<string, string[]> {
  const probes = new Map<string, string[]>();
  for (const { probe, clause } of listProbes()) {
    probes.set(clause, [...(probes.get(clause) ?? []), probe]);
  }
  return probes;
}

/** The parsers that each file of `src` exports and that laws are tried on. */
function lawsByFile(): Map<string, string[]> {
  const parsers = new Set(
    testFiles().flatMap((file) =>
      Array.from(
        readFileSync(file, 'utf8').matchAll(/\blaw\(\s*'(\w+)'/g),
        ([, parser]) => parser!,
      ),
    ),
  );
  return new Map(
    sourceFiles().map((file) => {
      const exported = readFileSync(file, 'utf8').matchAll(
        /^export (?:function|class|const) (\w+)/gm,
      );
      return [file, Array.from(exported, ([, name]) => name!).filter((name) => parsers.has(name))];
    }),
  );
}
