/** Message bodies: which framing fields mean what. @see RFC 9112 §6 */

import {
  answersOnce,
  chunked,
  converse,
  each,
  echoes,
  get,
  judges,
  type Observation,
  post,
  probe,
  reflect,
  refuses,
  saw,
  withEnding,
} from '../http-probe.ts';
import { fieldValue, type Response, summaryOf } from '../models/response.ts';
import { type Finding, finding, offer, type Probe } from '../probe.ts';
import type { Reflection } from '../reflector.ts';
import type { Wire } from '../wire.ts';

export const HELLO = '5\r\nhello\r\n0\r\n\r\n';
const STREAM = reflect({ stream: 3, body: 'abc' });
const HEAD_AND_GET = STREAM.replace('GET', 'HEAD') + get();
export const BOTH: readonly string[] = ['Content-Length: 4', 'Transfer-Encoding: chunked'];

/** A POST to the echo with this Transfer-Encoding, and chunks behind it. */
export function coded(...codings: readonly string[]): string {
  return post(
    codings.map((coding) => `Transfer-Encoding: ${coding}`),
    HELLO,
  );
}

export const body: readonly Probe[] = [
  each(
    '9112-6-1',
    'reads a body where a framing field says so, whatever the method',
    `${get('Content-Length: 3')}abc${get()}`,
    async (wire) => {
      const first = await wire.readFinalResponse();
      if (first.status >= 400)
        return { holds: await wire.endsHere(), received: withEnding(first, wire) };
      const second = await wire.readFinalResponse();
      return saw(first.status === 200 && second.status === 200, second);
    },
  ),
  echoes('9112-6.1-1', 'decodes the chunked coding', chunked(HELLO), 'hello'),
  refuses(
    '9112-6.1-2',
    'refuses the chunked coding applied twice',
    [coded('chunked, chunked'), coded('chunked', 'chunked')],
    400,
    501,
  ),
  probe(
    '9112-6.1-6',
    'may send Transfer-Encoding in a response to HEAD, which has no body all the same',
    HEAD_AND_GET,
    async (subject) => {
      const [response, next] = await converse(subject, HEAD_AND_GET, 'HEAD', 'GET');
      const expected = 'no body, with or without Transfer-Encoding';
      if (next!.status !== 200) return finding(false, expected, summaryOf(next!));
      const isOffered = fieldValue(response!, 'transfer-encoding') !== undefined;
      return offer(isOffered, expected, response!.head);
    },
    { needs: 'reflector' },
  ),
  refuses(
    '9112-6.1-9',
    'answers a transfer coding that it does not know with 501, or 400, and closes',
    [coded('foo, chunked'), coded('foo', 'chunked'), coded('gzip, chunked')],
    501,
    400,
  ),
  judges(
    '9112-6.1-11',
    'sends no Transfer-Encoding to HTTP/1.0, and closes behind the body',
    STREAM.replace('HTTP/1.1', 'HTTP/1.0'),
    (response) => {
      const isPlain = fieldValue(response, 'transfer-encoding') === undefined;
      const isWhole = response.content.toString() === 'abc';
      return finding(
        isPlain && isWhole,
        'abc, not chunked',
        `${response.head}\n${response.content}`,
      );
    },
    { needs: 'reflector' },
  ),
  judges(
    '9112-6.1-12',
    'may refuse a request with both framing fields, or go by Transfer-Encoding alone',
    post(BOTH, HELLO),
    (response) => {
      const isEcho = response.status === 200 && response.content.toString() === 'hello';
      const expected = '400, or the content hello';
      if (!isEcho && response.status !== 400) return finding(false, expected, summaryOf(response));
      return offer(isEcho, expected, summaryOf(response));
    },
  ),
  answersOnce('9112-6.1-13', 'closes after the response to a request with both framing fields', [
    post(BOTH, HELLO) + get(),
    post(BOTH.toReversed(), HELLO) + get(),
  ]),
  answersOnce(
    '9112-6.1-14',
    'closes after a request in HTTP/1.0 with Transfer-Encoding, whatever it asks for',
    post(['Transfer-Encoding: chunked', 'Connection: keep-alive'], HELLO).replace('1.1', '1.0') +
      get(),
  ),
  framed(
    '9112-6.2-1/b',
    'sends one framing field when the application asks for both',
    { body: 'hello', field: ['Content-Length: 5', 'Transfer-Encoding: chunked'] },
    'not both framing fields',
    (transferEncoding, contentLength) =>
      transferEncoding === undefined || contentLength === undefined,
  ),
  each(
    '9112-6.3-1/a',
    'sends no body behind the head that answers HEAD',
    get().replace('GET', 'HEAD') + get(),
    (wire) => isBodiless(wire, 200, 'HEAD'),
  ),
  each(
    '9112-6.3-1/b',
    'sends no body with 204, whatever the application writes',
    reflect({ status: 204, body: 'hello' }) + get(),
    (wire) => isBodiless(wire, 204),
    { needs: 'reflector' },
  ),
  each(
    '9112-6.3-1/c',
    'sends no body with 304, whatever the application writes',
    reflect({ status: 304, body: 'hello' }) + get(),
    (wire) => isBodiless(wire, 304),
    { needs: 'reflector' },
  ),
  framed(
    '9112-6.1-7/b',
    'sends no Transfer-Encoding with 204, though the application asks for it',
    { status: 204, field: 'Transfer-Encoding: chunked' },
    'no Transfer-Encoding',
    (transferEncoding) => transferEncoding === undefined,
  ),
];

/** A response that ends with its head: what comes behind it is the next response. */
async function isBodiless(wire: Wire, status: number, method = 'GET'): Promise<Observation> {
  const response = await wire.readFinalResponse(method);
  const next = await wire.readFinalResponse();
  const holds = response.status === status && next.status === 200;
  return saw(holds && response.framing === 'none', holds ? response : next);
}

/** What the reflector is asked for is framed so. */
function framed(
  id: string,
  title: string,
  asked: Reflection,
  expected: string,
  holds: (transferEncoding: string | undefined, contentLength: string | undefined) => boolean,
): Probe {
  const judge = (response: Response): Finding => {
    const transferEncoding = fieldValue(response, 'transfer-encoding');
    const contentLength = fieldValue(response, 'content-length');
    const received = `${summaryOf(response)}, Transfer-Encoding: ${transferEncoding}, Content-Length: ${contentLength}`;
    const isFramed = response.status !== 0 && holds(transferEncoding, contentLength);
    return finding(isFramed, expected, received);
  };
  return judges(id, title, reflect(asked), judge, { needs: 'reflector' });
}
