/** Servers that say what RFC 9112 forbids, §2 to §7, or keep a connection in their own way, §8, §9. */

import { adds, answers, drops, type Fault, hears, response, says } from './fault.ts';

const BAD = response('400 Bad Request', 'bad', 'Connection: close');

export const responseFaults: readonly Fault[] = [
  ['9112-2.2-3', 'sends CR in a field value', adds('X: a\rb')],
  ['9112-2.2-3/b', 'sends CR in a field value', adds('X: a\rb')],
  ['9112-2.2-8', 'sends whitespace before the first field line', adds(' X: a')],
  ['9112-2.3-4', 'answers with HTTP/1.0', says(/^HTTP\/1.1/gm, 'HTTP/1.0')],
  ['9112-4-1', 'sends two spaces before a status code', says(/^HTTP\/1.1 /gm, 'HTTP/1.1  ')],
  ['9112-4-2', 'sends no space behind a status code', says(/^(HTTP\/1.1 299) .*/, '$1')],
  ['9112-5.2-1', 'folds a field line', adds('X: a\r\n b')],
  ['9112-6.1-2/b', 'applies chunked twice', adds('Transfer-Encoding: chunked, chunked')],
  ['9112-6.1-4', 'applies a coding that has no end', adds('Transfer-Encoding: gzip')],
  ['9112-6.1-6', 'answers HEAD as if it were GET', hears(/^HEAD /, 'GET ')],
  [
    '9112-6.1-6',
    'tells of chunks that it does not send',
    says(/^(HTTP\/1.1 200 .*\r\n)/, '$1Transfer-Encoding: chunked\r\n'),
  ],
  [
    '9112-6.1-7/a',
    'sends Transfer-Encoding with 1xx',
    adds('Transfer-Encoding: chunked', '10[01]'),
  ],
  ['9112-6.1-7/b', 'sends Transfer-Encoding with 204', adds('Transfer-Encoding: chunked', '204')],
  [
    '9112-6.1-8',
    'sends Transfer-Encoding as it opens a tunnel',
    answers(/^CONNECT/, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
  ],
  ['9112-6.1-11', 'sends chunks to HTTP/1.0', hears('HTTP/1.0', 'HTTP/1.1')],
  [
    '9112-6.2-1/a',
    'sends Transfer-Encoding beside Content-Length',
    adds('Transfer-Encoding: chunked'),
  ],
  [
    '9112-6.2-1/b',
    'sends both framing fields when it is asked to',
    answers(
      /^GET \/reflect/,
      'HTTP/1.1 200 OK\r\nContent-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ),
  ],
  ['9112-6.3-1/a', 'answers HEAD as if it were GET', hears(/^HEAD /, 'GET ')],
  ['9112-6.3-1/b', 'sends content with 204', says(/^(HTTP\/1.1 204 [\s\S]*?\r\n\r\n)/, '$1hello')],
  ['9112-6.3-1/c', 'sends content with 304', says(/^(HTTP\/1.1 304 [\s\S]*?\r\n\r\n)/, '$1hello')],
  ['9112-6.3-14', 'tells no length', drops('content-length')],
  ['9112-6.3-14/b', 'tells no length', drops('transfer-encoding')],
  [
    '9112-7.1-6/a',
    'sends chunks without their sizes',
    says(/Content-Length: \d+/i, 'Transfer-Encoding: chunked'),
  ],
  [
    '9112-7.1-6/b',
    'ends with the last chunk what was given up',
    {
      says: (octets, heard) =>
        heard.includes('abort=1') ? octets.replace(/ef\r\n$/, 'ef\r\n0\r\n\r\n') : octets,
    },
  ],
  ['9112-11.1-1', 'lets an application write field lines', adds('X-Injected: 1')],
  ['9110-2.2-1/b', 'lets an application write NUL', adds('X: a\0b')],
];

export const connectionFaults: readonly Fault[] = [
  ['9112-8-1', 'serves a request that is cut short', hears(/X-Ha$/, 'X: y\r\n\r\n')],
  ['9112-8-1', 'says nothing to a request that is cut short', { isHasty: true }],
  ['9112-9.3-1', 'closes behind each response', { leaves: 'end' }],
  ['9112-9.3-2/a', 'compares the close option with case', hears('Connection: CLOSE', 'X: y')],
  ['9112-9.3-2/b', 'keeps a connection of HTTP/1.0', hears('HTTP/1.0', 'HTTP/1.1')],
  [
    '9112-9.3-2/c',
    'closes without saying so',
    { ...says(/(?<=ok)HTTP[\s\S]*/, ''), leaves: 'end' },
  ],
  ['9112-9.3-4', 'closes without saying so', { leaves: 'end' }],
  [
    '9112-9.3-6',
    'takes content that nobody wants for requests',
    hears(/^(DELETE [\s\S]*?)Content-Length: \d+/, '$1Content-Length: 0'),
  ],
  [
    '9112-9.3-6/b',
    'takes content that nobody reads for requests',
    hears(/^(POST \/reflect[\s\S]*?)Content-Length: \d+/, '$1Content-Length: 0'),
  ],
  [
    '9112-9.3.2-3/a',
    'answers a GET before the POST that came first',
    hears(/^(POST [\s\S]*?0\r\n\r\n)(GET [\s\S]*?\r\n\r\n)/, '$2$1'),
  ],
  [
    '9112-9.3.2-3/b',
    'answers a quick request first',
    hears(/^(GET \/reflect[\s\S]*?\r\n\r\n)(GET [\s\S]*)/, '$2$1'),
  ],
  [
    '9112-9.3.2-3/c',
    'forgets a request when another one comes',
    hears(/^GET [\s\S]*?(?=POST)/, ''),
  ],
  ['9112-9.5-1', 'resets an idle connection', { ends: 'reset' }],
  ['9112-9.5-2', 'does not notice that a client has left', { isUnaware: true }],
  ['9112-9.6-1', 'closes without saying so', { leaves: 'end' }],
  ['9112-9.6-4', 'does not close behind its response', { ends: 'never' }],
  ['9112-9.6-5', 'does not say close', drops('connection')],
  ['9112-9.6-6/a', 'goes on behind a request with close', hears('Connection: close\r\n', '')],
  ['9112-9.6-6/b', 'goes on behind a slow request with close', hears('Connection: close\r\n', '')],
  ['9112-9.6-7', 'says close and does not', { ends: 'never' }],
  [
    '9112-9.6-8',
    'says close and goes on',
    { ...hears('Connection: close\r\n', ''), ...adds('Connection: close') },
  ],
  [
    '9112-9.6-11',
    'resets a connection behind an error',
    { ...answers(/X : y/, BAD), leaves: 'reset' },
  ],
  ['9112-9.6-12', 'lets go of a client that has closed its side', { isHasty: true }],
  ['9112-9.6-12/b', 'lets go of a client that has closed its side', { isHasty: true }],
  ['9112-9.8-5', 'sends no closure alert', { says: withoutAlerts }],
  [
    '9112-9.8-6',
    'serves nobody once a TLS connection was cut',
    () => {
      let hasShaken = false;
      return {
        answers: (octets) => {
          if (!octets.startsWith('GET /')) hasShaken = true;
          return hasShaken && octets.startsWith('GET /')
            ? response('503 Service Unavailable', 'down')
            : undefined;
        },
      };
    },
  ],
];

/** The type of an alert record, and how many octets stand before what is in one. @see RFC 5246 §6.2.1 */
const ALERT = 21;
const RECORD_HEAD = 5;

/** TLS records without those that are alerts. */
function withoutAlerts(octets: string): string {
  let said = '';
  for (let at = 0; at < octets.length; ) {
    const length = octets.charCodeAt(at + 3) * 256 + octets.charCodeAt(at + 4);
    const end = at + RECORD_HEAD + length;
    if (octets.charCodeAt(at) !== ALERT) said += octets.slice(at, end);
    at = end;
  }
  return said;
}
