import { parseArgs } from 'node:util';

import type {
  ClientUnderTest,
  ConformOptions,
  ReportFormat,
  ServerUnderTest,
} from '../../spec/conformance.ts';
import { CLIENT_PROTOCOLS, REPORT_FORMATS } from '../../spec/conformance.ts';
import { integerOption } from './integer-option.ts';
import { SubjectList } from './subject-list.ts';
import { UsageError } from './usage.ts';

/** What `encke conform` is asked to do. */
export interface ConformArguments {
  readonly subjects: readonly ServerUnderTest[];
  /** A client, in place of servers. */
  readonly client: ClientUnderTest | undefined;
  readonly options: ConformOptions;
  readonly list: boolean;
  readonly help: boolean;
  readonly quiet: boolean;
  readonly report: ReportFormat;
  readonly out: string | undefined;
  readonly baseline: string | undefined;
}

/** The options, as `parseArgs` wants them. */
export const OPTIONS = {
  'event-stream': { type: 'string', multiple: true },
  live: { type: 'string', multiple: true },
  full: { type: 'string', multiple: true },
  subject: { type: 'string', multiple: true },
  reflector: { type: 'string', multiple: true },
  publish: { type: 'string', multiple: true },
  heartbeat: { type: 'string', multiple: true },
  round: { type: 'string', multiple: true },
  'session-idle': { type: 'string', multiple: true },
  'gives-up-after': { type: 'string', multiple: true },
  only: { type: 'string', multiple: true },
  skip: { type: 'string', multiple: true },
  long: { type: 'boolean' },
  level: { type: 'string' },
  seed: { type: 'string' },
  timeout: { type: 'string' },
  concurrency: { type: 'string' },
  report: { type: 'string' },
  out: { type: 'string' },
  baseline: { type: 'string' },
  client: { type: 'boolean' },
  speaks: { type: 'string' },
  list: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads the arguments behind `encke conform`.
 *
 * @throws UsageError when they can't be understood.
 */
export function readConformArguments(args: readonly string[]): ConformArguments {
  const { values, tokens } = parsed(args);
  const { list = false, help = false, quiet = false, out, baseline } = values;
  const subjects = new SubjectList();
  const end = tokens.findIndex(({ kind }) => kind === 'option-terminator');
  const command = end === -1 ? undefined : positionals(tokens.slice(end));
  checkClient(command, values.client);
  const speaks = oneOf('--speaks', CLIENT_PROTOCOLS, values.speaks);
  if (speaks !== undefined && command === undefined && !list) {
    throw new UsageError('--speaks says what a client speaks: it goes with --client');
  }
  const client = command && { command, speaks };
  for (const token of end === -1 ? tokens : tokens.slice(0, end)) {
    if (token.kind === 'positional') subjects.address(token.value);
    if (token.kind === 'option') subjects.option(token.name, token.value);
  }
  if (client !== undefined && subjects.all.length > 0) {
    throw new UsageError('a client is judged by itself: leave the addresses of servers out');
  }
  if (client === undefined && subjects.all.length === 0 && !list && !help) {
    throw new UsageError(
      'whom to judge? Give an address, as in: encke conform ws://127.0.0.1:8080/',
    );
  }
  const options = {
    only: values.only && namesIn(values.only),
    skip: values.skip && namesIn(values.skip),
    long: values.long,
    level: oneOf('--level', ['MUST', 'SHOULD', 'MAY'] as const, values.level?.toUpperCase()),
    seed: count('--seed', values.seed, 0),
    timeout: count('--timeout', values.timeout, 1),
    concurrency: count('--concurrency', values.concurrency, 1),
  };
  const report = oneOf('--report', REPORT_FORMATS, values.report) ?? 'text';
  return { subjects: subjects.all, client, options, list, help, quiet, report, out, baseline };
}

/** @throws UsageError when there is no client where one belongs, or one where none does. */
function checkClient(client: readonly string[] | undefined, isAsked = false): void {
  if ((client !== undefined) !== isAsked) {
    const example = 'encke conform --client -- node client.js {url}';
    throw new UsageError(`--client, and the command of the client behind --, as in: ${example}`);
  }
  if (client?.some((word) => word.includes('{url}')) === false) {
    throw new UsageError('the command of the client needs {url} in it, where the address belongs');
  }
}

function positionals(tokens: readonly { kind: string; value?: string | undefined }[]): string[] {
  return tokens.flatMap(({ kind, value }) => (kind === 'positional' ? [value!] : []));
}

function parsed(args: readonly string[]) {
  try {
    const config = {
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
      tokens: true,
    } as const;
    return parseArgs(config);
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}. The options are in: encke conform --help`);
  }
}

function count(option: string, text: string | undefined, least: number): number | undefined {
  return text === undefined ? undefined : integerOption(option, text, least);
}

function oneOf<Name extends string>(
  option: string,
  names: readonly Name[],
  given: string | undefined,
): Name | undefined {
  if (given === undefined) return undefined;
  const name = names.find((one) => one === given);
  if (name !== undefined) return name;
  throw new UsageError(`${option} takes one of ${names.join(', ')}, and was given ${given}`);
}

/** Names with commas between them, in one argument or in several. */
function namesIn(lists: readonly string[]): string[] {
  return lists.flatMap((list) => list.split(',')).filter((name) => name !== '');
}
