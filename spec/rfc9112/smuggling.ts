/** Requests that two recipients could read in two ways. @see RFC 9112 §11 */

import { chunked, each, get, post, request, withEnding } from '../http-probe.ts';
import type { Probe } from '../probe.ts';

const LAST = '0\r\n\r\n';
/** What an attacker wants to have taken for a request of its own. */
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const SIZE = SMUGGLED.length.toString(16);

const CONTENT_LENGTH_FIRST = [
  post([`Content-Length: ${5 + SMUGGLED.length}`, 'Transfer-Encoding: chunked'], LAST + SMUGGLED),
  post(['Content-Length: 0', `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
  post([`Content-Length: 0, ${SMUGGLED.length}`], SMUGGLED),
  post([`Content-Length: ${SMUGGLED.length}`, 'Content-Length: 0'], SMUGGLED),
  post([`Content_Length: ${SMUGGLED.length}`, 'Content-Length : 0'], SMUGGLED),
  post([`Content-Length: 0\r\n ${SMUGGLED.length}`], SMUGGLED),
  post([`Content-Length: +${SMUGGLED.length}`], SMUGGLED),
  post([`Content-Length: 0x${SIZE}`], SMUGGLED),
];

const CODING_FIRST = [
  post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `${SIZE}\r\n${SMUGGLED}\r\n${LAST}`),
  post(['Transfer-Encoding : chunked', 'Content-Length: 4'], `${SIZE}\r\n${SMUGGLED}\r\n${LAST}`),
];

const HIDDEN_CODINGS = [
  ' chunked\x0b',
  '\x0bchunked',
  ' xchunked',
  ' chunked, x',
  ' x, chunked',
  ' "chunked"',
  "'chunked'",
  ' chunked;',
  ' chunk\xe9d',
  ' identity',
  ' chunked\x00',
  ' chunked\r\nTransfer-Encoding: x',
  '\r\n chunked',
].map((coding) =>
  post([`Content-Length: ${5 + SMUGGLED.length}`, `Transfer-Encoding:${coding}`], LAST + SMUGGLED),
);

const LINE_ENDS = [
  `POST /echo HTTP/1.1\r\nHost: {host}\r\nX: y\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  `POST /echo HTTP/1.1\r\nHost: {host}\r\nX: y\rContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  `POST /echo HTTP/1.1\r\nHost: {host}\r\n\r${SMUGGLED}`,
  chunked(`5\nhello\r\n0\r\n\r\n${SMUGGLED}`),
  chunked(`1;a\n${'b'.repeat(2)}\r\n${SIZE}\r\n${SMUGGLED}${LAST}`),
  chunked(`1;\r\r\na\r\n0\r\n\r\n${SMUGGLED}`),
  chunked(`0\r\nX: y\n${SMUGGLED}`),
  chunked(`0\r\nX\r\n${SMUGGLED}`),
];

export const smuggling: readonly Probe[] = [
  ambiguous('a', 'Content-Length that could be read in two ways', CONTENT_LENGTH_FIRST),
  ambiguous('b', 'Transfer-Encoding beside Content-Length', CODING_FIRST),
  ambiguous('c', 'Transfer-Encoding that one recipient knows and another does not', HIDDEN_CODINGS),
  ambiguous('d', 'line ends that one recipient knows and another does not', LINE_ENDS),
  each(
    '9112-11.2-1/e',
    'reads a body that belongs to a request without meaning for it, or closes',
    [
      `${request('GET', '/', `Content-Length: ${SMUGGLED.length}`)}${SMUGGLED}`,
      `${request('HEAD', '/', `Content-Length: ${SMUGGLED.length}`)}${SMUGGLED}`,
      `${request('OPTIONS', '/', `Content-Length: ${SMUGGLED.length}`)}${SMUGGLED}`,
    ].map((octets) => octets + get('Connection: close')),
    async (wire) => {
      const method =
        wire.transcript[0]!.octets.toString('latin1', 0, 4) === 'HEAD' ? 'HEAD' : 'GET';
      const first = await wire.readFinalResponse(method);
      const second = await wire.readFinalResponse();
      const received = withEnding(second, wire);
      const isAlone = second.status === 0 && wire.ending !== 'open';
      return { holds: first.status !== 0 && (isAlone || second.status === 200), received };
    },
  ),
];

/** Answered once, with the connection closed: what is behind the head never becomes a request. */
function ambiguous(letter: string, what: string, requests: readonly string[]): Probe {
  return each(
    `9112-11.2-1/${letter}`,
    `answers once, and closes: ${what}`,
    requests,
    async (wire) => {
      const response = await wire.readFinalResponse();
      const isClosed = response.status === 0 ? wire.ending !== 'open' : await wire.endsHere();
      return { holds: isClosed, received: withEnding(response, wire) };
    },
  );
}
