/**
 * What goes wrong, and what comes of it: `npm run test:faults [-- push | memory] [--option ...]`.
 * Without a name: a hostile minute.
 *
 * @module
 */

const RUNS: Readonly<Record<string, string>> = {
  hostile: './hostile.js',
  push: './push.js',
  memory: './memory.js',
};

const [name] = process.argv.slice(2);
await import(RUNS[name ?? ''] ?? RUNS['hostile']!);
