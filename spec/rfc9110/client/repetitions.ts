/** What a client asks for once more, and what not. @see RFC 9110 §9.2.2, §15.4 */

import { pause } from '../../fair-timer.ts';
import { ok } from '../../http-client/exchange-server.ts';
import {
  describe,
  type HttpClientSubject,
  httpClientProbe,
  isFailure,
  Unable,
} from '../../http-client/probe.ts';
import { finding, inconclusive, type Probe } from '../../probe.ts';

const POST = { method: 'POST', content: 'hello' } as const;

/** More than anybody follows. */
const MANY_REDIRECTS = 60;

export const repetitions: readonly Probe<HttpClientSubject>[] = [
  httpClientProbe(
    '9110-9.2.2-1/a',
    'a POST is not repeated',
    'the end in place of an answer, on a new connection',
    (subject) => repeated(subject, false),
  ),
  httpClientProbe(
    '9110-9.2.2-1/b',
    'a POST is not repeated',
    'the end in place of an answer, on a connection that was used before',
    (subject) => repeated(subject, true),
  ),
  httpClientProbe(
    '9110-9.2.2-2',
    'what was repeated and failed again is not repeated',
    'a GET, then the end in place of any other answer',
    async (subject) => {
      const { server, patience } = subject;
      server.answer = ({ connection }, count) => {
        if (count === 1) return ok();
        connection.wire.end();
        return undefined;
      };
      await subject.ask('/1');
      const told = await subject.ask('/2');
      await pause(patience);
      const attempts = server.requests.length - 1;
      const holds = isFailure(told) && attempts <= 2;
      return finding(
        holds,
        'a failure, after two attempts at most',
        `${attempts} attempts, ${describe(told)}`,
      );
    },
  ),
  httpClientProbe(
    '9110-15.4-1',
    'redirections that lead nowhere are given up',
    '302 to the same address, again and again',
    async (subject) => {
      const { server } = subject;
      server.answer = ({ target }) =>
        `HTTP/1.1 302 Found\r\nLocation: ${target}\r\nContent-Length: 0\r\n\r\n`;
      const asking = subject.ask('/loop');
      const isMany = await Promise.race([
        server.until(() => server.requests.length > MANY_REDIRECTS),
        asking.then(() => false),
      ]);
      const received = `${server.requests.length} requests`;
      if (isMany) server.answer = () => ok();
      const told = await asking;
      return finding(!isMany && told.isLate !== true, 'an end of it', received);
    },
  ),
  ...['307 Temporary Redirect', '308 Permanent Redirect'].map((status, index) =>
    httpClientProbe(
      `9110-15.4.8-1/${'ab'[index]}`,
      'a redirected POST is a POST with the same content',
      `a POST answered with ${status}`,
      async (subject) => {
        const { server } = subject;
        server.answer = ({ target }) =>
          target === '/1'
            ? `HTTP/1.1 ${status}\r\nLocation: /2\r\nContent-Length: 0\r\n\r\n`
            : ok();
        const told = await subject.ask('/1', POST);
        const [, again] = server.requests;
        if (again === undefined) throw new Unable(`it follows no redirection: ${describe(told)}`);
        const received = `${again.method} with ${JSON.stringify(again.content)}`;
        return finding(
          again.method === 'POST' && again.content === 'hello',
          'POST with "hello"',
          received,
        );
      },
    ),
  ),
];

/** A POST whose connection ends without an answer. */
async function repeated(subject: HttpClientSubject, isUsed: boolean) {
  const { server, patience } = subject;
  server.answer = ({ method, connection }) => {
    if (method === 'GET') return ok();
    connection.wire.end();
    return undefined;
  };
  if (isUsed) await subject.ask('/1');
  const told = await subject.ask('/2', POST);
  await pause(patience);
  const posts = server.requests.filter(({ method }) => method === 'POST').length;
  if (posts === 0) return inconclusive('one POST', describe(told));
  return finding(
    posts === 1 && isFailure(told),
    'one POST, and a failure',
    `${posts}, ${describe(told)}`,
  );
}
