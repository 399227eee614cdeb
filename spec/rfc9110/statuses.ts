/** Status codes and what has to come with them, and limits. @see RFC 9110 §15, §17.5, RFC 6585 */

import {
  ask,
  chunked,
  each,
  fill,
  get,
  judges,
  post,
  probe,
  reflect,
  refuses,
  request,
  saw,
  withEnding,
} from '../http-probe.ts';
import {
  announcesClose,
  fieldList,
  fieldValue,
  type Response,
  summaryOf,
} from '../models/response.ts';
import { finding, notApplicable, offer, type Probe, type Subject } from '../probe.ts';

const REPEATED = [
  'Content-Location: /a',
  'ETag: "a"',
  'Vary: Accept',
  'Cache-Control: max-age=1',
  'Expires: Sun, 06 Nov 1994 08:49:37 GMT',
];
const HUGE = post([`Content-Length: ${'9'.repeat(15)}`], '');
const LONG = get(`X-Long: ${'a'.repeat(1 << 20)}`);

export const statuses: readonly Probe[] = [
  challenged('9110-11.6.1-1', 'sends a challenge with 401'),
  challenged('9110-15.5.2-1', 'sends a challenge for the target with 401'),
  ...['204', '205'].map((status) =>
    each(
      status === '204' ? '9110-15.3.5-1' : '9110-15.3.6-1',
      `sends no content with ${status}, though the application writes some`,
      [
        reflect({ status: Number(status), body: 'hello' }) + get(),
        reflect({ status: Number(status), stream: 2, body: 'hello' }) + get(),
      ],
      async (wire) => {
        const response = await wire.readFinalResponse();
        const next = await wire.readFinalResponse();
        const isEmpty = response.status === Number(status) && response.content.length === 0;
        return saw(isEmpty && next.status === 200, isEmpty ? next : response);
      },
      { needs: 'reflector' },
    ),
  ),
  judges(
    '9110-15.4.5-1',
    'sends with 304 the fields that are asked of it',
    reflect({ status: 304, field: REPEATED }),
    (response) => {
      const lines = [...REPEATED.map((line) => line.split(':', 1)[0]!), 'Date'];
      const missing = lines.filter((name) => fieldValue(response, name) === undefined);
      const expected = 'all that the application gives, and Date';
      const received = `${summaryOf(response)}, missing: ${missing.join(', ') || 'none'}`;
      return finding(response.status === 304 && missing.length === 0, expected, received);
    },
    { needs: 'reflector' },
  ),
  allowed('9110-10.2.1-1', 'sends Allow with 405'),
  allowed('9110-15.5.6-1', 'says with 405 which methods it allows'),
  probe(
    '9110-15.5.9-1',
    'may answer a request that does not come in time with 408, and closes',
    'half a head, then nothing',
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(get().slice(0, -2), subject));
      const response = await wire.readFinalResponse();
      const expected = '408 with close, or the end';
      if (response.status === 0) {
        if (wire.ending === 'open') return finding(false, expected, summaryOf(response));
        return offer(false, expected, summaryOf(response));
      }
      const ends = await wire.endsHere();
      const isClosed = announcesClose(response) && ends;
      if (!isClosed) return finding(false, expected, withEnding(response, wire));
      return offer(response.status === 408, expected, withEnding(response, wire));
    },
    { needs: 'givesUpAfter' },
  ),
  probe(
    '9110-15.5.14-1',
    'may refuse content that is too large, and close',
    HUGE,
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(HUGE, subject));
      const response = await wire.readFinalResponse();
      return offer(response.status === 413, '413, or the content is read', summaryOf(response));
    },
  ),
  probe(
    '9110-15.5.20-1',
    'may refuse an authority that is not its own',
    'Host: nobody.example',
    async (subject) => {
      const response = await ask(subject, 'GET / HTTP/1.1\r\nHost: nobody.example\r\n\r\n');
      return offer(
        response.status === 421,
        '421, another refusal, or the default site',
        summaryOf(response),
      );
    },
  ),
];

export const limits: readonly Probe[] = [
  refuses(
    '9110-17.5-1/a',
    'limits the length of a head',
    [
      `GET / HTTP/1.1\r\nHost: {host}\r\n${'X: aaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(20_000)}`,
      `GET /${'a'.repeat(1 << 19)}`,
      'A'.repeat(1 << 19),
    ],
    400,
    413,
    414,
    431,
    501,
  ),
  refuses(
    '9110-17.5-1/b',
    'limits the length of a chunk-size line and of a trailer section',
    [
      chunked(`5;${'a'.repeat(1 << 19)}`),
      chunked('0'.repeat(1 << 19)),
      chunked(`0\r\n${'X: aaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(20_000)}`),
      chunked(`0\r\nX: ${'a'.repeat(1 << 19)}`),
    ],
    400,
    413,
    431,
  ),
  probe(
    '6585-5-1',
    'may answer a head that is too large with 431',
    'a field of 1 MiB',
    async (subject) => {
      const response = await ask(subject, LONG);
      return offer(response.status === 431, '431, or another refusal', summaryOf(response));
    },
  ),
  probe(
    '6585-5-2',
    'says in a 431 which field was too large',
    'a field X-Long of 1 MiB',
    async (subject) => {
      const response = await ask(subject, LONG);
      const expected = 'content that names x-long';
      if (response.status !== 431) return notApplicable(expected, summaryOf(response));
      const content = response.content.toString('latin1');
      return finding(
        /x-long/i.test(content),
        expected,
        `${summaryOf(response)}: ${content.slice(0, 200)}`,
      );
    },
  ),
];

/** A 401 of the reflector has WWW-Authenticate. */
function challenged(id: string, title: string): Probe {
  return judges(
    id,
    title,
    reflect({ private: 1 }),
    (response) => {
      const challenge = fieldValue(response, 'www-authenticate') ?? '';
      const holds = response.status === 401 && /^[A-Za-z]+( |$)/.test(challenge);
      return finding(holds, '401 with WWW-Authenticate', `${summaryOf(response)}: ${challenge}`);
    },
    { needs: 'reflector' },
  );
}

/** A 405, for any of these methods, has Allow. */
function allowed(id: string, title: string): Probe {
  const methods = ['DELETE', 'PUT', 'PATCH', 'TRACE', 'OPTIONS'];
  const judge = async (subject: Subject) => {
    const responses: Response[] = [];
    for (const method of methods) responses.push(await ask(subject, request(method, '/')));
    const refusals = responses.filter(({ status }) => status === 405);
    if (refusals.length === 0) return notApplicable(title, responses.map(summaryOf).join('; '));
    const holds = refusals.every((response) => fieldList(response, 'allow').length > 0);
    return finding(
      holds,
      title,
      refusals.map((one) => `Allow: ${fieldValue(one, 'allow')}`).join('; '),
    );
  };
  return probe(id, title, methods.map((method) => `${method} /`).join(', '), judge);
}
