/** How a client interprets an event stream. @see HTML §9.2.5, §9.2.6 */

import {
  BRIEF,
  type ClientSubject,
  clientProbe,
  comeBack,
  interprets,
  noRequest,
  STREAM,
} from '../client-probe.ts';
import { pause } from '../fair-timer.ts';
import { finding, type Probe } from '../probe.ts';
import { fieldOf } from '../scripted-server.ts';

/** Every way in which lines can end. */
const LINE_ENDS = ['\n', '\r', '\r\n'];

/** Values of `retry` that say nothing. */
const NO_TIMES = ['1e3', '-1', '+1', '', ' 1', '1 ', '0x1'];

export const interpretation: readonly Probe<ClientSubject>[] = [
  ...LINE_ENDS.map((end, index) =>
    clientProbe(
      `html-9.2.5-7/${'abc'[index]}`,
      `delivers an event at once whose lines end in ${JSON.stringify(end)}`,
      JSON.stringify(`data: a${end}${end}`),
      async (subject) => {
        const watch = subject.open();
        const visit = await subject.server.next();
        if (visit === undefined) return noRequest('an event');
        await visit.wire.send(STREAM, `data: a${end}${end}`);
        const isThere = await watch.until(() => watch.events.length > 0, subject.timeout);
        return finding(isThere, 'an event', isThere ? 'an event' : 'nothing');
      },
    ),
  ),
  interprets('html-9.2.6-1/a', 'strips a byte order mark', '\xef\xbb\xbfdata: a\n\n', message('a')),
  interprets(
    'html-9.2.6-1/b',
    'strips no second byte order mark',
    '\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n',
    message('b'),
  ),
  interprets(
    'html-9.2.6-1/c',
    'decodes UTF-8, with U+FFFD for what is none, wherever it is cut',
    ['data: \xc3', '\xa4\xff\xf0\x9f', '\x98\x80\n\n'],
    message('ä\ufffd😀'),
  ),
  interprets(
    'html-9.2.6-2/a',
    'takes CR and LF for one end of a line, in different segments too',
    ['data: a\r', '\ndata: b\r\n\r\n'],
    message('a\nb'),
  ),
  interprets(
    'html-9.2.6-2/b',
    'takes LF, CR and CRLF for ends of lines, mixed',
    'data: a\rdata: b\ndata: c\r\n\rdata: d\n\r\n',
    message('a\nb\nc'),
    message('d'),
  ),
  interprets('html-9.2.6-3', 'dispatches at an empty line', 'data: a\n\n', message('a')),
  interprets('html-9.2.6-4', 'ignores comments', ': x\n\n:data: a\n\ndata: b\n\n', message('b')),
  interprets(
    'html-9.2.6-5',
    'takes a value from behind the first colon, without one space',
    'data:a\n\ndata: a\n\ndata:  a\n\ndata:a:b\n\n',
    ...['a', 'a', ' a', 'a:b'].map((data) => message(data)),
  ),
  interprets(
    'html-9.2.6-6',
    'takes a line without a colon for a field without a value',
    'data\n\ndata\ndata\n\n',
    message(''),
    message('\n'),
  ),
  clientProbe(
    'html-9.2.6-7',
    'discards what is pending when the stream ends',
    '"data: a\\n", then the end',
    async (subject) => {
      const { watch, next } = await comeBack(subject, 'retry: 10\ndata: a\n');
      if (next === undefined) return noRequest('only the event behind it');
      await next.wire.send(`${BRIEF}\ndata: b\n\n`);
      await watch.until(() => watch.events.length > 0, subject.timeout);
      const received = JSON.stringify(watch.events);
      return finding(received === JSON.stringify([message('b')]), 'the event b', received);
    },
  ),
  interprets(
    'html-9.2.6-8',
    'compares names of fields literally',
    'Data: a\n\n data: b\n\nDATA: c\n\ndata : d\n\ndata: e\n\n',
    message('e'),
  ),
  interprets(
    'html-9.2.6-9',
    'takes the type from the last field event',
    'event: add\ndata: 1\n\nevent: x\nevent: add\ndata: 2\n\n',
    ['add', '1', ''],
    ['add', '2', ''],
  ),
  interprets('html-9.2.6-10', 'joins lines of data by LF', 'data: a\ndata: b\n\n', message('a\nb')),
  interprets(
    'html-9.2.6-11',
    'ignores an ID that has a NUL in it',
    'id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n',
    message('a', '1'),
    message('b', '1'),
  ),
  clientProbe(
    'html-9.2.6-12/a',
    'comes back after the time that the stream says',
    '"retry: 100\\n\\n", then the end',
    (subject) => judgeTime(subject, 'retry: 100\n\n'),
  ),
  clientProbe(
    'html-9.2.6-12/b',
    'ignores times that are not all digits',
    NO_TIMES.map((value) => JSON.stringify(`retry:${value}`)).join(' '),
    (subject) =>
      judgeTime(subject, `retry: 100\n${NO_TIMES.map((value) => `retry: ${value}\n`).join('')}\n`),
  ),
  interprets(
    'html-9.2.6-13',
    'ignores other fields',
    'foo: x\ndata: a\ndatax: b\n\n',
    message('a'),
  ),
  clientProbe(
    'html-9.2.6-14',
    'remembers an ID although there are no data',
    '"id: 7\\n\\n", then the end',
    async (subject) => {
      const { watch, next } = await comeBack(subject, 'retry: 10\nid: 7\n\n');
      if (next === undefined) return noRequest('Last-Event-ID: 7, and no event');
      const id = fieldOf(next, 'last-event-id');
      return finding(
        id === '7' && watch.events.length === 0,
        'Last-Event-ID: 7, and no event',
        `Last-Event-ID: ${id}, and ${watch.events.length} events`,
      );
    },
  ),
  interprets(
    'html-9.2.6-15',
    'fires nothing without data, and forgets the type',
    'event: x\n\ndata: a\n\n',
    message('a'),
  ),
  interprets(
    'html-9.2.6-16',
    'takes one LF off the end of the data',
    'data: a\n\ndata: a\ndata\n\n',
    message('a'),
    message('a\n'),
  ),
  interprets(
    'html-9.2.6-17',
    'gives each event the type message and the ID that was said last, unless told otherwise',
    'id: 1\ndata: a\n\ndata: b\n\nevent: add\ndata: c\n\nevent:\ndata: d\n\n',
    message('a', '1'),
    message('b', '1'),
    ['add', 'c', '1'],
    message('d', '1'),
  ),
  clientProbe(
    'html-9.2.6-18',
    'sends no Last-Event-ID once the ID is empty',
    '"id: 1\\ndata: a\\n\\nid\\ndata: b\\n\\n", then the end',
    async (subject) => {
      const stream = 'retry: 10\nid: 1\ndata: a\n\nid\ndata: b\n\n';
      const { watch, next } = await comeBack(subject, stream);
      if (next === undefined) return noRequest('no Last-Event-ID');
      const id = fieldOf(next, 'last-event-id');
      const ids = watch.events.map(([, , lastEventId]) => lastEventId);
      const holds = id === undefined && JSON.stringify(ids) === '["1",""]';
      return finding(holds, 'the IDs 1 and "", then none', `${JSON.stringify(ids)}, then ${id}`);
    },
  ),
  interprets(
    'html-9.2.6-19',
    'begins each event anew',
    'event: add\ndata: a\n\ndata: b\n\n',
    ['add', 'a', ''],
    message('b'),
  ),
  clientProbe(
    'html-17.6-4',
    'gives up an event without end',
    'a line of data, up to 64 MiB of it',
    async (subject) => {
      subject.open();
      const visit = await subject.server.next();
      if (visit === undefined) return noRequest('the client leaves');
      await visit.wire.send(`${STREAM}data: `);
      let sent = 0;
      for (; sent < 64 && visit.wire.ending === 'open'; sent++) {
        await visit.wire.send(Buffer.alloc(2 ** 20, 'x'));
        await pause(10);
      }
      await visit.wire.readToEnd(); // it may not have got so far yet
      const isGone = visit.wire.ending !== 'open';
      return finding(isGone, 'the client leaves', `${isGone ? 'gone' : 'there'} after ${sent} MiB`);
    },
  ),
];

/** An event without a type of its own. */
function message(data: string, lastEventId = ''): readonly [string, string, string] {
  return ['message', data, lastEventId];
}

/** The client has to come back after 100 ms, and well before it would by itself. */
async function judgeTime(subject: ClientSubject, content: string) {
  const { left, next } = await comeBack(subject, content);
  const expected = 'a request after 100 ms or little more';
  if (next === undefined) return finding(false, expected, 'none');
  const waited = next.at - left;
  return finding(waited >= 95 && waited < 2_500, expected, `after ${waited} ms`);
}
