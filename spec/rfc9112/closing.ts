/** Time-outs and closing. @see RFC 9112 §9.5, §9.6 */

import { pause } from '../fair-timer.ts';
import {
  ask,
  closes,
  each,
  fill,
  get,
  isPlain,
  post,
  probe,
  reflect,
  responds,
  withEnding,
} from '../http-probe.ts';
import { announcesClose } from '../models/response.ts';
import { finding, inconclusive, type Probe, type Subject } from '../probe.ts';
import type { Wire } from '../wire.ts';

const CLOSING = get('Connection: close');
const SLOW_THEN_MORE =
  reflect({ wait: 30, body: 'slow' }, 'Connection: close') + post(['Content-Length: 1'], 'b');
const OLD = 'GET / HTTP/1.0\r\nHost: {host}\r\n\r\n';

export const closing: readonly Probe[] = [
  probe(
    '9112-9.5-1',
    'ends an idle connection with a FIN, not with a reset',
    'GET /, then nothing',
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(get(), subject));
      const response = await wire.readFinalResponse();
      await wire.readToEnd();
      const expected = 'a response, then the end';
      if (wire.ending === 'open') return inconclusive(expected, `open after ${subject.timeout} ms`);
      return finding(
        response.status === 200 && wire.ending === 'fin',
        expected,
        withEnding(response, wire),
      );
    },
    { needs: 'givesUpAfter' },
  ),
  probe(
    '9112-9.5-2',
    'notices that a client has left before it was answered',
    'a slow request, then a reset',
    (subject) => judgeLeaving(subject),
    { needs: 'reflector' },
  ),
  closes('9112-9.6-4', 'closes after the response to a request with close', CLOSING),
  responds(
    '9112-9.6-5',
    'says close in the response to a request with close',
    CLOSING,
    (response) => response.status === 200 && announcesClose(response),
  ),
  closes(
    '9112-9.6-6/a',
    'processes nothing behind a request with close',
    CLOSING + post(['Content-Length: 1'], 'b'),
  ),
  probe(
    '9112-9.6-6/b',
    'answers a slow request with close, and nothing that comes behind it',
    SLOW_THEN_MORE,
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(SLOW_THEN_MORE, subject));
      const response = await wire.readFinalResponse();
      const ends = await wire.endsHere();
      const isSlow = response.content.toString() === 'slow';
      return finding(isSlow && ends, 'the content slow, then the end', withEnding(response, wire));
    },
    { needs: 'reflector' },
  ),
  each(
    '9112-9.6-7',
    'closes after a response that says close',
    [CLOSING, OLD, 'GET / HTTP/1.1\r\n\r\n'],
    endsAsAnnounced,
  ),
  each(
    '9112-9.6-8',
    'processes no request behind a response that says close',
    [CLOSING, OLD, 'GET / HTTP/1.1\r\n\r\n'].map((first) => first + get()),
    endsAsAnnounced,
  ),
  probe(
    '9112-9.6-11',
    'closes in stages, so that a client that is still sending can read the response',
    'a request that is refused, with 4 MiB behind it',
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(get('X : y'), subject), Buffer.alloc(1 << 22, 'a'));
      const response = await wire.readFinalResponse();
      const ends = await wire.endsHere();
      const expected = 'an error response, then a FIN and no reset';
      return finding(response.status >= 400 && ends, expected, withEnding(response, wire));
    },
  ),
  probe(
    '9112-9.6-12',
    'answers a request although the client has closed its side',
    `${get()} and a FIN`,
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(get(), subject));
      wire.end();
      const response = await wire.readFinalResponse();
      const isWhole = isPlain(subject, response.content);
      return finding(isWhole, 'the whole response', withEnding(response, wire));
    },
  ),
  probe(
    '9112-9.6-12/b',
    'answers a slow request although the client has closed its side',
    'a slow request and a FIN',
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(reflect({ wait: 30, body: 'slow' }), subject));
      wire.end();
      const response = await wire.readFinalResponse();
      const isWhole = response.content.toString() === 'slow';
      return finding(isWhole, 'the whole response', withEnding(response, wire));
    },
    { needs: 'reflector' },
  ),
];

/** Where a response says close, the end is right behind it. */
async function endsAsAnnounced(wire: Wire) {
  const response = await wire.readFinalResponse();
  const holds = !announcesClose(response) || (await wire.endsHere());
  return { holds: response.status !== 0 && holds, received: withEnding(response, wire) };
}

let tokens = 0;

/** A name for one exchange with the reflector, that no other exchange has. */
function newToken(): string {
  tokens += 1;
  return `${process.pid}-${Date.now()}-${tokens}`;
}

/** Leaves a slow request, and asks the reflector whether it was told. */
async function judgeLeaving(subject: Subject) {
  const token = newToken();
  const wire = await subject.connect();
  await wire.send(fill(reflect({ wait: 2 * subject.timeout, token }), subject));
  const expected = 'the application is told that the client has left';
  if (!(await answersYes(subject, { seen: token }))) return inconclusive(expected, 'never seen');
  wire.reset();
  return finding(await answersYes(subject, { left: token }), expected, 'asked until the timeout');
}

/** Asks the reflector until it says yes, or the time is over. */
async function answersYes(
  subject: Subject,
  asked: { seen?: string; left?: string },
): Promise<boolean> {
  const deadline = Date.now() + subject.timeout;
  while (Date.now() < deadline) {
    const response = await ask(subject, reflect(asked));
    if (response.content.toString() === 'yes') return true;
    await pause(20);
  }
  return false;
}
