/** Incomplete messages, persistence and pipelining. @see RFC 9112 §8, §9.3 */

import {
  chunked,
  closes,
  each,
  echoed,
  fill,
  get,
  isPlain,
  post,
  probe,
  reflect,
  request,
  saw,
  withEnding,
} from '../http-probe.ts';
import { announcesClose, type Response, summaryOf } from '../models/response.ts';
import { finding, offer, type Probe } from '../probe.ts';
import type { Wire } from '../wire.ts';

const HALF = 'GET / HTTP/1.1\r\nHost: {host}\r\nX-Ha';
const OLD = 'GET / HTTP/1.0\r\nHost: {host}\r\n\r\n';
const KEPT = 'GET / HTTP/1.0\r\nHost: {host}\r\nConnection: keep-alive\r\n\r\n';

export const incomplete: readonly Probe[] = [
  probe(
    '9112-8-1',
    'may answer a request that is cut short before it closes',
    HALF,
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(HALF, subject));
      wire.end();
      const response = await wire.readFinalResponse();
      const expected = 'an error response or none, and the end';
      await wire.endsHere();
      const received = withEnding(response, wire);
      if (response.status === 200 || wire.ending === 'open')
        return finding(false, expected, received);
      return offer(response.status >= 400, expected, received);
    },
  ),
];

export const persistence: readonly Probe[] = [
  probe(
    '9112-9.3-1',
    'keeps a connection for the next request',
    'GET / and, answered, GET /',
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(get(), subject));
      const first = await wire.readFinalResponse();
      await wire.send(fill(get(), subject));
      const second = await wire.readFinalResponse();
      const isKept = first.status === 200 && second.status === 200;
      return finding(isKept, 'two responses', `${summaryOf(first)}; ${summaryOf(second)}`);
    },
  ),
  closes('9112-9.3-2/a', 'closes after a request with the close option, however it is written', [
    get('Connection: foo, Close'),
    get('Connection: CLOSE'),
    get('Connection: foo', 'Connection: close'),
  ]),
  closes('9112-9.3-2/b', 'closes after a request in HTTP/1.0', OLD),
  each(
    '9112-9.3-2/c',
    'keeps the connection in HTTP/1.1, and in HTTP/1.0 where keep-alive is asked for and given',
    [get() + get(), KEPT + get()],
    async (wire) => {
      const first = await wire.readFinalResponse();
      if (announcesClose(first))
        return { holds: await wire.endsHere(), received: withEnding(first, wire) };
      const second = await wire.readFinalResponse();
      return saw(first.status === 200 && second.status === 200, second);
    },
  ),
  each(
    '9112-9.3-4',
    'says close in each response, if it keeps no connection',
    get(),
    async (wire, subject) => {
      const response = await wire.readFinalResponse();
      const isKept = !announcesClose(response);
      if (isKept) await wire.send(fill(get(), subject));
      const holds = isKept
        ? (await wire.readFinalResponse()).status === 200
        : await wire.endsHere();
      return { holds, received: withEnding(response, wire) };
    },
  ),
  each(
    '9112-9.3-6',
    'reads the whole of a body that nobody wants, or closes; none of it becomes a request',
    [unwanted('POST', '/nowhere'), unwanted('DELETE', '/')],
    (wire) => lastAnswered(wire),
  ),
  each(
    '9112-9.3-6/b',
    'reads the whole of a body that the application leaves alone, or closes',
    unwanted('POST', '{reflector}?unread=1'),
    (wire) => lastAnswered(wire),
    { needs: 'reflector' },
  ),
];

export const pipelining: readonly Probe[] = [
  each(
    '9112-9.3.2-3/a',
    'answers pipelined requests in their order',
    chunked('1\r\na\r\n0\r\n\r\n') +
      get() +
      post(['Content-Length: 1'], 'b') +
      request('GET', '/nowhere') +
      get(),
    async (wire, subject) => {
      const responses: Response[] = [];
      for (let count = 0; count < 5; count++) responses.push(await wire.readFinalResponse());
      const contents = responses.map(({ content }) => content.toString());
      const isMissing = responses[3]!.status === 404 || responses[3]!.status === 405;
      const isPlainAt = (i: number) => isPlain(subject, responses[i]!.content);
      const inOrder = contents[0] === 'a' && isPlainAt(1) && contents[2] === 'b';
      const received = responses.map((one) => `${one.status}`).join(', ');
      return { holds: inOrder && isMissing && isPlainAt(4), received };
    },
  ),
  each(
    '9112-9.3.2-3/b',
    'holds back the answer to a quick request until a slow one before it is answered',
    reflect({ wait: 50, body: 'slow' }) + get(),
    async (wire) => {
      const first = await wire.readFinalResponse();
      const second = await wire.readFinalResponse();
      const received = `${first.content}, ${second.content}`;
      return { holds: received === 'slow, ok', received: received };
    },
    { needs: 'reflector' },
  ),
  each(
    '9112-9.3.2-3/c',
    'answers a request although something comes behind it on a connection that is to be closed',
    reflect({ wait: 30, body: 'slow' }, 'Connection: close') + post(['Content-Length: 1'], 'b'),
    (wire) => echoed(wire, 'slow'),
    { needs: 'reflector' },
  ),
];

/** A request with 1 MiB of content that looks like requests, and a request behind it. */
function unwanted(method: string, target: string): string {
  const line = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
  const content = line.repeat(Math.ceil((1 << 20) / line.length));
  return (
    request(method, target, `Content-Length: ${content.length}`) +
    content +
    post(['Content-Length: 4'], 'last')
  );
}

/** One response, then the end or the answer to the last request. */
async function lastAnswered(wire: Wire) {
  const first = await wire.readFinalResponse();
  if (first.status === 0 || announcesClose(first)) {
    const isLost = first.status === 0 && wire.ending === 'open';
    const ends = await wire.endsHere();
    return {
      holds: !isLost && (ends || wire.ending === 'reset'),
      received: withEnding(first, wire),
    };
  }
  const second = await wire.readFinalResponse();
  const isLast = second.content.toString() === 'last';
  const isClosed = second.status === 0 && wire.ending !== 'open';
  return { holds: isLast || isClosed, received: `${summaryOf(first)}; ${summaryOf(second)}` };
}
