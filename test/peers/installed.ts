/**
 * Which peers are installed, and in which versions.
 *
 * @module
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { commandNamed } from '../proxies/program.ts';

/** The line that installs the peers of npm that the newcomer's `npm ci` leaves out. */
export const INSTALL_HEAVY = 'npm ci --ignore-scripts --prefix test/peers';

/** Debian's Python, which knows Debian's packages. */
export const PYTHON = '/usr/bin/python3';

const FOLDERS = ['node_modules', 'test/peers/node_modules'];

/** The version of a package of npm; nothing when it is not there. */
export function packageVersion(name: string): string | undefined {
  const file = FOLDERS.map((folder) => `${folder}/${name}/package.json`).find((one) =>
    existsSync(one),
  );
  return file && versionIn(file);
}

/** The version of this package. */
export function ownVersion(): string {
  return versionIn('package.json');
}

/** Bun, as its package for this platform brings it. */
export function bun(): string | undefined {
  const folder = 'test/peers/node_modules/@oven';
  const platforms = existsSync(folder) ? readdirSync(folder) : [];
  return platforms.map((one) => `${folder}/${one}/bin/bun`).find((file) => existsSync(file));
}

/** The version of a package of Debian's Python; nothing when it is not there. */
export function pythonVersion(module: string): string | undefined {
  if (!existsSync(PYTHON)) return undefined;
  return printedBy(PYTHON, ['-c', `import ${module}; print(${module}.__version__)`], /^\S+/);
}

/** The version that a program tells of itself; nothing when it is not there. */
export function programVersion(name: string, option: string): string | undefined {
  const command = commandNamed(name);
  return command === undefined ? undefined : printedBy(command, [option], /\d+(?:\.\d+)+/);
}

function versionIn(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function printedBy(command: string, args: readonly string[], pattern: RegExp): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? pattern.exec(`${stdout}${stderr}`.trim())?.[0] : undefined;
}
