/** How a client finds the end of a response. @see RFC 9112 §6 to §8 */

import { ok } from '../../http-client/exchange-server.ts';
import {
  describe,
  type HttpClientSubject,
  httpClientProbe,
  isAnswer,
  isFailure,
  type Told,
  takes,
  toldField,
} from '../../http-client/probe.ts';
import { finding, offer, type Probe } from '../../probe.ts';

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n';
const WHOLE = '5\r\nhello\r\n0\r\n\r\n';
const isHello = (told: Told) => isAnswer(told, 200, 'hello');

/** Responses that have no body, whatever their fields say. */
const WITHOUT_BODY = ['204 No Content', '304 Not Modified'];

const NO_LENGTHS = ['abc', '-1', '+5', '0x5', '5 5', '5, 6', '5.0'];

const TOO_LARGE = ['FFFFFFFFFFFFFFFF', '10000000000000005', '20000000000001'];

export const responseBodies: readonly Probe<HttpClientSubject>[] = [
  takes('9112-6.1-1/client', 'chunks are read', [`${CHUNKED}\r\n${WHOLE}`], isHello),
  httpClientProbe(
    '9112-6.1-14/client',
    'chunks of HTTP/1.0 are the end of a connection',
    'HTTP/1.0 200, Connection: keep-alive, Transfer-Encoding: chunked',
    async (subject) => {
      const { server } = subject;
      const head =
        'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n';
      server.answer = (_, count) => (count === 1 ? `${head}${WHOLE}` : ok());
      const first = await subject.ask('/');
      await subject.ask('/');
      const isOther = server.requests[0]?.connection !== server.requests[1]?.connection;
      const second = isOther ? 'another connection' : 'the same connection';
      return finding(
        isOther,
        'the next request on another connection',
        `${describe(first)}, then ${second}`,
      );
    },
  ),
  ...WITHOUT_BODY.map((status, index) =>
    withoutBody(
      `9112-6.3-2/${'ab'[index]}`,
      `HTTP/1.1 ${status}\r\nContent-Length: 5\r\n\r\n`,
      'GET',
    ),
  ),
  withoutBody('9112-6.3-2/c', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'HEAD'),
  ...['9112-6.3-9/client', '9110-8.6-10/client'].map((id) =>
    httpClientProbe(id, 'the same length said twice', 'Content-Length: 5, 5', async (subject) => {
      subject.server.answer = () => 'HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello';
      const told = await subject.ask('/');
      return offer(isHello(told), 'is taken for that length', describe(told));
    }),
  ),
  takes(
    '9112-6.3-10',
    'a length that is none is a failure',
    NO_LENGTHS.map((length) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nhello`),
    isFailure,
    { ends: true },
  ),
  takes(
    '9112-6.3-12/client',
    'less than the length says is a failure',
    ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'],
    isFailure,
    { ends: true },
  ),
  takes(
    '9112-7-1/client',
    'codings are named in any case',
    [`HTTP/1.1 200 OK\r\ntransfer-encoding: ChUnKeD\r\n\r\n${WHOLE}`],
    isHello,
  ),
  takes(
    '9112-7.1-1/client',
    'sizes of chunks are hexadecimal, with zeros before them',
    ['A', 'a', '000a'].map((size) => `${CHUNKED}\r\n${size}\r\n0123456789\r\n0000\r\n\r\n`),
    (told) => isAnswer(told, 200, '0123456789'),
  ),
  takes(
    '9112-7.1-4/client',
    'sizes of chunks do not overflow',
    TOO_LARGE.map((size) => `${CHUNKED}\r\n${size}\r\nhello\r\n0\r\n\r\n`),
    isFailure,
    { ends: true },
  ),
  takes(
    '9112-7.1-5/client',
    'chunked has no parameters',
    [`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked;q=1\r\n\r\n${WHOLE}`],
    isFailure,
    { ends: true },
  ),
  takes(
    '9112-7.1.1-1/client',
    'extensions of chunks are ignored',
    [`${CHUNKED}\r\n5;a=b;c="d";e\r\nhello\r\n0;f\r\n\r\n`],
    isHello,
  ),
  takes(
    '9110-5.6.3-3/client',
    'whitespace in extensions of chunks is ignored, or refused',
    [`${CHUNKED}\r\n5 ; a = b\r\nhello\r\n0\r\n\r\n`],
    (told) => isHello(told) || isFailure(told),
  ),
  takes(
    '9112-7.1.2-1/client',
    'trailers are kept or dropped',
    [`${CHUNKED}\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n`],
    isHello,
  ),
  ...['9112-7.1.2-3/client', '9110-6.5.1-2/client'].map((id) =>
    takes(
      id,
      'trailers are not taken for fields',
      [
        `${CHUNKED}Content-Type: text/plain\r\n\r\n5\r\nhello\r\n0\r\nContent-Type: text/html\r\nLocation: /x\r\n\r\n`,
      ],
      (told) =>
        isHello(told) &&
        toldField(told, 'content-type') === 'text/plain' &&
        toldField(told, 'location') === undefined,
    ),
  ),
  takes(
    '9112-7.2-1/client',
    'codings of compression have no parameters',
    [`HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip;x=1, chunked\r\n\r\n${WHOLE}`],
    isFailure,
    { ends: true },
  ),
  takes(
    '9112-8-2',
    'a response that is cut is not whole',
    [
      `${CHUNKED}\r\n5\r\nhello\r\n`,
      `${CHUNKED}\r\n5\r\nhel`,
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\nX-A',
    ],
    isFailure,
    { ends: true },
  ),
];

/** A response without a body, and then another on the same connection, if the client goes on with it. */
function withoutBody(id: string, octets: string, method: string): Probe<HttpClientSubject> {
  const title = 'there is no body, whatever the fields say';
  return httpClientProbe(id, title, `${method}: ${JSON.stringify(octets)}`, async (subject) => {
    subject.server.answer = (_, count) => (count === 1 ? octets : ok());
    const first = await subject.ask('/', { method });
    const second = await subject.ask('/');
    const isEmpty = first.error === undefined && (first.content ?? '') === '';
    const received = `${describe(first)}, then ${describe(second)}`;
    return finding(isEmpty && isAnswer(second, 200, 'ok'), title, received);
  });
}
