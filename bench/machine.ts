import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { isInstalled, isPinned } from './process.ts';

/** What the figures depend on besides the code: a line for the machine, one for the versions. */
export function describeMachine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg().map((average) => average.toFixed(1));
  return [
    `${processors.length} × ${processors[0]?.model.trim()}, ${memory} GiB, ${type()} ${release()}`,
    `load average ${load.join(' ')}; ${isPinned ? 'server and generator pinned to a core each' : 'not pinned'}`,
    `Node ${process.versions.node} (V8 ${process.versions.v8}), ${peers().join(', ')}`,
  ].join('\n');
}

function peers(): string[] {
  const names = isInstalled('bun') ? ['ws', 'bun'] : ['ws'];
  return names.map((name) => `${name} ${versionOf(name)}`);
}

function versionOf(name: string): string {
  const from = name === 'bun' ? '../../bench/package.json' : import.meta.url;
  const require = createRequire(new URL(from, import.meta.url));
  const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8'));
  return String(version);
}
