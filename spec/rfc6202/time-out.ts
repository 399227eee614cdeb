/** For how long a poll is held when nothing comes. @see RFC 6202 §5.5 */

import { fill, probe } from '../http-probe.ts';
import { finding, inconclusive, type Probe, type Subject } from '../probe.ts';
import { describeRound, newChannel, poll, pollOf, type Round, roundOf } from '../push-probe.ts';

/** Within how many milliseconds a poll should end by itself, and how long it should be held. */
const LEAST = 20_000;
const MOST = 60_000;

/** What another poll asks for, in seconds; and after how many milliseconds it may end: timers are coarse. */
const BRIEF = 0.5;
const BRIEFLY = 250;

/** What came of a poll, and after how many milliseconds. */
interface Outcome {
  readonly round: Round;
  readonly waited: number;
}

export const timeOut: readonly Probe[] = [
  probe(
    '6202-5.5-1',
    'holds a poll for 20 s to 60 s, or as long as it is told',
    `a poll with wait=${BRIEF}, and one that leaves it to the server`,
    async (subject) => {
      const expected = `200 after ${BRIEF} s, and after 20 s to 60 s`;
      const brief = await hold(subject, BRIEF, subject.timeout);
      if (brief === undefined) return inconclusive(expected, 'no poll is answered with a cursor');
      if (!hasEnded(brief, BRIEFLY, subject.timeout)) {
        return finding(false, expected, describe(brief));
      }
      const long = await hold(subject, undefined, MOST);
      if (long === undefined) return inconclusive(expected, 'no poll is answered with a cursor');
      const received = `${describe(brief)}; ${describe(long)}`;
      return finding(hasEnded(long, LEAST, MOST), expected, received);
    },
    { needs: 'live', long: true },
  ),
];

/** Polls where nothing comes; nothing when there is no cursor to poll from. */
async function hold(
  subject: Subject,
  wait: number | undefined,
  atMost: number,
): Promise<Outcome | undefined> {
  const channel = newChannel();
  const { next } = await poll(subject, subject.live!, { channel, wait: 0 });
  if (next.cursor === undefined) return undefined;
  const wire = await subject.connect();
  await wire.send(fill(pollOf(subject.live!, { channel, wait, ...next }), subject));
  const began = Date.now();
  await wire.isQuiet(atMost);
  const waited = Date.now() - began;
  const round = roundOf(await wire.readFinalResponse());
  return { round, waited };
}

function hasEnded({ round, waited }: Outcome, least: number, most: number): boolean {
  return round.response.status === 200 && waited >= least && waited <= most;
}

function describe({ round, waited }: Outcome): string {
  return `${describeRound(round)} after ${waited} ms`;
}
