import { existsSync, readFileSync } from 'node:fs';

import { lineOf } from './places.ts';

/** A link of `docs/reading.md` to where a name is declared. */
export interface ReadingLink {
  readonly name: string;
  readonly file: string;
  /** The line that the link leads to; nothing when it leads to the file alone. */
  readonly line: number | undefined;
  /** The line at which the name is declared; nothing when it is not. */
  readonly declared: number | undefined;
}

const LINK = /\[`([^`]+)`\]\(\.\.\/([\w./-]+\.ts)(?:#L(\d+))?\)/g;

/** All links to names, in the order of the page. */
export function readingLinks(page: string): ReadingLink[] {
  return Array.from(page.matchAll(LINK), ([, name, file, line]) => ({
    name: name!,
    file: file!,
    line: line === undefined ? undefined : Number(line),
    declared: declaredAt(file!, name!),
  }));
}

/** The page, with each link at the line where its name is declared. */
export function renumbered(page: string): string {
  return page.replace(LINK, (link, name: string, file: string) => {
    const line = declaredAt(file, name);
    return line === undefined ? link : `[\`${name}\`](../${file}#L${line})`;
  });
}

function declaredAt(file: string, name: string): number | undefined {
  return existsSync(file) ? lineOf(readFileSync(file, 'utf8'), name) : undefined;
}
