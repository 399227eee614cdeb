/** What becomes of polls for which there is no room. @see RFC 6202 §2.2, §6 */

import { fill, probe, withEnding } from '../http-probe.ts';
import { announcesClose, fieldValue, type Response } from '../models/response.ts';
import { finding, type Probe, type Subject } from '../probe.ts';
import { newChannel, pollOf } from '../push-probe.ts';
import type { Wire } from '../wire.ts';

/** How many polls come side by side. */
const SEVERAL = 8;

/** Within how many milliseconds an answer comes at once. */
const AT_ONCE = 2_000;

export const capacity: readonly Probe[] = [
  probe(
    '6202-2.2-4',
    'answers a poll that it has no room for at once, and holds nothing for it',
    'a poll of a full route, and another behind the answer',
    async (subject) => {
      const wire = await subject.connect();
      const began = Date.now();
      const response = await pollOn(wire, subject);
      const waited = Date.now() - began;
      const isFree = isTurnedAway(response) && (await holdsNothing(wire, response, subject));
      return finding(
        isFree && waited < AT_ONCE,
        '503 or 429 at once, then the same again or the end',
        `${withEnding(response, wire)}, after ${waited} ms`,
      );
    },
    { needs: 'full' },
  ),
  probe(
    '6202-6-2',
    'has a limit for the polls that it holds',
    `${SEVERAL} polls of a full route`,
    async (subject) => {
      const polls = Array.from({ length: SEVERAL }, async () =>
        pollOn(await subject.connect(), subject),
      );
      const responses = await Promise.all(polls);
      const statuses = responses.map(({ status }) => status).join(', ');
      return finding(responses.every(isTurnedAway), '503 or 429 for each', statuses);
    },
    { needs: 'full' },
  ),
];

/** Sends a poll that would be held if there were room, and reads what it is answered. */
async function pollOn(wire: Wire, subject: Subject): Promise<Response> {
  await wire.send(fill(pollOf(subject.full!, { channel: newChannel() }), subject));
  const response = await wire.readFinalResponse();
  const type = fieldValue(response, 'content-type') ?? '';
  if (/^text\/event-stream/i.test(type)) subject.lack?.('the full route answers no polls');
  return response;
}

/** Whether the connection behind the answer is free for another poll, or gone. */
async function holdsNothing(wire: Wire, response: Response, subject: Subject): Promise<boolean> {
  if (announcesClose(response)) return wire.endsHere();
  const next = await pollOn(wire, subject);
  return isTurnedAway(next) || wire.ending !== 'open';
}

function isTurnedAway({ status }: Response): boolean {
  return status === 503 || status === 429;
}
