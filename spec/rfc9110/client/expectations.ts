/** A client that expects 100 before it sends its content. @see RFC 9110 §10.1.1 */

import type { Asked } from '../../http-client/exchange-server.ts';
import { ok } from '../../http-client/exchange-server.ts';
import {
  type Asking,
  describe,
  type HttpClientSubject,
  httpClientProbe,
  isAnswer,
  listOf,
  sendsOnly,
  Unable,
} from '../../http-client/probe.ts';
import { finding, inconclusive, offer, type Probe } from '../../probe.ts';

const EXPECT = { fields: [['Expect', '100-continue']] } as const;
const POST: Asking = { method: 'POST', content: 'hello' };

export const expectations: readonly Probe<HttpClientSubject>[] = [
  sendsOnly(
    '9110-10.1.1-1',
    'nothing is expected without content',
    EXPECT,
    (one) => !expects(one) || one.content !== '',
  ),
  httpClientProbe('9110-10.1.1-2', 'a client that waits says so', 'a POST', async (subject) => {
    const { server, patience } = subject;
    const asking = subject.ask('/', POST);
    if (!(await server.until(() => server.requests.length > 0))) {
      return inconclusive('content, or Expect', 'no request came');
    }
    const asked = server.requests[0]!;
    const isThere = await server.until(() => asked.content !== undefined, 2 * patience);
    if (!isThere) await asked.connection.wire.send('HTTP/1.1 100 Continue\r\n\r\n');
    await asking;
    const received = `${isThere ? 'content' : 'no content'}, Expect: ${expects(asked)}`;
    return finding(isThere || expects(asked), 'content at once, or Expect: 100-continue', received);
  }),
  httpClientProbe(
    '9110-10.1.1-3',
    'content is sent although no 100 has come',
    'a POST with Expect: 100-continue, and no 100',
    async (subject) => {
      const { server, patience } = subject;
      const { asking, asked } = await expecting(subject);
      const isThere = await server.until(() => asked.content !== undefined, patience);
      await asked.connection.wire.send('HTTP/1.1 100 Continue\r\n\r\n');
      await asking;
      return offer(isThere, 'the content at once', isThere ? 'content' : 'it waits for the 100');
    },
  ),
  httpClientProbe(
    '9110-10.1.1-4',
    'content is sent in the end, without a 100',
    'a POST with Expect: 100-continue, and no 100',
    async (subject) => {
      const { server } = subject;
      const { asked } = await expecting(subject);
      const isThere = await server.until(() => asked.content !== undefined);
      return finding(isThere, 'content', isThere ? 'content' : 'no content');
    },
  ),
  httpClientProbe(
    '9110-10.1.1-5',
    'what is refused by 417 is asked for without the expectation',
    'a POST with Expect: 100-continue, answered with 417',
    async (subject) => {
      const { server } = subject;
      server.answerHead = (asked) => (expects(asked) ? REFUSAL : undefined);
      server.answer = (asked) => (expects(asked) ? undefined : ok('taken'));
      const told = await subject.ask('/', { ...POST, ...EXPECT });
      if (!server.requests.some(expects)) throw new Unable('it expects nothing');
      return finding(isAnswer(told, 200, 'taken'), 'taken, at the second time', describe(told));
    },
  ),
];

const REFUSAL = 'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** A request that expects 100, as far as its head. */
async function expecting(subject: HttpClientSubject) {
  const { server } = subject;
  const asking = subject.ask('/', { ...POST, ...EXPECT });
  const isThere = server.until(() => server.requests.length > 0);
  await Promise.race([isThere, asking]);
  const [asked] = server.requests;
  if (asked === undefined || !expects(asked)) throw new Unable('it expects nothing');
  return { asking, asked };
}

function expects(asked: Asked): boolean {
  return listOf(asked, 'expect').includes('100-continue');
}
