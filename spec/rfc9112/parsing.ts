/** Message parsing and field lines. @see RFC 9112 §2, §5 */

import {
  answers,
  ask,
  closes,
  each,
  get,
  isEcho,
  PLAIN_CLOSE,
  probe,
  refuses,
  request,
  responds,
  withEnding,
} from '../http-probe.ts';
import { announcesClose, type Response, summaryOf } from '../models/response.ts';
import { offer, type Probe } from '../probe.ts';

const END = '\r\n\r\n';

/**
 * A response that does not close: the `Connection: close` in the request was no field line of its
 * own.
 */
function ignoresClose(response: Response): boolean {
  return response.status === 400 || (response.status === 200 && !announcesClose(response));
}

export const parsing: readonly Probe[] = [
  each(
    '9112-2.2-1/a',
    'takes octets for octets: half a character before LF does not hide the LF',
    `GET / HTTP/1.1\r\nHost: {host}\r\nX: \xe4\r\nConnection: close${END}`,
    async (wire) => {
      const response = await wire.readFinalResponse();
      // Some close without saying so, which is another fault.
      const isClosed = announcesClose(response) || (await wire.endsHere());
      const holds = response.status === 400 || (response.status === 200 && isClosed);
      return { holds, received: withEnding(response, wire) };
    },
  ),
  responds(
    '9112-2.2-1/b',
    'takes octets for octets: an overlong UTF-8 form of LF ends no line',
    `GET / HTTP/1.1\r\nHost: {host}\r\nX: a\xc0\x8aConnection: close${END}`,
    (response) => ignoresClose(response),
  ),
  probe(
    '9112-2.2-2',
    'may take LF alone for the end of a line',
    'LF without CR behind the request line, behind a field line, for the empty line',
    async (subject) => {
      const heads = [
        'GET / HTTP/1.1\nHost: {host}\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: {host}\n\r\n',
        'GET / HTTP/1.1\r\nHost: {host}\r\n\n',
      ];
      const responses = [];
      for (const head of heads) responses.push(await ask(subject, head));
      const accepted = responses.filter(({ status }) => status === 200).length;
      const expected = 'LF alone accepted or refused, in each line of the head alike';
      return offer(
        accepted > 0,
        expected,
        `${accepted} of 3: ${responses.map(summaryOf).join('; ')}`,
      );
    },
  ),
  responds(
    '9112-2.2-4/a',
    'refuses a CR that has no LF behind it, or takes it for a space; never for the end of a line',
    [
      `GET / HTTP/1.1\r\nHost: {host}\r\nX: a\rConnection: close${END}`,
      `GET / HTTP/1.1\rHost: {host}\r\nHost: {host}${END}`,
      `GET / HTTP/1.1\r\nHost: {host}\r\nX: a\r\rConnection: close${END}`,
    ],
    // A version with a CR in it may be one that a server does not speak.
    (response) => ignoresClose(response) || response.status === 505,
  ),
  responds(
    '9112-2.2-4/b',
    'does not take CR CR LF, or CR and something else, for the end of the head',
    [
      `GET / HTTP/1.1\r\nHost: {host}\r\n\rX: ${END}`,
      `GET / HTTP/1.1\r\nHost: {host}\r\n\r\r\n${END}`,
    ],
    (response) => response.status === 400,
  ),
  answers('9112-2.2-7', 'ignores an empty line before the request line', `\r\n${get()}`, 200),
  responds(
    '9112-2.2-9',
    'refuses whitespace before the first field line, or ignores the lines that it leads',
    [
      `GET / HTTP/1.1\r\n Connection: close\r\nHost: {host}${END}`,
      `GET / HTTP/1.1\r\n\tConnection: close\r\nHost: {host}${END}`,
    ],
    (response) => ignoresClose(response),
  ),
  refuses(
    '9112-2.2-10',
    'answers octets that are not HTTP with 400, or not at all, and closes',
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', `FOO${END}`, `GET /${END}`],
    400,
    PLAIN_CLOSE,
  ),
  refuses(
    '9112-2.3-1',
    'refuses a version that is not written HTTP/digit.digit',
    [
      'http/1.1',
      'HTTP/1.10',
      'HTTP/11',
      'HTTP /1.1',
      'HTTP/1,1',
      'HTTP/1.',
      'HTTPS/1.1',
      'HTTP/x.1',
    ].map((version) => `GET / ${version}\r\nHost: {host}${END}`),
    400,
    505,
  ),
];

export const fieldLines: readonly Probe[] = [
  refuses(
    '9112-5-1',
    'refuses a line that is no field line',
    [': x', 'a b: c', 'a\x00: b', 'noColonHere', '(a): b'].map((line) => get(line)),
    400,
  ),
  answers(
    '9112-5.1-1',
    'answers whitespace between a field name and its colon with 400',
    [get('X : a'), get('Content-Length\t: 5'), `GET / HTTP/1.1\r\nHost : {host}${END}`],
    400,
  ),
  closes('9112-5.1-3', 'takes whitespace around a field value for no part of it', [
    get('Connection:\t close \t'),
    get('Connection:close'),
    get('Connection: \t \t close'),
  ]),
  responds(
    '9112-5.2-2/a',
    'answers a folded field line with 400, or takes the fold for a space',
    [
      get('X: a\r\n Connection: close'),
      get('X: a\r\n\tConnection: close'),
      get('X:\r\n Connection: close'),
    ],
    (response) => ignoresClose(response),
  ),
  responds(
    '9112-5.2-2/b',
    'does not read a folded framing field in a way of its own',
    [
      `${request('POST', '/echo', 'Transfer-Encoding:\r\n chunked')}5\r\nhello\r\n0${END}`,
      `${request('POST', '/echo', 'Content-Length:\r\n 5')}hello`,
      `${request('POST', '/echo', 'Content-Length: 5\r\n 0')}hello`,
    ],
    (response) => isEcho(response) || [400, 501].includes(response.status),
  ),
];
