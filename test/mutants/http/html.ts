/** Servers whose event streams are not as HTML has them, §9.2. */

import { answers, content, type Fault, hears, response, says } from './fault.ts';

const BAD = response('400 Bad Request', 'bad', 'Connection: close');

export const eventStreamFaults: readonly Fault[] = [
  ['html-9.2.2-8', 'calls an event stream text/plain', says('text/event-stream', 'text/plain')],
  ['html-9.2.3-2', 'says nothing before there is an event', { says: () => '' }, true],
  ['html-9.2.4-1/a', 'refuses an ID that is not ASCII', answers(/Last-Event-ID: \xc3/, BAD)],
  ['html-9.2.4-1/b', 'refuses an ID that is not UTF-8', answers(/Last-Event-ID: \xff/, BAD)],
  ['html-9.2.4-1/c', 'refuses an ID that it does not know', answers(/Last-Event-ID: no-/, BAD)],
  ['html-9.2.4-1/d', 'refuses a long ID', answers(/Last-Event-ID: \S{99}/, BAD)],
  ['html-9.2.4-1/e', 'refuses an ID in braces', answers(/Last-Event-ID: \{/, BAD)],
  ['html-9.2.4-2', 'does not look at the last event ID', hears(/Last-Event-ID: .*\r\n/, '')],
  ['html-9.2.5-1', 'is encoded in latin1', content((text) => text.replace(/\xc3\xa4/g, '\xe4'))],
  [
    'html-9.2.5-2',
    'writes no empty line behind an event',
    content((text) => text.replace(/\n\n/g, '\n')),
  ],
  ['html-9.2.5-3', 'writes half a line behind an event', content((text) => `${text}x: y`)],
  [
    'html-9.2.5-4',
    'cuts a message at its first line break',
    content((text) => text.replace(/\\[nr][^"]*/g, '')),
  ],
  [
    'html-9.2.5-5',
    'writes line breaks in a name as they are',
    content((text) => text.replace(/\\n/g, '\n')),
  ],
  [
    'html-9.2.5-6',
    'loses the space that a message begins with',
    content((text) => text.replace(/"data":" /, '"data":"')),
  ],
  [
    'html-9.2.7-1',
    'shows no sign of life',
    content((text) => text.replace(/^event: encke\nid: .*\ndata: \{"cursor".*\n\n/gm, '')),
  ],
  ['html-9.2.7-3', 'sends chunks to HTTP/1.0', hears('HTTP/1.0', 'HTTP/1.1')],
  ['html-17.6-1', 'names a charset', says('text/event-stream', 'text/event-stream; charset=utf-8')],
  [
    'html-17.6-2',
    'names another charset',
    says('text/event-stream', 'text/event-stream; charset=latin1'),
  ],
  ['html-17.6-5', 'forbids what it has no room for', says(' 503 ', ' 403 ')],
  ['html-17.6-5', 'answers 200 where it has no room', says(' 503 ', ' 200 ')],
];
