/** Long polling. @see RFC 6202 §2, §4, §5 */

import { pause } from '../fair-timer.ts';
import { ask, fill, probe, request } from '../http-probe.ts';
import { fieldValue, type Response, summaryOf } from '../models/response.ts';
import { type Finding, finding, inconclusive, offer, type Probe, type Subject } from '../probe.ts';
import {
  describeRound,
  newChannel,
  poll,
  pollOf,
  publish,
  type Round,
  roundOf,
  targetOf,
  textsOf,
} from '../push-probe.ts';
import type { Wire } from '../wire.ts';

const FIVE = ['1', '2', '3', '4', '5'];

/** What polls of a channel of one's own are looked at for; the first has been answered. */
type Look = (first: Round, subject: Subject, channel: string) => Promise<Finding>;

export const longPolling: readonly Probe[] = [
  ofPolls(
    '6202-2.1-1',
    'holds a poll for as long as there is nothing to tell',
    'a poll, and nothing is published',
    async (first, subject, channel) => {
      const wire = await begin(subject, { channel, ...first.next });
      const isQuiet = await wire.isQuiet(subject.patience);
      await publish(subject, subject.live!, channel, 'a');
      const round = roundOf(await wire.readFinalResponse());
      const received = `${isQuiet ? 'nothing' : 'something'}, then ${describeRound(round)}`;
      return finding(isQuiet && hasTexts(round, ['a']), 'nothing, then the event', received);
    },
  ),
  ofPolls(
    '6202-2.1-2',
    'answers with an event as soon as there is one',
    'a poll, then an event',
    async (first, subject, channel) => {
      const wire = await begin(subject, { channel, ...first.next });
      await wire.isQuiet(50);
      await publish(subject, subject.live!, channel, 'a');
      const began = Date.now();
      const round = roundOf(await wire.readFinalResponse());
      const waited = Date.now() - began;
      const isWhole = round.response.framing === 'length' || round.response.framing === 'chunked';
      return finding(
        hasTexts(round, ['a']) && isWhole && waited < 2_000,
        'the event at once, in a response with an end',
        `${describeRound(round)} after ${waited} ms`,
      );
    },
  ),
  ofPolls(
    '6202-2.1-4',
    'answers any number of polls on one connection',
    'ten polls, each behind the answer to the other',
    async (_, subject, channel) => {
      const wire = await subject.connect();
      const seen: Response[] = [];
      for (let i = 0; i < 10; i++) {
        await wire.send(fill(pollOf(subject.live!, { channel, wait: 0 }), subject));
        seen.push(await wire.readFinalResponse());
      }
      const good = seen.filter(
        ({ status, fields }) =>
          status === 200 && !fields.some(({ name, value }) => isClose(name, value)),
      );
      return finding(good.length === 10, 'ten of them', `${good.length} of them`);
    },
  ),
  ofPolls(
    '6202-2.1-5',
    'serves clients that do not keep their connections',
    'polls with Connection: close, and of HTTP/1.0',
    async (_, subject, channel) => {
      const closing = pollOf(subject.live!, { channel, wait: 0 }, 'Connection: close');
      const old = pollOf(subject.live!, { channel, wait: 0 }).replace('HTTP/1.1', 'HTTP/1.0');
      const seen: string[] = [];
      for (const octets of [closing, old]) {
        const wire = await subject.connect();
        await wire.send(fill(octets, subject));
        const response = await wire.readFinalResponse();
        const ends = await wire.endsHere();
        seen.push(response.status === 200 && ends ? 'answered and closed' : summaryOf(response));
      }
      const isServed = seen.every((what) => what === 'answered and closed');
      return offer(isServed, 'both answered and closed', seen.join(', '));
    },
  ),
  ofPolls(
    '6202-2.2-1',
    'answers with a small head',
    'a poll with wait=0',
    async (first, subject, channel) => {
      const round = await poll(subject, subject.live!, { channel, wait: 0, ...first.next });
      const length = round.response.head.length + 4;
      return finding(length < 500, 'fewer than 500 octets', `${length} octets`);
    },
  ),
  ofPolls(
    '6202-2.2-2',
    'keeps for the next poll what comes between two',
    'five events while there is no poll',
    async (first, subject, channel) => {
      await publishAll(subject, channel, FIVE);
      const texts = await readTexts(subject, channel, first, 5);
      return finding(texts.join() === FIVE.join(), FIVE.join(), texts.join());
    },
  ),
  ofPolls(
    '6202-2.2-3',
    'delivers several messages as one batch',
    'five events while there is no poll',
    async (first, subject, channel) => {
      await publishAll(subject, channel, FIVE);
      const round = await poll(subject, subject.live!, { channel, ...first.next });
      return offer(hasTexts(round, FIVE), 'five events', describeRound(round));
    },
  ),
  ofPolls(
    '6202-2.2-5',
    'gets slower under load, and loses nothing',
    'forty events, polled for now and then',
    async (first, subject, channel) => {
      const sent = Array.from({ length: 40 }, (_, i) => String(i));
      const publishing = publishAll(subject, channel, sent);
      const texts = await readTexts(subject, channel, first, sent.length, 20);
      await publishing;
      return finding(texts.join() === sent.join(), 'all, in order', `${texts.length} of them`);
    },
  ),
  ofPolls(
    '6202-2.2-6',
    'ends a poll after a while',
    'a poll with wait=0.3',
    async (first, subject, channel) => {
      const began = Date.now();
      const round = await poll(subject, subject.live!, { channel, wait: 0.3, ...first.next });
      const waited = Date.now() - began;
      const isInTime = waited >= 250 && waited < subject.timeout;
      return finding(
        round.response.status === 200 && isInTime,
        '200 after 300 ms or little more',
        `${describeRound(round)} after ${waited} ms`,
      );
    },
  ),
  ofPolls(
    '6202-4.2-1',
    'answers an unsuccessful poll with nothing, and the next one as ever',
    'a poll with wait=0.1, an event, another poll',
    async (first, subject, channel) => {
      const empty = await poll(subject, subject.live!, { channel, wait: 0.1, ...first.next });
      await publish(subject, subject.live!, channel, 'a');
      const next = await poll(subject, subject.live!, { channel, ...empty.next });
      return finding(
        hasTexts(empty, []) && hasTexts(next, ['a']),
        'no event, then the event',
        `${describeRound(empty)}, then ${describeRound(next)}`,
      );
    },
  ),
  ofPolls(
    '6202-4.2-2',
    'answers a poll when the same client sends another',
    'two polls of one session',
    async (first, subject, channel) => {
      const { older } = await pollTwice(first, subject, channel);
      return offer(older.response.status === 200, 'an answer to the first', describeRound(older));
    },
  ),
  ofPolls(
    '6202-4.2-3',
    'ends a session that nobody asks for',
    'a poll long after the one before',
    async (first, subject, channel) => {
      const idle = subject.live!.sessionIdle;
      const expected = 'another session';
      if (idle === undefined) return inconclusive(expected, 'it is not known after how long');
      await pause(idle + 1_500);
      const round = await poll(subject, subject.live!, { channel, wait: 0, ...first.next });
      const isOver = round.next.session !== first.next.session;
      return finding(isOver, expected, isOver ? 'another session' : 'the same session');
    },
  ),
  ofPolls(
    '6202-4.2-4/a',
    'gives the same batch again to a poll that is repeated',
    'two polls from one cursor',
    async (first, subject, channel) => {
      await publishAll(subject, channel, FIVE);
      const one = await poll(subject, subject.live!, { channel, ...first.next });
      const again = await poll(subject, subject.live!, { channel, ...first.next });
      return finding(
        hasTexts(one, FIVE) && hasTexts(again, FIVE),
        'five events, twice',
        `${describeRound(one)}, then ${describeRound(again)}`,
      );
    },
  ),
  ofPolls(
    '6202-4.2-4/b',
    'delivers once what a client sends twice under one number',
    'a POST with n=1, twice, then one with n=2',
    async (first, subject, channel) => {
      const acks: string[] = [];
      for (const n of [1, 1, 2]) {
        const response = await send(subject, first, [{ n, data: { channel, text: String(n) } }]);
        acks.push(response.content.toString());
      }
      const texts = await readTexts(subject, channel, first, 2);
      const received = `${acks.join(', ')} and the events ${texts.join()}`;
      const expected = '{"ack":1}, {"ack":1}, {"ack":2} and the events 1,2';
      return finding(received === expected, expected, received);
    },
  ),
  ofPolls(
    '6202-3.2-4',
    'does not take the bounds of chunks for those of messages',
    'a POST in chunks of one octet',
    async (first, subject, channel) => {
      const content = JSON.stringify([{ n: 1, data: { channel, text: 'whole' } }]);
      const chunks = Array.from(content, (octet) => `1\r\n${octet}\r\n`).join('');
      const target = targetOf(subject.live!.path, { session: first.next.session });
      const fields = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
      await ask(subject, `${request('POST', target, ...fields)}${chunks}0\r\n\r\n`);
      const texts = await readTexts(subject, channel, first, 1);
      return finding(texts.join() === 'whole', 'the message', texts.join());
    },
  ),
  ofPolls(
    '6202-5.1-2',
    'does not hold more than one poll of a client',
    'two polls of one session',
    async (first, subject, channel) => {
      const { older, newer } = await pollTwice(first, subject, channel);
      const isHeld = await newer.isQuiet(subject.patience);
      return finding(
        older.response.status === 200 && isHeld,
        'an answer to the first, and the second is held',
        `${describeRound(older)}, and the second is ${isHeld ? 'held' : 'answered'}`,
      );
    },
  ),
  ofPolls(
    '6202-5.2-1',
    'answers polls that are not pipelined',
    'a poll, and another behind the answer',
    async (first, subject, channel) => {
      const wire = await begin(subject, { channel, wait: 0, ...first.next });
      const one = await wire.readFinalResponse();
      await wire.send(fill(pollOf(subject.live!, { channel, wait: 0 }), subject));
      const other = await wire.readFinalResponse();
      return finding(
        one.status === 200 && other.status === 200,
        'two answers',
        `${summaryOf(one)}, ${summaryOf(other)}`,
      );
    },
  ),
  ofPolls(
    '6202-5.2-2',
    'answers what is pipelined behind a poll, after it',
    'a poll with wait=0.2 and OPTIONS in one segment',
    async (first, subject, channel) => {
      const wire = await subject.connect();
      const held = pollOf(subject.live!, { channel, wait: 0.2, ...first.next });
      await wire.send(fill(held + request('OPTIONS', subject.live!.path), subject));
      const round = roundOf(await wire.readFinalResponse());
      const other = await wire.readFinalResponse('OPTIONS');
      const isInOrder = round.records.length > 0 && fieldValue(other, 'allow') !== undefined;
      return finding(
        isInOrder,
        'the poll, then OPTIONS',
        `${describeRound(round)}, then ${summaryOf(other)}`,
      );
    },
  ),
  ofPolls(
    '6202-5.4-1',
    'answers with 200, whatever the outcome',
    'a poll with wait=0.1',
    async (first, subject, channel) => {
      const { response } = await poll(subject, subject.live!, {
        channel,
        wait: 0.1,
        ...first.next,
      });
      const isTold = response.status === 200 && response.content.length > 0;
      return finding(isTold, '200 with the outcome', summaryOf(response));
    },
  ),
];

/** A probe that begins with a poll of a channel of its own, to get a session and a cursor. */
function ofPolls(id: string, title: string, sends: string, look: Look): Probe {
  const judge = async (subject: Subject): Promise<Finding> => {
    const channel = newChannel();
    const first = await poll(subject, subject.live!, { channel, wait: 0 });
    if (first.next.cursor === undefined) return inconclusive(title, describeRound(first));
    return look(first, subject, channel);
  };
  return probe(id, title, sends, judge, { needs: 'live' });
}

/** Sends a poll on a connection of its own. */
async function begin(
  subject: Subject,
  parameters: Readonly<Record<string, string | number | undefined>>,
): Promise<Wire> {
  const wire = await subject.connect();
  await wire.send(fill(pollOf(subject.live!, parameters), subject));
  return wire;
}

/** Sends one poll, and another while it is held. */
async function pollTwice(
  first: Round,
  subject: Subject,
  channel: string,
): Promise<{ older: Round; newer: Wire }> {
  const held = await begin(subject, { channel, ...first.next });
  await held.isQuiet(50);
  const newer = await begin(subject, { channel, ...first.next });
  return { older: roundOf(await held.readFinalResponse()), newer };
}

/** Sends messages upstream. */
function send(subject: Subject, { next }: Round, messages: readonly unknown[]): Promise<Response> {
  const content = JSON.stringify(messages);
  const target = targetOf(subject.live!.path, { session: next.session });
  const fields = ['Content-Type: application/json', `Content-Length: ${content.length}`];
  return ask(subject, request('POST', target, ...fields) + content);
}

async function publishAll(
  subject: Subject,
  channel: string,
  texts: readonly string[],
): Promise<void> {
  for (const text of texts) await publish(subject, subject.live!, channel, text);
}

/** Polls until so many texts have come, or nothing comes. */
async function readTexts(
  subject: Subject,
  channel: string,
  first: Round,
  count: number,
  rest = 0,
): Promise<string[]> {
  const texts: string[] = [];
  let { next } = first;
  const deadline = Date.now() + 4 * subject.timeout;
  while (texts.length < count && Date.now() < deadline) {
    const round = await poll(subject, subject.live!, { channel, wait: 0.5, ...next });
    if (round.response.status !== 200) break;
    texts.push(...textsOf(round.records));
    next = round.next;
    await pause(rest);
  }
  return texts;
}

function hasTexts({ response, records }: Round, texts: readonly string[]): boolean {
  return response.status === 200 && textsOf(records).join('\n') === texts.join('\n');
}

function isClose(name: string, value: string): boolean {
  return name.toLowerCase() === 'connection' && value.toLowerCase().includes('close');
}
