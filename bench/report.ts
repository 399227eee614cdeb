import type { Case } from './cases.ts';
import type { Measurement } from './measure.ts';
import { median, spread } from './statistics.ts';

/** A case and what its contenders needed. */
export interface Outcome {
  readonly subject: Case;
  readonly measurements: readonly Measurement[];
}

/**
 * How many times cheaper encke was than the one it is held against: the median of what each round
 * says, whose turns both had in the same moments.
 */
export function advantage({ subject, measurements }: Outcome): number {
  const [peer, encke] = [subject.against, 'encke'].map(
    (name) => measurements.find((candidate) => candidate.name === name)?.rounds,
  );
  if (peer === undefined || encke === undefined) return Number.NaN;
  return median(encke.map((cost, round) => peer[round]! / cost));
}

/** Whether the goal of the case is reached, where it has one. */
export function reachesGoal(outcome: Outcome): boolean {
  const { goal } = outcome.subject;
  return goal === undefined || advantage(outcome) >= goal;
}

/** The table: a paragraph a case, a line a contender. */
export function formatOutcomes(outcomes: readonly Outcome[]): string {
  return outcomes.map(formatOutcome).join('\n\n');
}

function formatOutcome(outcome: Outcome): string {
  const { title, shape, push } = outcome.subject;
  const unit = push?.burst === 0 ? 'B' : 'µs';
  const load = shape.connections === 0 ? '' : ` (${shape.connections} × ${shape.depth})`;
  return [
    `${title}${load}${verdict(outcome)}`,
    ...outcome.measurements.map((measurement) => formatLine(measurement, unit)),
  ].join('\n');
}

function verdict(outcome: Outcome): string {
  const { against, goal } = outcome.subject;
  const figure = advantage(outcome);
  if (Number.isNaN(figure)) return '';
  const times = `: ${figure.toFixed(2)} times cheaper than ${against}`;
  if (goal === undefined) return times;
  return `${times}, goal ${goal}: ${reachesGoal(outcome) ? 'reached' : 'MISSED'}`;
}

function formatLine({ name, rounds, note }: Measurement, unit: 'µs' | 'B'): string {
  const [middle, least, most] = [median(rounds), Math.min(...rounds), Math.max(...rounds)].map(
    (cost) => cost.toFixed(unit === 'B' ? 0 : 3),
  );
  const cost = `${middle} ${unit}`;
  const range = `${least} to ${most}`;
  return `  ${name.padEnd(12)}${cost.padStart(11)}   ${range}   ±${Math.round(50 * spread(rounds))} %${note === undefined ? '' : `   ${note}`}`;
}
