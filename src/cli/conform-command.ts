import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import {
  type Baseline,
  conform,
  conformClient,
  exitCodeOf,
  formatReports,
  type ListedProbe,
  listProbes,
  type Report,
  readBaseline,
  type ServerUnderTest,
  worseThan,
} from '../../spec/conformance.ts';
import { type ConformArguments, readConformArguments } from './conform-arguments.ts';
import { Progress, type ProgressOutput } from './progress.ts';
import { CONFORM_HELP, UsageError } from './usage.ts';

/** Where a command writes. */
export interface Outputs {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressOutput;
}

/**
 * Does what `encke conform` is asked to, and returns the exit code.
 *
 * @throws UsageError when it can't be understood.
 */
export async function conformCommand(args: readonly string[], outputs: Outputs): Promise<number> {
  const asked = readConformArguments(args);
  if (asked.help) return print(outputs, CONFORM_HELP);
  checkNames(asked);
  if (asked.list) return print(outputs, listOf(asked));
  checkFolder(asked.out);
  const baseline = baselineOf(asked.baseline);
  const reports = await judgeAll(asked, outputs);
  writeReports(asked, reports, outputs);
  if (baseline !== undefined) tellWorse(reports, baseline, outputs);
  return exitCodeOf(reports, baseline);
}

/** One subject after the other, so that they do not take time from each other. */
async function judgeAll(asked: ConformArguments, { stderr }: Outputs): Promise<Report[]> {
  const progress = asked.quiet ? undefined : new Progress(stderr);
  if (asked.client !== undefined) {
    progress?.begin(asked.client.command.join(' '));
    const onResult = progress?.result.bind(progress);
    return [await conformClient(asked.client, { ...asked.options, onResult })];
  }
  const reports: Report[] = [];
  for (const subject of asked.subjects) {
    progress?.begin(nameOf(subject));
    const onResult = progress?.result.bind(progress);
    reports.push(await conform(subject, { ...asked.options, onResult }));
  }
  return reports;
}

/** A report that goes to a file leaves the text for the terminal. */
function writeReports({ report, out }: ConformArguments, reports: Report[], { stdout }: Outputs) {
  if (out === undefined) {
    stdout.write(formatReports(reports, report));
    return;
  }
  writeFileSync(out, formatReports(reports, report));
  if (report !== 'text') stdout.write(formatReports(reports, 'text'));
}

function tellWorse(reports: readonly Report[], baseline: Baseline, { stderr }: Outputs): void {
  for (const report of reports) {
    const worse = worseThan(report, baseline).map(({ probe, verdict }) => `${probe} ${verdict}`);
    const told = worse.length === 0 ? 'nothing is worse' : `worse: ${worse.join(', ')}`;
    stderr.write(`${report.subject.name}: compared with the baseline, ${told}\n`);
  }
}

function listOf({ options }: ConformArguments): string {
  const lines = listProbes(options).map(
    ({ probe, level, standard, role, title, needs, long }) =>
      `${probe}\t${standard}\t${role}\t${level}\t${title}${needs === undefined ? '' : `\tneeds: ${needs}`}${long ? '\tlong' : ''}`,
  );
  return `${lines.join('\n')}\n`;
}

/** A name that no probe has is a slip of the pen, which would look like a success. */
function checkNames({ options: { only = [], skip = [] }, client, list }: ConformArguments): void {
  const { speaks = 'event-stream' } = client ?? {};
  const isJudged = (probe: ListedProbe) =>
    client === undefined ? probe.role === 'server' : probe.speaks === speaks;
  const judged = client === undefined ? 'a server' : `a client of ${speaks}`;
  for (const name of [...only, ...skip]) {
    if (listProbes({ only: [name] }).some((probe) => list || isJudged(probe))) continue;
    throw new UsageError(
      `no probe of ${judged} is called ${name}. encke conform --list prints them all`,
    );
  }
}

/** Before anything runs, so that nothing has run in vain. */
function checkFolder(out: string | undefined): void {
  if (out === undefined || existsSync(dirname(resolve(out)))) return;
  throw new UsageError(`--out ${out}: there is no folder ${dirname(out)}. Make it first`);
}

function baselineOf(file: string | undefined): Baseline | undefined {
  if (file === undefined) return undefined;
  try {
    return readBaseline(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = (error as Error).message;
    throw new UsageError(`--baseline ${file} can't be used: ${reason}`);
  }
}

function nameOf({ name, webSocket, http, eventStream, live, full }: ServerUnderTest): string {
  const addresses = [webSocket, http, eventStream, live, full].filter((one) => one !== undefined);
  return [name, ...addresses].filter((word) => word !== undefined).join(' ');
}

function print({ stdout }: Outputs, text: string): number {
  stdout.write(text);
  return 0;
}
