import { readFileSync } from 'node:fs';

import { conformCommand, type Outputs } from './conform-command.ts';
import { HELP, UsageError } from './usage.ts';

const USAGE = 2;

/** Runs the command line, and returns the exit code. */
export async function main(args: readonly string[], outputs: Outputs): Promise<number> {
  try {
    return await dispatch(args, outputs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    outputs.stderr.write(`encke: ${error.message}\n`);
    return USAGE;
  }
}

async function dispatch([command, ...args]: readonly string[], outputs: Outputs): Promise<number> {
  if (command === 'conform') return conformCommand(args, outputs);
  if (command === '--version') return print(`${version()}\n`, outputs);
  if (command === '--help' || command === '-h') return print(HELP, outputs);
  const what = command === undefined ? 'what to do?' : `there is no command ${command}.`;
  throw new UsageError(`${what} Try: encke conform --help`);
}

function version(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function print(text: string, { stdout }: Outputs): number {
  stdout.write(text);
  return 0;
}
