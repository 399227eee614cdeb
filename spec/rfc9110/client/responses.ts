/** How a client takes fields and statuses. @see RFC 9110 §5, §6, §15, RFC 8297 §2 */

import { ok, response } from '../../http-client/exchange-server.ts';
import {
  asks,
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

const isOk = (told: Told) => isAnswer(told, 200, 'ok');

/** What may not stand in a name: delimiters, a space, and what is beyond ASCII. */
const NO_NAMES = [
  '(',
  ')',
  ',',
  '/',
  ';',
  '<',
  '=',
  '>',
  '?',
  '@',
  '[',
  '\\',
  ']',
  '{',
  '}',
  '"',
  ' ',
  '\x7f',
  '\x80',
];

const TOO_LARGE = ['18446744073709551621', '9007199254740993', '4294967301'];

const EARLY = 'HTTP/1.1 103 Early Hints\r\n';

export const responses: readonly Probe<HttpClientSubject>[] = [
  takes(
    '9110-5.1-1/client',
    'names are the same in any case',
    ['HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh: 2\r\n\r\nok'],
    isOk,
  ),
  takes(
    '9110-5.1-2/client',
    'unknown fields are ignored',
    [ok('ok', 'X-Foo: 1', 'Foo: bar')],
    isOk,
  ),
  httpClientProbe('9110-5.4-2', 'a field of 1 MiB', 'X-A: xxx…', async (subject) => {
    subject.server.answer = () => ok('ok', `X-A: ${'x'.repeat(2 ** 20)}`);
    const told = await subject.ask('/');
    return offer(isOk(told), 'is dropped or taken', describe(told));
  }),
  takes(
    '9110-5.5-2/client',
    'octets beyond ASCII are octets',
    [ok('ok', 'X-A: \xe4')],
    (told) => isOk(told) && /^(\xe4|\ufffd)$/.test(toldField(told, 'x-a') ?? ''),
  ),
  takes(
    '9110-5.5-3/client-b',
    'a NUL is refused, or becomes a space',
    [ok('ok', 'X-A: a\0b')],
    (told) => isFailure(told) || toldField(told, 'x-a') === 'a b',
  ),
  httpClientProbe('9110-5.5-4/client', 'a control character', 'X-A: a\\x01b', async (subject) => {
    subject.server.answer = () => ok('ok', 'X-A: a\x01b');
    const told = await subject.ask('/');
    return offer(isOk(told), 'is taken', describe(told));
  }),
  takes(
    '9110-5.6.2-1/client',
    'names are tokens',
    NO_NAMES.map((character) => ok('ok', `X${character}A: 1`)),
    isFailure,
  ),
  takes('9110-6.2-3/client', 'HTTP/1.2 is taken for HTTP/1.1', [ok().replace('1.1', '1.2')], isOk),
  takes(
    '9110-8.6-8/client',
    'lengths do not overflow',
    TOO_LARGE.map((length) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nhello`),
    isFailure,
    { ends: true },
  ),
  httpClientProbe('9110-15-1', 'statuses count by their class', '299, 499', async (subject) => {
    const { server } = subject;
    server.answer = ({ target }) => response(`${target.slice(1)} Whatever`, 'ok');
    const told = [await subject.ask('/299'), await subject.ask('/499')];
    const holds = isAnswer(told[0]!, 299, 'ok') && isAnswer(told[1]!, 499, 'ok');
    return finding(holds, '299 and 499, with their content', told.map(describe).join(', '));
  }),
  takes(
    '9110-15-2',
    'a status that is none is a failure of the server',
    ['999', '600', '000', '099', '20', '2000'].map((status) => response(`${status} X`, 'ok')),
    (told) => isFailure(told) || (told.status ?? 0) >= 500,
    { ends: true },
  ),
  takes(
    '9110-15.2-2',
    'responses of 1xx may come before the final one',
    ['100 Continue', '102 Processing', '103 Early Hints', '199 What'].map(
      (status) => `HTTP/1.1 ${status}\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok()}`,
    ),
    isOk,
  ),
  takes(
    '8297-2-3/a',
    'fields of a 103 are none of the response',
    [`${EARLY}Content-Type: text/html\r\nContent-Encoding: gzip\r\nX-A: 1\r\n\r\n${ok()}`],
    (told) =>
      isOk(told) &&
      toldField(told, 'x-a') === undefined &&
      !toldField(told, 'content-type')?.includes('html'),
  ),
  asksBehind('8297-2-3/b', `${EARLY}Connection: close\r\n\r\n`),
  takes(
    '8297-2-4',
    'a 103 has no content',
    [
      `${EARLY}Content-Length: 5\r\n\r\n${ok()}`,
      `${EARLY}Transfer-Encoding: chunked\r\n\r\n${ok()}`,
    ],
    isOk,
  ),
];

/** An early hint in front of a response, and then another request on the same connection. */
function asksBehind(id: string, early: string): Probe<HttpClientSubject> {
  const title = 'options of a 103 are none of the connection';
  const probe = asks(id, title, [{}, {}, {}], (asked) => {
    const numbers = asked.map(({ connection }) => connection.number);
    const [first, second, third] = numbers;
    return { holds: first === second || second !== third, received: `connections ${numbers}` };
  });
  const judge: typeof probe.judge = (subject) => {
    subject.server.answer = (_, count) => (count === 1 ? early + ok() : ok());
    return probe.judge(subject);
  };
  return { ...probe, sends: JSON.stringify(early), judge };
}
