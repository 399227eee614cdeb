import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LAWS, type LawName, type LawRecord } from './law.ts';
import { WITHOUT_LAW } from './without-law.ts';

/** What an export of the pure layers is called when it reads what a peer sent. */
const PARSER =
  /^export (?:function|class|const) ((?:decode|parse|judge|validate)[A-Z]\w*|\w+Decoder)\b/gm;

/** The layers that have parsers. */
const LAYERS: readonly string[] = [
  'bytes',
  'http1',
  'deflate',
  'websocket',
  'event-stream',
  'channel',
];

/** How often each law of each parser was tried. */
export type LawTable = Map<string, Map<LawName, number>>;

/** Every parser that the sources export, and every other that has a law, against the five laws. */
export function lawTable(records: readonly LawRecord[]): LawTable {
  const table: LawTable = new Map(parsersOf(LAYERS).map((parser) => [parser, new Map()]));
  for (const { parser, law, runs } of records) {
    const row = table.get(parser) ?? new Map<LawName, number>();
    row.set(law, (row.get(law) ?? 0) + runs);
    table.set(parser, row);
  }
  return table;
}

/** What is wrong with the table: cells with neither a law nor a reason, and those with both. */
export function holesIn(table: LawTable): string[] {
  const holes: string[] = [];
  for (const [parser, row] of table) {
    for (const law of LAWS) {
      const isExcused = reasonFor(parser, law) !== -1;
      if (row.has(law) === isExcused) {
        holes.push(`${parser}: ${law} has ${isExcused ? 'a law and a reason' : 'neither'}`);
      }
    }
  }
  return holes;
}

/** The table as text, each reason a note below it. */
export function printed(table: LawTable): string {
  const rows = [...table].map(([parser, row]) => [
    parser,
    ...LAWS.map((law) => cell(parser, law, row)),
  ]);
  const notes = WITHOUT_LAW.map(({ reason }, i) => `(${note(i)}) ${reason}`);
  return [...aligned([['parser', ...LAWS], ...rows]), '', ...notes].join('\n');
}

function cell(parser: string, law: LawName, row: ReadonlyMap<LawName, number>): string {
  const runs = row.get(law);
  if (runs !== undefined) return runs.toLocaleString('en');
  const reason = reasonFor(parser, law);
  return reason === -1 ? 'MISSING' : `(${note(reason)})`;
}

/** Which reason excuses the parser from the law, or -1. */
function reasonFor(parser: string, law: LawName): number {
  return WITHOUT_LAW.findIndex(
    ({ parsers, laws }) => parsers.includes(parser) && laws.includes(law),
  );
}

function note(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/** Pads each column: the first to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([parser, ...cells]) =>
    [parser!.padEnd(widths[0]!), ...cells.map((text, i) => text.padStart(widths[i + 1]!))].join(
      '  ',
    ),
  );
}

/** The names of the parsers that the files of `layers` export. */
function parsersOf(layers: readonly string[]): string[] {
  return layers.flatMap((layer) =>
    readdirSync(join('src', layer))
      .sort()
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        Array.from(
          readFileSync(join('src', layer, file), 'utf8').matchAll(PARSER),
          ([, name]) => name!,
        ),
      ),
  );
}
