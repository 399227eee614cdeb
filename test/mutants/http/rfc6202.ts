/** Servers that push in a way that RFC 6202 warns of. */

import { adds, content, drops, type Fault, hears, records, response, says } from './fault.ts';

/** The parts of a record that faults are about. */
interface Record {
  readonly id?: string;
  readonly data?: unknown;
  readonly ready?: { readonly session: string };
}

/** A poll that is held, in a session. */
const HELD = /^GET \S*[?&]session=(?!\S*wait=)/;

export const pollingFaults: readonly Fault[] = [
  ['6202-2.1-1', 'answers a poll at once', hears(/^(GET (?!\S*wait=)\S+) HTTP/, '$1&wait=0 HTTP')],
  [
    '6202-2.1-2',
    'answers with the end of the connection',
    { ...drops('content-length'), leaves: 'end' },
  ],
  ['6202-2.1-4', 'answers one poll on a connection', { leaves: 'end' }],
  ['6202-2.1-5', 'keeps connections that nobody wants', { ends: 'never' }],
  ['6202-2.2-1', 'answers with a large head', adds(`X-Padding: ${'a'.repeat(400)}`)],
  [
    '6202-2.2-2',
    'loses an event between two polls, and tells another one twice',
    records<Record>((all) => all.map((one) => (one.data === '3' ? { ...one, data: '2' } : one))),
  ],
  [
    '6202-2.2-3',
    'answers with one message',
    records<Record>((all) => all.filter(({ data }) => data === undefined || data === '1')),
  ],
  [
    '6202-2.2-5',
    'tells an event twice under load',
    records<Record>((all) => all.flatMap((one) => (one.data === '20' ? [one, one] : one))),
  ],
  ['6202-2.2-6', 'ends no poll', hears('wait=0.3', 'wait=20'), true],
  ['6202-2.2-6', 'ends a poll at once', hears('wait=0.3', 'wait=0')],
  ['6202-5.5-1', 'ends a poll at once', hears(/^(GET (?!\S*wait=)\S+) HTTP/, '$1&wait=0 HTTP')],
  ['6202-5.5-1', 'holds a poll for as long as it likes', hears('wait=0.5', 'wait=20'), true],
  [
    '6202-4.2-1',
    'answers an unsuccessful poll with 503',
    says(/^HTTP\/1.1 200 OK(?![\s\S]*"data")/, 'HTTP/1.1 503 Nothing'),
  ],
  [
    '6202-4.2-2',
    'refuses the second poll of a client',
    () => {
      let polls = 0;
      return {
        answers: (octets) =>
          HELD.test(octets) && ++polls === 2
            ? response('409 Conflict', 'one at a time')
            : undefined,
      };
    },
    true,
  ],
  [
    '6202-4.2-3',
    'never ends a session',
    () => {
      let session: string | undefined;
      return content((text) =>
        text.replace(/(?<="session":")[^"]+/, (told) => {
          session ??= told;
          return session;
        }),
      );
    },
  ],
  [
    '6202-4.2-4/a',
    'tells nothing a second time',
    () => {
      const told = new Set<string>();
      return records<Record>((all) =>
        all.filter(({ id }) => {
          const isNew = id === undefined || !told.has(id);
          if (id !== undefined) told.add(id);
          return isNew;
        }),
      );
    },
  ],
  [
    '6202-4.2-4/b',
    'takes what is sent twice for two messages',
    () => {
      let n = 0;
      return { hears: (octets) => octets.replace(/(?<="n":)\d+/, () => `${++n}`) };
    },
  ],
  [
    '6202-3.2-4',
    'takes a chunk for a message',
    hears(/^(POST [\s\S]*?\r\n\r\n1\r\n\[\r\n)[\s\S]*/, '$10\r\n\r\n'),
  ],
  [
    '6202-5.1-2',
    'answers the second poll of a client at once',
    () => {
      let polls = 0;
      return {
        hears: (octets) =>
          HELD.test(octets) && ++polls === 2 ? octets.replace(' HTTP', '&wait=0 HTTP') : octets,
      };
    },
  ],
  ['6202-5.2-1', 'answers one poll on a connection', { leaves: 'end' }],
  [
    '6202-5.2-2',
    'answers what is pipelined behind a poll first',
    hears(/^(GET [\s\S]*?\r\n\r\n)(OPTIONS [\s\S]*)/, '$2$1'),
  ],
  [
    '6202-5.4-1',
    'answers with 503 when there is nothing',
    says(/^HTTP\/1.1 200 OK(?![\s\S]*"data")/, 'HTTP/1.1 503 Nothing'),
  ],
];

export const streamingFaults: readonly Fault[] = [
  [
    '6202-3.1-1',
    'ends a stream behind an event',
    () => {
      let isOver = false;
      return {
        says: (octets) => {
          if (isOver) return '';
          isOver = octets.includes('"data":"1"');
          return isOver ? `${octets}0\r\n\r\n` : octets;
        },
      };
    },
  ],
  ['6202-3.1-2', 'streams without chunks', hears(/(transport=stream\S* HTTP\/)1.1/, '$11.0')],
  ['6202-3.1-3', 'streams chunks to HTTP/1.0', hears('HTTP/1.0', 'HTTP/1.1')],
  [
    '6202-3.1-4',
    'ends a stream with the connection',
    hears(/(transport=stream\S* HTTP\/)1.1/, '$11.0'),
  ],
  [
    '6202-3.1-5',
    'has nothing that tells a stream is cut',
    hears(/(transport=stream\S* HTTP\/)1.1/, '$11.0'),
  ],
  [
    '6202-3.2-2',
    'tells in the next response what was in the one before',
    () => {
      let first: string | undefined;
      return {
        says: (octets) => {
          first ??= /"id":"([^"]+)"/.exec(octets)?.[1];
          return octets;
        },
        hears: (octets) => octets.replace(/(?<=[?&]cursor=)[^& ]+/, () => first ?? ''),
      };
    },
  ],
  ['6202-3.2-3', 'begins without white space', content((text) => text.replace(/ {1024}/, ''))],
  ['6202-3.2-5', 'writes line breaks as they are', content((text) => text.replace(/\\n/g, '\n'))],
  ['6202-4.3-1', 'sends chunks to HTTP/1.0', hears('HTTP/1.0', 'HTTP/1.1')],
  ['6202-4.1-3', 'calls another function', content((text) => text.replace(/\bf\(/, 'g('))],
  [
    '6202-4.1-3',
    'answers a script element with data',
    content((text) => text.replace(/\bf(?=\()/, '')),
  ],
  ['6202-5.6-1', 'lets its answers be kept', drops('cache-control')],
  ['6202-6-1/a', 'takes any name for a callback', hears(/callback=alert[^& ]*/, 'callback=f')],
  ['6202-6-1/b', 'does not say that a script is one', drops('x-content-type-options')],
  [
    '6202-6-1/b',
    'writes < in a script as it is',
    content((text) => text.replace(/\\u003c/gi, '<')),
  ],
];

export const capacityFaults: readonly Fault[] = [
  ['6202-2.2-4', 'takes in a poll that it has no room for', says(' 503 ', ' 200 ')],
  ['6202-2.2-4', 'holds a poll that it has no room for', { says: () => '' }, true],
  ['6202-2.2-4', 'lets a poll wait that it has no room for', { delay: 2_500 }],
  ['6202-2.2-4', 'holds the connection of a poll that it has refused', { ends: 'never' }],
  [
    '6202-6-2',
    'refuses one poll too many, and takes in the next',
    () => {
      let answers = 0;
      return { says: (octets) => (++answers === 2 ? octets.replace(' 503 ', ' 200 ') : octets) };
    },
  ],
];
