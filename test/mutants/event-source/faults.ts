/** Clients that break HTML §9.2. What a client does wrong is written as what it hears in its place. */

import { hears, says } from '../http/fault.ts';
import type { Quirk } from './meddled-event-source.ts';

/** A mutant of a client; one with a memory is made anew for each. */
export type ClientFault = readonly [probe: string, fault: string, quirk: Quirk | (() => Quirk)];

/** Hears an event stream where something else came. */
function takesForStream(status: string): Quirk {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n';
  return says(new RegExp(`^HTTP/1.1 ${status}.*\r\n(?:Content-Type.*\r\n)?`), head);
}

/** Tells what is made of each message. */
function tells(change: (event: MessageEvent<string>) => MessageEventInit<string>): Quirk {
  return {
    tells: (event) => {
      if (!(event instanceof MessageEvent)) return event;
      const { data, lastEventId } = event as MessageEvent<string>;
      return new MessageEvent(event.type, { data, lastEventId, ...change(event) });
    },
  };
}

export const reconnectionFaults: readonly ClientFault[] = [
  ['html-9.2.2-3', 'does not say what it accepts', hears(/^accept: .*\r\n/im, '')],
  ['html-9.2.2-4/a', 'takes what caches hold', hears(/^cache-control: .*\r\n/im, '')],
  [
    'html-9.2.2-4/b',
    'has a cache of its own',
    () => {
      let kept: string | undefined;
      return {
        answers: () => kept,
        says: (octets) => {
          kept = octets;
          return octets;
        },
      };
    },
  ],
  ['html-9.2.2-5', 'does not come back when it was cut', { ends: 'never' }],
  ['html-9.2.2-7/a', 'comes back after 500', takesForStream('500')],
  ['html-9.2.2-7/b', 'comes back after 204', takesForStream('204')],
  ['html-9.2.2-7/c', 'comes back after 404', takesForStream('404')],
  ['html-9.2.2-7/d', 'takes any status of class 2', takesForStream('202')],
  ['html-9.2.2-7/e', 'takes text/plain', says('text/plain', 'text/event-stream')],
  ['html-9.2.2-7/f', 'asks for no type', takesForStream('200')],
  [
    'html-9.2.2-9',
    'compares the type with its parameters',
    says(/text\/event-stream;.*/, 'text/plain'),
  ],
  ['html-9.2.2-10', 'does not come back behind the last chunk', says('0\r\n\r\n', '')],
  ['html-9.2.2-11', 'keeps the connection of a source that is closed', { isUnaware: true }],
  ['html-9.2.3-3', 'comes back at once', says('retry: 300', 'retry: 1')],
  ['html-9.2.3-5', 'sends the last event ID in latin1', hears('\xc3\xa41', '\xe41')],
  ['html-9.2.3-6', 'comes back after 403', takesForStream('403')],
];

export const interpretationFaults: readonly ClientFault[] = [
  ['html-9.2.5-7/a', 'waits for more behind LF', says(/a\n\n/, 'a\n')],
  ['html-9.2.5-7/b', 'does not take CR for the end of a line', says(/a\r\r$/, 'a')],
  ['html-9.2.5-7/c', 'waits for more behind CRLF', says(/a\r\n\r\n$/, 'a\r\n')],
  ['html-9.2.6-1/a', 'strips no byte order mark', says('\xef\xbb\xbf', '\xef\xbb\xbf\xef\xbb\xbf')],
  ['html-9.2.6-1/b', 'strips each byte order mark', says('\xef\xbb\xbf\xef\xbb\xbf', '')],
  ['html-9.2.6-1/c', 'decodes each octet by itself', says(/[\x80-\xff]/g, '\xff')],
  ['html-9.2.6-2/a', 'takes CR and LF for two ends', says('\ndata: b', '\n\ndata: b')],
  ['html-9.2.6-2/b', 'does not take CR for the end of a line', says('a\rdata', 'a;data')],
  ['html-9.2.6-3', 'dispatches at the end of a line', says('data: a', 'data:\n\ndata: a')],
  ['html-9.2.6-4', 'takes a comment for a field', says(/^:data/m, 'data')],
  ['html-9.2.6-5', 'takes all spaces off a value', says('data:  a', 'data: a')],
  ['html-9.2.6-6', 'passes over a line without a colon', says(/^data\n/gm, '')],
  [
    'html-9.2.6-7',
    'dispatches what is pending at the end',
    says(/(retry: 10\ndata: a\n)$/, '$1\n'),
  ],
  ['html-9.2.6-8', 'compares names without case', says(/^Data/m, 'data')],
  ['html-9.2.6-9', 'takes the type from the first field', says('event: x\nevent: add', 'event: x')],
  [
    'html-9.2.6-10',
    'joins lines of data by nothing',
    tells(({ data }) => ({ data: data.replace(/\n/g, '') })),
  ],
  ['html-9.2.6-11', 'takes an ID with NUL in it', says('id: 2\0', 'id: 2')],
  ['html-9.2.6-12/a', 'does not look at retry', says('retry: 100\n', 'x: y\n')],
  ['html-9.2.6-12/b', 'takes a sign in a time', says('retry: +1\n', 'retry: 1\n')],
  ['html-9.2.6-13', 'takes a name by its beginning', says('datax', 'data')],
  ['html-9.2.6-14', 'remembers an ID only with data', says('id: 7\n', '')],
  ['html-9.2.6-15', 'keeps the type of an event without data', says('event: x\n\n', 'event: x\n')],
  ['html-9.2.6-15', 'fires an event without data', says('event: x\n\n', 'event: x\ndata\n\n')],
  [
    'html-9.2.6-16',
    'takes all LFs off the end of the data',
    tells(({ data }) => ({ data: data.trimEnd() })),
  ],
  [
    'html-9.2.6-17',
    'tells an ID only with its own event',
    tells(({ data, lastEventId }) => ({ lastEventId: data === 'a' ? lastEventId : '' })),
  ],
  ['html-9.2.6-18', 'sends the last ID that was not empty', says(/^id\n/m, '')],
  ['html-9.2.6-19', 'keeps the type for the next event', says('data: b', 'event: add\ndata: b')],
  ['html-17.6-4', 'reads an event of any length', { says: (octets) => octets.replace(/^x+$/, '') }],
];
