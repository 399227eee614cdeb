/** What a client puts into its requests. @see RFC 9110 §4 to §10 */

import {
  type Asking,
  asks,
  describe,
  everyOne,
  type HttpClientSubject,
  httpClientProbe,
  isFailure,
  listOf,
  sendsOnly,
  valuesOf,
} from '../../http-client/probe.ts';
import { finding, inconclusive, offer, type Probe } from '../../probe.ts';

const POST: Asking = { method: 'POST', target: '/echo', content: 'hello' };
const EMPTY: Asking = { method: 'POST', target: '/echo' };
const UPGRADE: Asking = { fields: [['Upgrade', 'example/1']] };

/** Fields of which a request has one line at most. */
const SINGLE = ['host', 'content-length', 'content-type', 'user-agent', 'authorization', 'origin'];

/** Fields about the content or for the application, which no connection option is named like. */
const END_TO_END = [
  'host',
  'cache-control',
  'content-type',
  'content-length',
  'user-agent',
  'accept',
];

/** Targets with what can't stand in a request line. */
const STRANGE = ['/a b', '/\u00e4', '/"<>', '/?q=\u2604 x'];

export const requests: readonly Probe<HttpClientSubject>[] = [
  asks(
    '9110-2.2-1/client',
    'requests are what the grammar says',
    [{}, POST, { method: 'HEAD' }, ...STRANGE.map((target) => ({ target }))],
    (asked) =>
      everyOne(
        asked,
        ({ faults }) => faults.length === 0,
        ({ faults }) => faults.map(({ detail }) => detail).join() || 'no faults',
      ),
  ),
  asks(
    '9110-4.1-1/client',
    'a long address is asked for',
    { target: `/${'y'.repeat(7_960)}` },
    (asked) =>
      everyOne(
        asked,
        ({ target }) => target.length === 7_961,
        ({ target }) => `${target.length} octets`,
      ),
  ),
  httpClientProbe('9110-4.2.1-1/client', 'there is no host', 'http://:80/', async (subject) => {
    const { port } = new URL(subject.server.origin);
    const told = await subject.ask(`http://:${port}/`);
    const holds = isFailure(told) && subject.server.requests.length === 0;
    return finding(holds, 'a failure, and no request', describe(told));
  }),
  httpClientProbe(
    '9110-4.2.4-1',
    'no userinfo is sent in a target or in Host',
    'http://user:secret@…/',
    async (subject) => {
      const { server } = subject;
      const told = await subject.ask(server.origin.replace('//', '//user:secret@'));
      const shown = server.requests.map(({ head }) => head).join('');
      const expected = 'neither user nor secret';
      if (shown === '' && told.isLate) return inconclusive(expected, describe(told));
      const received = shown === '' ? describe(told) : JSON.stringify(shown);
      return finding(!/user|secret/.test(shown), expected, received);
    },
  ),
  sendsOnly(
    '9110-5.3-3/client',
    'there is one line of each field that is no list',
    {
      ...POST,
      fields: [
        ['Content-Type', 'text/csv'],
        ['User-Agent', 'one'],
      ],
    },
    (one) => SINGLE.every((name) => valuesOf(one, name).length < 2),
  ),
  sendsOnly(
    '9110-5.5-3/client',
    'no NUL is sent',
    { fields: [['X-A', 'a\0b']] },
    ({ head }) => !head.includes('\0'),
  ),
  asks('9110-5.6.1.1-1/client', 'lists have no empty members', [{}, POST], (asked) =>
    everyOne(
      asked,
      ({ fields }) => fields.every(({ value }) => !/^,|,[ \t]*(,|$)/.test(value)),
      ({ fields }) => fields.map(({ name, value }) => `${name}: ${value}`).join(', '),
    ),
  ),
  asks('9110-5.6.3-1/client', 'one space at most stands before a value', [{}, POST], (asked) =>
    everyOne(
      asked,
      ({ head }) => !/^[^:\r\n]+:([ \t]{2,}|\t)/m.test(head) && !/[ \t]\r\n/.test(head),
      ({ head }) => JSON.stringify(head),
    ),
  ),
  asks('9110-6.2-2/client', 'the version is 1.1, or 1.0', [{}, POST], (asked) =>
    everyOne(asked, ({ version }) => version === 'HTTP/1.1' || version === 'HTTP/1.0'),
  ),
  asks(
    '9110-7.1-1',
    'the target has the form that the method wants',
    [{ target: '' }, POST],
    (asked) => everyOne(asked, ({ target }) => target.startsWith('/')),
  ),
  asks('9110-7.2-1', 'Host is sent', [{}, POST], (asked) =>
    everyOne(asked, (one) => valuesOf(one, 'host').join('').length > 0, namesOf),
  ),
  asks('9110-7.2-2', 'Host is the first field', [{}, POST], (asked) =>
    everyOne(asked, ({ fields }) => fields[0]?.name.toLowerCase() === 'host', namesOf),
  ),
  sendsOnly(
    '9110-7.6.1-1/client',
    'what is about the connection is an option of it',
    [{}, UPGRADE, { fields: [['TE', 'trailers']] }],
    (one) =>
      ['upgrade', 'te', 'keep-alive'].every(
        (name) => valuesOf(one, name).length === 0 || listOf(one, 'connection').includes(name),
      ),
  ),
  asks(
    '9110-7.6.1-2/client',
    'what is for the server is no option of the connection',
    [{}, POST],
    (asked) =>
      everyOne(
        asked,
        (one) => !listOf(one, 'connection').some((each) => END_TO_END.includes(each)),
        namesOf,
      ),
  ),
  httpClientProbe(
    '9110-7.8-1',
    'another protocol is asked for',
    'Upgrade: example/1',
    async (subject) => {
      const told = await subject.ask('/', UPGRADE);
      const asked = subject.server.requests.filter((one) => valuesOf(one, 'upgrade').length > 0);
      return offer(asked.length > 0, 'Upgrade: example/1', describe(told));
    },
  ),
  sendsOnly('9110-7.8-11/client', 'Upgrade comes with the option Upgrade', UPGRADE, (one) => {
    return valuesOf(one, 'upgrade').length === 0 || listOf(one, 'connection').includes('upgrade');
  }),
  asks('9110-8.3-1/client', 'content comes with its type', POST, (asked) =>
    everyOne(asked, (one) => valuesOf(one, 'content-type').length === 1, namesOf),
  ),
  asks('9110-8.6-1', 'that there is no content is told', EMPTY, (asked) =>
    everyOne(
      asked,
      (one) => valuesOf(one, 'content-length').join() === '0' || one.framing === 'chunked',
      namesOf,
    ),
  ),
  asks('9110-8.6-2', 'a GET has no length', [{}, { method: 'HEAD' }], (asked) =>
    everyOne(asked, (one) => valuesOf(one, 'content-length').length === 0, namesOf),
  ),
  asks('9110-9.3.1-1', 'a GET has no content', [{}, { target: '/a' }], (asked, { server }) => {
    const isAlone = server.connections.every(({ waiting }) => waiting.length === 0);
    const seen = everyOne(asked, ({ content }) => content === '');
    return { ...seen, holds: seen.holds && isAlone };
  }),
  asks('9110-10.1.5-1', 'User-Agent is sent', [{}, POST], (asked) =>
    everyOne(asked, (one) => valuesOf(one, 'user-agent').length === 1, namesOf),
  ),
];

function namesOf({ fields }: { fields: readonly { name: string }[] }): string {
  return fields.map(({ name }) => name).join(', ');
}
