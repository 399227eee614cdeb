/** How a client connects, comes back, and gives up. @see HTML §9.2.2, §9.2.3 */

import {
  BRIEF,
  type ClientSubject,
  clientProbe,
  comeBack,
  noRequest,
  STREAM,
} from '../client-probe.ts';
import { pause } from '../fair-timer.ts';
import { type Finding, finding, offer, type Probe } from '../probe.ts';
import { fieldOf } from '../scripted-server.ts';

const CLOSED = 2;

const CHUNKED =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';

/** Responses that are no event stream. */
const REFUSALS: readonly (readonly [what: string, response: string])[] = [
  ['500', 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'],
  ['204', 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'],
  ['404', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'],
  ['an event stream with 202', STREAM.replace('200', '202')],
  [
    'text/plain',
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  ],
  ['no type', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'],
];

export const reconnection: readonly Probe<ClientSubject>[] = [
  clientProbe('html-9.2.2-3', 'says what it accepts', 'nothing yet', async (subject) => {
    subject.open();
    const visit = await subject.server.next();
    const expected = 'Accept: text/event-stream';
    if (visit === undefined) return noRequest(expected);
    const accept = fieldOf(visit, 'accept');
    return offer(accept === 'text/event-stream', expected, `Accept: ${accept}`);
  }),
  clientProbe(
    'html-9.2.2-4/a',
    'asks caches on the way for nothing that they hold',
    'nothing yet',
    async (subject) => {
      subject.open();
      const visit = await subject.server.next();
      const expected = 'Cache-Control with no-cache or no-store';
      if (visit === undefined) return noRequest(expected);
      const control = fieldOf(visit, 'cache-control') ?? '';
      return finding(/\bno-(?:cache|store)\b/.test(control), expected, `"${control}"`);
    },
  ),
  clientProbe(
    'html-9.2.2-4/b',
    'takes nothing from a cache of its own',
    'a stream that may be kept for an hour, to two sources',
    async (subject) => {
      subject.open();
      const first = await subject.server.next();
      if (first === undefined) return noRequest('two requests');
      const head = STREAM.replace('no-store', 'max-age=3600');
      await first.wire.send(`${head}retry: 60000\ndata: a\n\n`);
      first.wire.end();
      subject.open();
      const second = await subject.server.next();
      return finding(second !== undefined, 'two requests', second === undefined ? 'one' : 'two');
    },
  ),
  clientProbe(
    'html-9.2.2-5',
    'comes back when the connection is cut',
    'a stream, then a reset',
    async (subject) => {
      const { next } = await comeBack(subject, 'retry: 10\n\n', ({ wire }) => wire.reset());
      return finding(next !== undefined, 'another request', next === undefined ? 'none' : 'one');
    },
  ),
  ...REFUSALS.map(([what, response], index) =>
    clientProbe(
      `html-9.2.2-7/${'abcdef'[index]}`,
      `fails on ${what}`,
      `a brief stream, then ${what}`,
      (subject) => judgeFailing(subject, response),
    ),
  ),
  clientProbe(
    'html-9.2.2-9',
    'ignores parameters of the type',
    'text/event-stream; charset=utf-8; x=y',
    async (subject) => {
      const watch = subject.open();
      const visit = await subject.server.next();
      if (visit === undefined) return noRequest('an event');
      const type = 'text/event-stream; charset=utf-8; x=y';
      await visit.wire.send(`${STREAM.replace('text/event-stream', type)}data: a\n\n`);
      const isThere = await watch.until(() => watch.events.length > 0, subject.timeout);
      return finding(isThere, 'an event', isThere ? 'an event' : 'none');
    },
  ),
  clientProbe(
    'html-9.2.2-10',
    'comes back when the response has ended as it should',
    'a chunked stream with its last chunk',
    async (subject) => {
      subject.open();
      const visit = await subject.server.next();
      if (visit === undefined) return noRequest('another request');
      await visit.wire.send(`${CHUNKED}b\r\nretry: 10\n\n\r\n0\r\n\r\n`);
      const next = await subject.server.next();
      return finding(next !== undefined, 'another request', next === undefined ? 'none' : 'one');
    },
  ),
  clientProbe(
    'html-9.2.2-11',
    'leaves when it is closed, and does not come back',
    'a stream, whose source is closed',
    async (subject) => {
      const watch = subject.open();
      const visit = await subject.server.next();
      if (visit === undefined) return noRequest('the end of the connection');
      await visit.wire.send(BRIEF);
      await watch.until(() => watch.opens > 0, subject.timeout);
      watch.source.close();
      const isClosed = watch.source.readyState === CLOSED;
      await visit.wire.readToEnd();
      const isGone = visit.wire.ending !== 'open';
      const next = await subject.server.next(subject.patience);
      const received = `${isClosed ? 'closed' : 'open'}, ${isGone ? 'gone' : 'there'}, ${next === undefined ? 'for good' : 'and back'}`;
      return finding(isClosed && isGone && next === undefined, 'closed, gone, for good', received);
    },
  ),
  clientProbe(
    'html-9.2.3-3',
    'tells of the loss, waits for the reconnection time and asks again',
    '"retry: 300\\n\\n", then the end',
    async (subject) => {
      const { watch, left, next } = await comeBack(subject, 'retry: 300\n\n');
      const waited = (next?.at ?? 0) - left;
      const errors = JSON.stringify(watch.errors);
      return finding(
        errors === '[0]' && waited >= 295,
        'an error while CONNECTING, and a request after 300 ms',
        `errors with readyState ${errors}, and ${next === undefined ? 'no request' : `a request after ${waited} ms`}`,
      );
    },
  ),
  clientProbe(
    'html-9.2.3-4',
    'waits longer the more attempts fail',
    'connections that are closed at once',
    async (subject) => {
      const { next } = await comeBack(subject, 'retry: 50\n\n');
      const times: number[] = [];
      let visit = next;
      for (let i = 0; i < 6 && visit !== undefined; i++) {
        times.push(visit.at);
        visit.wire.close();
        visit = await subject.server.next();
      }
      const waits = times.slice(1).map((time, i) => time - times[i]!);
      const grows = waits.length > 2 && waits.at(-1)! > 3 * 50;
      return offer(grows, 'growing delays', `${waits.join(', ')} ms`);
    },
  ),
  clientProbe(
    'html-9.2.3-5',
    'sends the last event ID in UTF-8',
    '"id: ä1\\ndata\\n\\n", then the end',
    async (subject) => {
      const { next } = await comeBack(subject, 'retry: 10\nid: \xc3\xa41\ndata\n\n');
      if (next === undefined) return noRequest('Last-Event-ID: c3 a4 31');
      const octets = Buffer.from(fieldOf(next, 'last-event-id') ?? '', 'latin1').toString('hex');
      return finding(octets === 'c3a431', 'Last-Event-ID: c3a431', `Last-Event-ID: ${octets}`);
    },
  ),
  clientProbe(
    'html-9.2.3-6',
    'does not come back once it has failed',
    'a brief stream, then 403',
    (subject) =>
      judgeFailing(
        subject,
        'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
      ),
  ),
];

/**
 * The source comes back to this response, which has to be its end: one more error, CLOSED, and no
 * third request, which would come after ten milliseconds.
 */
async function judgeFailing(subject: ClientSubject, response: string): Promise<Finding> {
  const { watch, next } = await comeBack(subject, 'retry: 10\n\n');
  const expected = 'an error, CLOSED and no request';
  if (next === undefined) return noRequest(expected);
  await next.wire.send(response);
  await watch.until(() => watch.errors.length > 1, subject.timeout);
  await pause(10);
  const third = await subject.server.next(subject.patience);
  const errors = JSON.stringify(watch.errors);
  return finding(
    errors === '[0,2]' && third === undefined,
    expected,
    `errors with readyState ${errors}, and ${third === undefined ? 'no' : 'another'} request`,
  );
}
