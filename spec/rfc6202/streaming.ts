/** HTTP streaming. @see RFC 6202 §3 */

import { ifHeard, probe, request } from '../http-probe.ts';
import { fieldValues, summaryOf } from '../models/response.ts';
import { type Finding, finding, inconclusive, offer, type Probe, type Subject } from '../probe.ts';
import {
  Held,
  type LiveRecord,
  newChannel,
  publish,
  targetOf,
  textsOf,
  utf8,
} from '../push-probe.ts';

/** Where what is sent has something in it that ends a record in one format or another. */
const DELIMITERS: readonly string[] = [
  'a\nb',
  '\n\n',
  '\r\n',
  '{}\n{}',
  '],[',
  '</script>',
  '\u2028',
];

/** How many texts are published, of which a third makes a response as long as one may be. */
const MANY = 24;

/** What an open stream is looked at for. */
type Look = (stream: Held, subject: Subject, channel: string) => Promise<Finding>;

export const streaming: readonly Probe[] = [
  ofStream(
    '6202-3.1-1',
    'goes on behind what was sent',
    'two events, one after the other',
    async (stream, subject, channel) => {
      await publish(subject, subject.live!, channel, '1');
      const hasOne = await stream.until(() => textsIn(stream).length === 1);
      await publish(subject, subject.live!, channel, '2');
      const hasBoth = await stream.until(() => textsIn(stream).length === 2);
      const isOpen = !stream.isComplete && stream.wire.ending === 'open';
      const received = `${textsIn(stream).join()}, and ${isOpen ? 'open' : 'ended'}`;
      return finding(hasOne && hasBoth && isOpen, '1,2, and open', received);
    },
  ),
  ofStream(
    '6202-3.1-2',
    'is chunked for a client of HTTP/1.1, each event at once',
    'an event',
    async (stream, subject, channel) => {
      await publish(subject, subject.live!, channel, 'a');
      const isThere = await stream.until(() => textsIn(stream).length === 1);
      const hasLength = fieldValues(stream.head, 'content-length').length > 0;
      return finding(
        stream.isChunked && !hasLength && isThere,
        'chunked, and the event',
        `${summaryOf(stream.head)}, ${isThere ? 'the event' : 'no event'}`,
      );
    },
  ),
  ofStream(
    '6202-3.1-3',
    'has neither chunks nor a length for a client of HTTP/1.0',
    'a request of HTTP/1.0',
    async (stream, subject, channel) => {
      await publish(subject, subject.live!, channel, 'a');
      const isThere = await stream.until(() => textsIn(stream).length === 1);
      const hasLength = fieldValues(stream.head, 'content-length').length > 0;
      const isBare = !stream.isChunked && !hasLength;
      return finding(isBare && isThere, 'the event, bare', summaryOf(stream.head));
    },
    '1.0',
  ),
  ofStream(
    '6202-3.1-4',
    'ends with the connection if the client asks for that',
    'a request with Connection: close',
    async ({ isChunked, head }) => ifHeard(offer(!isChunked, 'no chunks', summaryOf(head)), head),
    '1.1',
    ['Connection: close'],
  ),
  ofStream('6202-3.1-5', 'can be told from one that was cut', 'GET', async (stream) =>
    finding(stream.isChunked, 'chunks', summaryOf(stream.head)),
  ),
  ofStream(
    '6202-3.2-2',
    'is ended now and then, and goes on in the next response',
    'events, together three times as long as a response may be',
    async (stream, subject, channel) => {
      const expected = 'all of them in several responses';
      const { round } = subject.live!;
      if (round === undefined) return inconclusive(expected, 'no bound of a response is known');
      const publishing = publishMany(subject, channel, Math.ceil((3 * round) / MANY));
      const texts: string[] = [];
      let responses = 1;
      for (let held = stream; responses < MANY; responses++) {
        await held.until(() => held.isComplete || textsIn(held).length + texts.length === MANY);
        texts.push(...textsIn(held));
        if (texts.length >= MANY) break;
        const cursor = recordsIn(held).findLast(({ id }) => id !== undefined)?.id;
        held = await openStream(subject, channel, { cursor });
      }
      await publishing;
      const numbers = texts.map((text) => Number.parseInt(text, 10));
      const isInOrder = numbers.length === MANY && numbers.every((number, i) => number === i);
      const received = `${isInOrder ? 'all' : texts.length} of them in ${responses} responses`;
      return finding(isInOrder && responses > 1, expected, received);
    },
  ),
  probe(
    '6202-3.2-3',
    'begins with white space, for those that wait for it',
    'a forever frame',
    async (subject) => {
      const frame = await openStream(subject, newChannel(), { transport: 'forever-frame' });
      await frame.until(() => frame.content.length > 1_024);
      const isPadded = / {1024}/.test(frame.content);
      return offer(isPadded, '1,024 spaces', isPadded ? 'they are there' : summaryOf(frame.head));
    },
    { needs: 'live' },
  ),
  ofStream(
    '6202-3.2-5',
    'frames its messages so that they can hold anything',
    DELIMITERS.map((text) => JSON.stringify(text)).join(' '),
    async (stream, subject, channel) => {
      for (const text of DELIMITERS) {
        await publish(subject, subject.live!, channel, Buffer.from(text).toString('latin1'));
      }
      await stream.until(() => textsIn(stream).length === DELIMITERS.length);
      const received = JSON.stringify(textsIn(stream));
      return finding(received === JSON.stringify(DELIMITERS), 'all of them', received);
    },
  ),
  ofStream(
    '6202-4.3-1',
    'can do without chunks',
    'an event stream of HTTP/1.0',
    async (_, subject) => {
      const stream = await openStream(subject, newChannel(), { transport: 'event-stream' }, '1.0');
      return offer(stream.head.status === 200 && !stream.isChunked, 'none', summaryOf(stream.head));
    },
  ),
];

/** A probe of a stream of a channel of its own. */
function ofStream(
  id: string,
  title: string,
  sends: string,
  look: Look,
  version: '1.0' | '1.1' = '1.1',
  fields: readonly string[] = [],
): Probe {
  const judge = async (subject: Subject): Promise<Finding> => {
    const channel = newChannel();
    const stream = await openStream(subject, channel, {}, version, fields);
    await stream.until(() => recordsIn(stream).length > 0);
    return look(stream, subject, channel);
  };
  return probe(id, title, sends, judge, { needs: 'live' });
}

function openStream(
  subject: Subject,
  channel: string,
  parameters: Readonly<Record<string, string | undefined>>,
  version = '1.1',
  fields: readonly string[] = [],
): Promise<Held> {
  const target = targetOf(subject.live!.path, { transport: 'stream', channel, ...parameters });
  const referer = 'Referer: {scheme}://{host}/';
  const octets = request('GET', target, referer, ...fields);
  return Held.open(subject, octets.replace(' HTTP/1.1\r\n', ` HTTP/${version}\r\n`));
}

/** Publishes texts of this length, each of which begins with its number. */
async function publishMany(subject: Subject, channel: string, length: number): Promise<void> {
  for (let i = 0; i < MANY; i++) {
    await publish(subject, subject.live!, channel, `${i} `.padEnd(length, 'x'));
  }
}

/** The records of the lines that are whole; a line that holds none, or a part of one, is left out. */
function recordsIn(stream: Held): LiveRecord[] {
  const lines = utf8(stream.content).split('\n').slice(0, -1);
  return lines.flatMap(readRecord);
}

function readRecord(line: string): LiveRecord[] {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? [record] : [];
  } catch {
    return [];
  }
}

function textsIn(stream: Held): string[] {
  return textsOf(recordsIn(stream));
}
