/** What a page's requests to other origins are like, and what becomes of them. @see Fetch §3.3, §4.8, §4.10 */

import type { Asked } from '../http-client/exchange-server.ts';
import { ok } from '../http-client/exchange-server.ts';
import {
  type Asking,
  describe,
  firstLine,
  type HttpClientSubject,
  httpClientProbe,
  isAnswer,
  isFailure,
  type Told,
  Unable,
  valuesOf,
} from '../http-client/probe.ts';
import { type Finding, finding, inconclusive, offer, type Probe } from '../probe.ts';

const JSON_POST: Asking = {
  method: 'POST',
  content: '{}',
  fields: [['Content-Type', 'application/json']],
};
const TEXT_POST: Asking = {
  method: 'POST',
  content: 'a',
  fields: [['Content-Type', 'text/plain']],
};
const PUT: Asking = { method: 'PUT', content: 'a', fields: [['Content-Type', 'text/plain']] };

/** What a preflight is answered, by the origin that asks. */
type Allowing = (origin: string) => string;

/** Allows what is asked for, but for what a probe says besides. */
const allows =
  (...fields: readonly string[]): Allowing =>
  (origin) =>
    [
      'HTTP/1.1 200 OK',
      `Access-Control-Allow-Origin: ${origin}`,
      ...fields,
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n');

const ALL = allows(
  'Access-Control-Allow-Methods: PUT, POST',
  'Access-Control-Allow-Headers: content-type, x-a, x-b, authorization',
  'Access-Control-Allow-Credentials: true',
);

/** Answers to a preflight that refuse it, though their fields allow everything. */
const REFUSALS = ['301 Moved Permanently', '401 Unauthorized', '404 Not Found'].map(
  (status): Allowing =>
    (origin) =>
      ALL(origin).replace('200 OK', status),
);

const WITHOUT_ORIGIN: Allowing = (origin) =>
  ALL(origin).replace(/Access-Control-Allow-Origin.*\r\n/, '');

/** What a response says about who may read it, whether with credentials, and whether it may be read. */
const CHECKS: readonly (readonly [
  fields: readonly string[],
  credentials: boolean,
  isReadable: boolean,
])[] = [
  [[], false, false],
  [['Access-Control-Allow-Origin: *'], false, true],
  [['Access-Control-Allow-Origin: {origin}'], false, true],
  [['Access-Control-Allow-Origin: http://other.example'], false, false],
  [['Access-Control-Allow-Origin: {origin}/'], false, false],
  [['Access-Control-Allow-Origin: {origin}, {origin}'], false, false],
  [['Access-Control-Allow-Origin: *', 'Access-Control-Allow-Credentials: true'], true, false],
  [['Access-Control-Allow-Origin: {origin}'], true, false],
  [
    ['Access-Control-Allow-Origin: {origin}', 'Access-Control-Allow-Credentials: True'],
    true,
    false,
  ],
  [['Access-Control-Allow-Origin: {origin}', 'Access-Control-Allow-Credentials: true'], true, true],
];

export const userAgent: readonly Probe<HttpClientSubject>[] = [
  fromPage('fetch-2.2.2-1/a', 'asks first for leave to send JSON', JSON_POST, ALL, ({ asked }) =>
    finding(asked[0]?.method === 'OPTIONS', 'OPTIONS, then POST', linesOf(asked)),
  ),
  fromPage('fetch-2.2.2-1/b', 'sends text without asking first', TEXT_POST, ALL, ({ asked }) =>
    finding(asked[0]?.method === 'POST', 'POST', linesOf(asked)),
  ),
  refused(
    'fetch-2.2.2-3',
    'does not take * for a leave to send Authorization',
    { fields: [['Authorization', 'Basic YTpi']] },
    [allows('Access-Control-Allow-Headers: *')],
  ),
  fromPage('fetch-3.2-1', 'sends its origin', TEXT_POST, ALL, ({ asked, origin }) => {
    const origins = asked.map((one) => valuesOf(one, 'origin').join(' and ') || 'none');
    return finding(
      origins.length > 0 && origins.every((each) => each === origin),
      origin,
      origins.join(),
    );
  }),
  fromPage(
    'fetch-3.3.2-3',
    'names the fields that it wants to send',
    { fields: [['X-A', '1']] },
    ALL,
    ({ asked }) => {
      const [names] = asked.map((one) => valuesOf(one, 'access-control-request-headers').join());
      return offer(names === 'x-a', 'Access-Control-Request-Headers: x-a', names || 'none');
    },
  ),
  httpClientProbe(
    'fetch-3.3.5-4',
    'a preflight has no credentials',
    'a PUT with credentials, once there is a cookie',
    async (subject) => {
      const origin = await originOf(subject);
      const { server } = subject;
      const own = [
        `Access-Control-Allow-Origin: ${origin}`,
        'Access-Control-Allow-Credentials: true',
      ];
      server.answer = ({ method }) =>
        method === 'OPTIONS' ? ALL(origin) : ok('ok', 'Set-Cookie: a=1', ...own);
      await subject.ask('/', { credentials: true });
      await subject.ask('/', { ...PUT, credentials: true });
      const preflight = server.requests.find(({ method }) => method === 'OPTIONS');
      const actual = server.requests.find(({ method }) => method === 'PUT');
      if (
        preflight === undefined ||
        actual === undefined ||
        valuesOf(actual, 'cookie').length === 0
      ) {
        return inconclusive('a cookie with PUT alone', linesOf(server.requests));
      }
      const cookies = valuesOf(preflight, 'cookie').concat(valuesOf(preflight, 'authorization'));
      return finding(cookies.length === 0, 'no Cookie', cookies.join() || 'none');
    },
  ),
  fromPage(
    'fetch-4.8-1',
    'says in a preflight what it is about to do',
    {
      ...PUT,
      fields: [
        ['X-B', '1'],
        ['X-A', '1'],
      ],
    },
    ALL,
    ({ asked }) => {
      const [preflight] = asked;
      const of = (name: string) => valuesOf(preflight ?? { fields: [] }, name).join(' and ');
      const fields = ['accept', 'access-control-request-method', 'access-control-request-headers'];
      const said = [preflight?.method, ...fields.map(of)].join(' | ');
      return finding(
        /^OPTIONS \| \*\/\* \| PUT \| (content-type,)?x-a,x-b$/.test(said),
        'OPTIONS | */* | PUT | x-a,x-b',
        said,
      );
    },
  ),
  refused('fetch-4.8-2', 'sends nothing that was refused', PUT, [...REFUSALS, WITHOUT_ORIGIN]),
  refused('fetch-4.8-3/a', 'sends nothing by a method that is not allowed', PUT, [
    allows('Access-Control-Allow-Methods: DELETE'),
    allows(),
  ]),
  refused('fetch-4.8-3/b', 'sends no fields that are not allowed', { fields: [['X-A', '1']] }, [
    allows('Access-Control-Allow-Headers: x-b'),
    allows(),
  ]),
  httpClientProbe(
    'fetch-4.10-1',
    'a response is read by those whom it allows',
    CHECKS.map(([fields]) => fields.join(', ') || 'no field').join('; '),
    async (subject) => {
      const origin = await originOf(subject);
      const wrong: string[] = [];
      for (const [fields, credentials, isReadable] of CHECKS) {
        const said = fields.map((field) => field.replaceAll('{origin}', origin));
        subject.server.answer = () => ok('read', ...said);
        const told = await subject.ask('/', { credentials });
        const isKept = isReadable ? isAnswer(told, 200, 'read') : isFailure(told);
        if (!isKept) wrong.push(`${said.join(', ') || 'no field'}: ${describe(told)}`);
      }
      return finding(
        wrong.length === 0,
        'read only if it is allowed',
        wrong.join('; ') || 'so it is',
      );
    },
  ),
  fromPage('6454-7.3-2', 'has one origin', JSON_POST, ALL, ({ asked }) => {
    const counts = asked.map((one) => valuesOf(one, 'origin').length);
    return finding(
      counts.every((count) => count < 2),
      'one Origin at most',
      counts.join(', '),
    );
  }),
  fromPage(
    '6454-7.3-4',
    'writes its origin as origins are written',
    JSON_POST,
    ALL,
    ({ asked }) => {
      const origins = asked.flatMap((one) => valuesOf(one, 'origin'));
      const holds = origins.length > 0 && origins.every((each) => each === serialised(each));
      return finding(holds, 'scheme, host, and a port that is not the default', origins.join(', '));
    },
  ),
];

/** What a page did that asked another origin. */
interface Visit {
  readonly origin: string;
  readonly asked: readonly Asked[];
  readonly told: Told;
}

/** A page asks, and its preflight is answered so. */
function fromPage(
  id: string,
  title: string,
  request: Asking,
  allowing: Allowing,
  look: (visit: Visit) => Finding,
): Probe<HttpClientSubject> {
  return httpClientProbe(id, title, inWords(request), async (subject) => {
    const { origin, asked, told } = await visit(subject, request, allowing);
    return look({ origin, asked, told });
  });
}

/** A page asks for what is refused by its preflight in each of these ways: it does not send it. */
function refused(
  id: string,
  title: string,
  request: Asking,
  ways: readonly Allowing[],
): Probe<HttpClientSubject> {
  return httpClientProbe(id, title, inWords(request), async (subject) => {
    const seen: string[] = [];
    let holds = true;
    for (const allowing of ways) {
      const { asked, told } = await visit(subject, request, allowing);
      holds &&=
        isFailure(told) && asked.length > 0 && asked.every(({ method }) => method === 'OPTIONS');
      seen.push(`${linesOf(asked)}: ${describe(told)}`);
    }
    return finding(holds, 'OPTIONS, and a failure', seen.join('; '));
  });
}

async function visit(
  subject: HttpClientSubject,
  request: Asking,
  allowing: Allowing,
): Promise<Visit> {
  const origin = await originOf(subject);
  const server = await subject.open();
  server.answer = ({ method }) =>
    method === 'OPTIONS' ? allowing(origin) : ok('ok', `Access-Control-Allow-Origin: ${origin}`);
  const told = await subject.ask(`${server.origin}/`, request);
  return { origin, asked: server.requests, told };
}

/** @throws Unable when the client is of no page. */
async function originOf({ server, ask }: HttpClientSubject): Promise<string> {
  const { answer } = server;
  server.answer = () => ok('ok', 'Access-Control-Allow-Origin: *');
  const { origin } = await ask('/');
  server.answer = answer;
  server.requests.length = 0;
  if (origin === undefined) throw new Unable('it is of no page, and has no origin');
  return origin;
}

/** @see RFC 6454 §6.2 */
function serialised(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).origin : 'null';
}

function linesOf(asked: readonly Asked[]): string {
  return asked.map(firstLine).join(', ') || 'nothing was sent';
}

function inWords({ method = 'GET', fields = [] }: Asking): string {
  return [
    `${method} from a page of another origin`,
    ...fields.map((field) => field.join(': ')),
  ].join(', ');
}
