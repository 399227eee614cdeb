/** How a client takes the heads of responses. @see RFC 9112 §2 to §5 */

import { ok } from '../../http-client/exchange-server.ts';
import {
  type HttpClientSubject,
  httpClientProbe,
  isAnswer,
  isFailure,
  type Told,
  takes,
  toldField,
} from '../../http-client/probe.ts';
import { offer, type Probe } from '../../probe.ts';

const isOk = (told: Told) => isAnswer(told, 200, 'ok');

/** Lines that are no field lines. */
const NO_FIELDS = [': x', 'a b: c', 'a\0: b', 'noColonHere'];

export const responseHeads: readonly Probe<HttpClientSubject>[] = [
  takes(
    '9112-2.2-1/client',
    'a line ends at CR LF, and not inside what would be a character',
    [ok('ok', 'X-A: \xe4\xc0\x8aX-B: 1')],
    (told) => isFailure(told) || (isOk(told) && toldField(told, 'x-b') === undefined),
  ),
  httpClientProbe(
    '9112-2.2-2/client',
    'a single LF ends a line',
    'a head with LF for CRLF',
    async (subject) => {
      subject.server.answer = () => 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok';
      const told = await subject.ask('/');
      return offer(isOk(told), '200, or a failure', told.error ?? String(told.status));
    },
  ),
  takes(
    '9112-2.2-4/client',
    'a bare CR is refused, or becomes a space',
    [ok('ok', 'X-A: a\rX-B: 1')],
    (told) => isFailure(told) || (isOk(told) && isWithoutBareCr(told)),
  ),
  takes(
    '9112-2.2-9/client',
    'whitespace before the first field is refused, or its line skipped',
    ['HTTP/1.1 200 OK\r\n X-A: 1\r\nContent-Length: 2\r\n\r\nok'],
    (told) => isFailure(told) || (isOk(told) && toldField(told, 'x-a') === undefined),
  ),
  takes(
    '9112-4-4',
    'the reason phrase says nothing',
    ['200 Not Found', '200 ', '200 \xe4'].map((status) => ok().replace('200 OK', status)),
    isOk,
  ),
  takes(
    '9112-5-1/client',
    'lines that are no field lines are refused',
    NO_FIELDS.map((line) => ok('ok', line)),
    isFailure,
  ),
  ...['9112-5.1-3/client', '9110-5.5-1/client'].map((id) =>
    takes(
      id,
      'whitespace around a value is none of it',
      [ok('ok', 'X-A: \t a b \t')],
      (told) => isOk(told) && toldField(told, 'x-a') === 'a b',
    ),
  ),
  takes(
    '9112-5.2-4',
    'a folded field is unfolded',
    [ok('ok', 'X-A: a,\r\n b', 'X-B: c')],
    (told) => isOk(told) && /^a, +b$/.test(toldField(told, 'x-a') ?? ''),
  ),
];

function isWithoutBareCr(told: Told): boolean {
  return !toldField(told, 'x-a')?.includes('\r') && toldField(told, 'x-b') === undefined;
}
