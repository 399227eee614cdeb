/** What a server of event streams sends. @see HTML §9.2 */

import { pause } from '../fair-timer.ts';
import { probe, request } from '../http-probe.ts';
import { eventStream } from '../models/event-stream.ts';
import { recognise } from '../models/grammar.ts';
import { fieldValue, summaryOf } from '../models/response.ts';
import { type Finding, finding, inconclusive, offer, type Probe, type Subject } from '../probe.ts';
import { eventsOf, Held, messagesOf, newChannel, publish, targetOf, utf8 } from '../push-probe.ts';

const ACCEPT = 'Accept: text/event-stream';

/** Texts with everything that ends a line, and with what would be fields behind it. */
const LINES: readonly string[] = ['a\nb', 'a\r\nb', 'a\rb', 'a\nevent: x', 'a\revent: x', 'a\n\nb'];

/** Names that would be fields if they were written as they are. */
const HOSTILE_NAMES: readonly string[] = ['x\ndata: forged\n\n', 'x\rid: 1\r\r', 'x\0', '\ufeff'];

/** What an open stream is looked at for. */
type Look = (stream: Held, subject: Subject, channel: string) => Promise<Finding>;

export const eventStreams: readonly Probe[] = [
  ofStream(
    'html-9.2.2-8',
    'is answered with 200 and the type text/event-stream',
    'GET',
    async ({ head }) => {
      const type = fieldValue(head, 'content-type') ?? '';
      const isRight = /^text\/event-stream *(;|$)/i.test(type);
      return finding(head.status === 200 && isRight, '200, text/event-stream', summaryOf(head));
    },
  ),
  ofStream('html-9.2.3-2', 'is begun before there is an event', 'GET', async ({ head }) =>
    finding(head.status === 200, 'a head, though nothing was published', summaryOf(head)),
  ),
  ...['\xc3\xa41', '\xff', 'no-such-id', '0'.repeat(200), '{"id":1}'].map((id, index) =>
    ofStream(
      `html-9.2.4-1/${'abcde'[index]}`,
      'takes any Last-Event-ID',
      `Last-Event-ID: ${JSON.stringify(id)}`,
      async ({ head }) => finding(head.status === 200, '200', summaryOf(head)),
      [`Last-Event-ID: ${id}`],
    ),
  ),
  ofStream(
    'html-9.2.4-2',
    'goes on behind the event that the client had last',
    'five events, then a request with the ID of the third',
    async (stream, subject, channel) => {
      await publishAll(subject, channel, ['1', '2', '3', '4', '5']);
      await stream.until(() => messagesOf(stream).length === 5);
      const third = eventsOf(stream).find(({ text }) => text === '3');
      if (third === undefined) return inconclusive('4 and 5', 'the third event did not come');
      const again = await openStream(subject, channel, [`Last-Event-ID: ${third.id}`]);
      await again.until(() => messagesOf(again).length >= 2);
      const texts = messagesOf(again).join(', ');
      return finding(texts === '4, 5', 'the events 4, 5', `the events ${texts}`);
    },
  ),
  ofStream(
    'html-9.2.5-1',
    'is encoded in UTF-8',
    'what is not ASCII, and half a surrogate pair',
    async (stream, subject, channel) => {
      await publishAll(subject, channel, [latin1('ä😀\u2028'), 'x\xed\xa0\x80\xff']);
      await stream.until(() => messagesOf(stream).length === 2);
      const isUtf8 = latin1(utf8(stream.content)) === stream.content;
      const [first] = messagesOf(stream);
      const received = `${JSON.stringify(first)}, ${isUtf8 ? 'all UTF-8' : 'not all UTF-8'}`;
      return finding(isUtf8 && first === 'ä😀\u2028', '"ä😀\u2028", all UTF-8', received);
    },
  ),
  ofStream(
    'html-9.2.5-2',
    'has lines that end in CRLF, LF or CR',
    'one event',
    async (stream, subject, channel) => {
      await publishAll(subject, channel, ['a']);
      const isThere = await stream.until(() => messagesOf(stream).length === 1);
      const isEnded = /[\r\n]{2}$/.test(stream.content);
      return finding(isThere && isEnded, 'an event and an empty line', quoted(stream));
    },
  ),
  ofStream(
    'html-9.2.5-3',
    'is what the grammar says',
    'events with everything in them that means something',
    async (stream, subject, channel) => {
      const texts = [...LINES, ': comment', 'data: x', '', ' '];
      await publishAll(subject, channel, texts);
      await stream.until(() => messagesOf(stream).length === texts.length);
      const isStream = recognise(eventStream, Buffer.from(stream.content, 'latin1')).matches;
      if (stream.content === '') return inconclusive('whole events', 'no event at all');
      return finding(isStream, 'whole events', quoted(stream));
    },
  ),
  ofStream(
    'html-9.2.5-4',
    'tells each message as one event, whatever line breaks are in it',
    LINES.map((text) => JSON.stringify(text)).join(' '),
    (stream, subject, channel) => judgeTexts(stream, subject, channel, LINES),
  ),
  probe(
    'html-9.2.5-5',
    'has no field that was forged by a line break in a name',
    HOSTILE_NAMES.map((name) => JSON.stringify(name)).join(' '),
    async (subject) => {
      const findings = HOSTILE_NAMES.map(async (name) => {
        const channel = newChannel() + name;
        const stream = await openStream(subject, channel);
        const { status } = await publish(subject, subject.eventStream!, channel, 'a');
        if (stream.head.status >= 400 || status >= 400) return 'refused';
        await stream.until(() => messagesOf(stream).length > 0);
        const messages = eventsOf(stream).filter(({ type }) => type === 'message');
        const isOne = messages.length === 1 && messages[0]!.text === 'a';
        const hasNul = stream.content.split('\n').some((line) => /^id:.*\0/.test(line));
        return isOne && !hasNul ? 'one event' : quoted(stream);
      });
      const received = await Promise.all(findings);
      const holds = received.every((what) => what === 'one event' || what === 'refused');
      return finding(holds, 'one event, or refused', received.join('; '));
    },
    { needs: 'eventStream' },
  ),
  ofStream(
    'html-9.2.5-6',
    'keeps the space that a message begins with',
    '" a"',
    (stream, subject, channel) => judgeTexts(stream, subject, channel, [' a', '  a']),
  ),
  ofStream(
    'html-9.2.7-1',
    'shows that it is alive, by something that fires no message',
    'GET, and nothing is published',
    async (stream, subject) => {
      const heartbeat = subject.eventStream?.heartbeat;
      const expected = 'a comment, or an event with a type of its own, at each heartbeat';
      if (heartbeat === undefined) return inconclusive(expected, 'the heartbeat is not known');
      await stream.until(() => stream.content !== '');
      const beginning = stream.content.length; // what greets a client is no heartbeat
      await pause(3 * heartbeat);
      await stream.until(() => stream.content.length > beginning);
      const isAlive = /^:|^event:/m.test(stream.content.slice(beginning));
      return finding(isAlive && messagesOf(stream).length === 0, expected, quoted(stream));
    },
  ),
  ofStream(
    'html-9.2.7-3',
    'can do without the chunked coding',
    'a request of HTTP/1.0',
    async (stream) =>
      offer(stream.head.status === 200 && !stream.isChunked, 'no chunks', summaryOf(stream.head)),
    [],
    '1.0',
  ),
  ofStream('html-17.6-1', 'names a charset', 'GET', async ({ head }) => {
    const type = fieldValue(head, 'content-type') ?? '';
    return offer(/;\s*charset=/i.test(type), 'a parameter charset', type);
  }),
  ofStream('html-17.6-2', 'names no charset but UTF-8', 'GET', async ({ head }) => {
    const type = fieldValue(head, 'content-type') ?? '';
    const [, charset = 'utf-8'] = /;\s*charset="?([^";\s]*)/i.exec(type) ?? [];
    const holds = head.status !== 0 && charset.toLowerCase() === 'utf-8';
    return finding(holds, 'none, or utf-8', type || summaryOf(head));
  }),
];

/** A probe of a stream of a channel of its own. */
function ofStream(
  id: string,
  title: string,
  sends: string,
  look: Look,
  fields: readonly string[] = [],
  version: '1.0' | '1.1' = '1.1',
): Probe {
  const judge = async (subject: Subject): Promise<Finding> => {
    const channel = newChannel();
    return look(await openStream(subject, channel, fields, version), subject, channel);
  };
  return probe(id, title, sends, judge, { needs: 'eventStream' });
}

function openStream(
  subject: Subject,
  channel: string,
  fields: readonly string[] = [],
  version = '1.1',
): Promise<Held> {
  const target = targetOf(subject.eventStream!.path, { channel });
  const octets = request('GET', target, ACCEPT, ...fields);
  return Held.open(subject, octets.replace(' HTTP/1.1\r\n', ` HTTP/${version}\r\n`));
}

async function publishAll(
  subject: Subject,
  channel: string,
  texts: readonly string[],
): Promise<void> {
  for (const text of texts) await publish(subject, subject.eventStream!, channel, text);
}

/** Each text is one message, and comes as it was, but for the kind of its line breaks. */
async function judgeTexts(
  stream: Held,
  subject: Subject,
  channel: string,
  texts: readonly string[],
): Promise<Finding> {
  await publishAll(subject, channel, [...texts, 'the last']);
  await stream.until(() => messagesOf(stream).includes('the last'));
  const received = messagesOf(stream).map(withLineFeeds);
  const expected = [...texts, 'the last'].map(withLineFeeds);
  return finding(
    JSON.stringify(received) === JSON.stringify(expected),
    JSON.stringify(expected),
    JSON.stringify(received),
  );
}

function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function quoted({ content }: Held): string {
  return JSON.stringify(content.slice(-300));
}
