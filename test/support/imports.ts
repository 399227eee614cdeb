import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** Every module that a file imports or re-exports: types too in a source, none in a built file. */
export function importsOf(path: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

/** The built files that are loaded when `entry` is, each with how many imports lead to it. */
export function graphOf(entry: string): Map<string, number> {
  const reached = new Map([[entry, 0]]);
  for (const [file, distance] of reached) {
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.')) continue;
      const imported = posix.join(file, '..', specifier);
      if (!reached.has(imported)) reached.set(imported, distance + 1);
    }
  }
  return reached;
}
