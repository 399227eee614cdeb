/** The requests that a client makes. @see RFC 9112 §2 to §7 */

import { pause } from '../../fair-timer.ts';
import {
  type Asking,
  answering,
  asks,
  everyOne,
  type HttpClientSubject,
  httpClientProbe,
  listOf,
  sendsOnly,
  Unable,
  valuesOf,
} from '../../http-client/probe.ts';
import { finding, inconclusive, type Probe } from '../../probe.ts';

const POST: Asking = { method: 'POST', target: '/echo', content: 'hello' };
const STREAM: Asking = { ...POST, stream: true };
const TRAILERS: Asking = { fields: [['TE', 'trailers']] };

/** Far from the limit that everybody should support. */
const LONG = `/${'x'.repeat(7_880)}`;

/** Where no request is ever sent but through a proxy. */
const ELSEWHERE = 'origin.example:8080';

export const requestHeads: readonly Probe<HttpClientSubject>[] = [
  asks('9112-2.2-5', 'nothing stands around a request', [POST, {}], async (asked, { server }) => {
    await pause(20);
    const isAlone = server.connections.every(({ waiting }) => waiting.length === 0);
    const seen = everyOne(asked, ({ method, head }) => method !== '' && !head.startsWith('\r\n'));
    return isAlone ? seen : { holds: false, received: 'octets behind a request' };
  }),
  asks(
    '9112-2.2-6',
    'a line end in the content is counted',
    { ...POST, content: 'a\r\n' },
    (asked, { server }) => {
      const isAlone = server.connections.every(({ waiting }) => waiting.length === 0);
      const seen = everyOne(
        asked,
        ({ content }) => content === 'a\r\n',
        ({ content }) => JSON.stringify(content),
      );
      return { ...seen, holds: seen.holds && isAlone };
    },
  ),
  sendsOnly(
    '9112-2.2-3/client',
    'no bare CR is sent',
    { fields: [['X-A', 'a\rb']] },
    ({ head }) => !/\r(?!\n)/.test(head),
  ),
  asks('9112-2.2-8/client', 'no whitespace stands before the first field', [{}, POST], (asked) =>
    everyOne(asked, ({ head }) => !/^[^\n]*\n[ \t]/.test(head)),
  ),
  asks('9112-3-4/client', 'a long target is sent', { target: LONG }, (asked) =>
    everyOne(
      asked,
      ({ target }) => target === LONG,
      ({ target }) => `a target of ${target.length} octets`,
    ),
  ),
  asks('9112-3.2-4', 'each request has one Host', [{}, POST, { method: 'HEAD' }], (asked) =>
    everyOne(asked, (one) => valuesOf(one, 'host').length === 1, hostOf),
  ),
  asks('9112-3.2-5', 'Host is the authority', [{}, { target: '/x?y' }], (asked, { server }) => {
    const authority = new URL(server.origin).host;
    return everyOne(asked, (one) => valuesOf(one, 'host')[0] === authority, hostOf);
  }),
  asks('9112-3.2.1-1', 'the target is path and query', { target: '/a?b=c#d' }, (asked) =>
    everyOne(asked, ({ target }) => target === '/a?b=c'),
  ),
  asks('9112-3.2.1-2', 'an empty path is sent as /', [{ target: '' }, { target: '?q' }], (asked) =>
    everyOne(asked, ({ target }) => target === '/' || target === '/?q'),
  ),
  viaProxy('9112-3.2.2-1', 'a proxy is asked in absolute form', (target) => {
    return target === `http://${ELSEWHERE}/a`;
  }),
  viaProxy('9112-3.2.2-2', 'a proxy is told the Host as well', (_, host) => host === ELSEWHERE),
  httpClientProbe(
    '9112-3.2.3-1',
    'a tunnel is asked for by host and port',
    `https://${ELSEWHERE}/ by way of a proxy`,
    async (subject) => {
      const { server } = subject;
      server.answer = () => 'HTTP/1.1 502 No Gateway\r\nContent-Length: 0\r\n\r\n';
      await subject.ask(`https://${ELSEWHERE}/`, { proxy: server.origin });
      const [asked] = server.requests;
      if (asked === undefined) return inconclusive('CONNECT', 'no request came');
      const line = `${asked.method} ${asked.target}`;
      return finding(line === `CONNECT ${ELSEWHERE}`, `CONNECT ${ELSEWHERE}`, line);
    },
  ),
  asks('9112-7.4-1', 'chunked is not asked for', [{}, TRAILERS, POST], (asked) =>
    everyOne(asked, (one) => !listOf(one, 'te').includes('chunked'), teOf),
  ),
  ...['9112-7.4-2', '9110-10.1.4-1'].map((id) =>
    sendsOnly(id, 'TE comes with the option TE', TRAILERS, (one) => {
      return valuesOf(one, 'te').length === 0 || listOf(one, 'connection').includes('te');
    }),
  ),
  sendsOnly(
    '9112-5.2-1/client',
    'no field is folded',
    { fields: [['X-A', 'a\r\n b']] },
    ({ head }) => !/\r\n[ \t]/.test(head),
  ),
];

export const requestBodies: readonly Probe<HttpClientSubject>[] = [
  sendsOnly(
    '9112-6.1-3',
    'other codings are followed by chunked',
    { ...POST, fields: [['Transfer-Encoding', 'gzip']] },
    (one) => {
      const codings = listOf(one, 'transfer-encoding');
      return codings.length === 0 || codings.at(-1) === 'chunked';
    },
  ),
  sendsOnly(
    '9112-6.1-2/client',
    'chunked is not applied twice',
    { ...POST, fields: [['Transfer-Encoding', 'chunked']] },
    (one) => listOf(one, 'transfer-encoding').filter((each) => each === 'chunked').length < 2,
  ),
  asks('9112-6.1-10', 'the first request has no Transfer-Encoding', POST, (asked) =>
    everyOne(asked, (one) => valuesOf(one, 'transfer-encoding').length === 0, framingOf),
  ),
  sendsOnly(
    '9112-6.2-1/client',
    'only one field tells the length',
    {
      ...POST,
      fields: [
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '5'],
      ],
    },
    (one) => framingFields(one) < 2,
  ),
  asks('9112-6.3-16', 'a known length is told', POST, (asked) =>
    everyOne(asked, (one) => valuesOf(one, 'content-length').join() === '5', framingOf),
  ),
  asks(
    '9112-6.3-17/a',
    'content has a length',
    ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ ...POST, method })),
    (asked) => everyOne(asked, (one) => isFramed(one), framingOf),
  ),
  asks('9112-6.3-17/b', 'a stream has an end', STREAM, (asked) =>
    everyOne(asked, (one) => isFramed(one), framingOf),
  ),
  httpClientProbe(
    '9112-6.3-18',
    'a server of HTTP/1.0 is sent no chunks',
    'a GET answered as HTTP/1.0, then a POST of a stream',
    async (subject) => {
      const head = 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n';
      subject.server.answer = answering(`${head}ok`, true);
      await subject.ask('/');
      await subject.ask('/', { ...STREAM });
      const { requests } = subject.server;
      if (requests.length === 0) return inconclusive('no Transfer-Encoding', 'no request came');
      const holds = requests.every((one) => listOf(one, 'transfer-encoding').length === 0);
      return finding(holds, 'no Transfer-Encoding', requests.map(framingOf).join('; '));
    },
  ),
];

/** A request by way of a proxy, in plain text. */
function viaProxy(id: string, title: string, holds: (target: string, host: string) => boolean) {
  return httpClientProbe(id, title, `http://${ELSEWHERE}/a by way of a proxy`, async (subject) => {
    await subject.ask(`http://${ELSEWHERE}/a`, { proxy: subject.server.origin });
    const [asked] = subject.server.requests;
    if (asked === undefined) return inconclusive(title, 'no request came');
    if (asked.method === 'CONNECT') throw new Unable('it asks the proxy for a tunnel');
    const host = valuesOf(asked, 'host').join();
    return finding(holds(asked.target, host), title, `${asked.target}, Host: ${host}`);
  });
}

type Heads = Parameters<typeof valuesOf>[0];

function framingFields(one: Heads): number {
  return valuesOf(one, 'transfer-encoding').length + valuesOf(one, 'content-length').length;
}

function isFramed(one: Heads & { content: string | undefined; faults: readonly unknown[] }) {
  return framingFields(one) === 1 && one.content === 'hello' && one.faults.length === 0;
}

function hostOf(one: Heads): string {
  return `Host: ${valuesOf(one, 'host').join(' and ') || 'none'}`;
}

function teOf(one: Heads): string {
  return `TE: ${valuesOf(one, 'te').join(' and ') || 'none'}`;
}

function framingOf(one: Heads): string {
  const [codings, length] = ['transfer-encoding', 'content-length'].map((name) =>
    valuesOf(one, name).join(' and '),
  );
  return `Transfer-Encoding: ${codings || 'none'}, Content-Length: ${length || 'none'}`;
}
