/**
 * What a server of pages from elsewhere says, and whom it lets in. `https://listed.example` is an
 * origin that may come in with its credentials; no other but the server's own may.
 *
 * @see {@link https://fetch.spec.whatwg.org/#http-cors-protocol | Fetch §3.3}
 */

import { ask, fill, ifHeard, probe, request } from '../http-probe.ts';
import {
  fieldList,
  fieldValue,
  fieldValues,
  type Response,
  summaryOf,
} from '../models/response.ts';
import { type Finding, finding, notApplicable, offer, type Probe, type Subject } from '../probe.ts';
import { newChannel, targetOf } from '../push-probe.ts';

/** The origin that subjects are asked to list. */
const LISTED = 'https://listed.example';

const FOREIGN = 'https://evil.example';

const ALLOW_ORIGIN = 'access-control-allow-origin';
const ALLOW_CREDENTIALS = 'access-control-allow-credentials';
const ALLOW_METHODS = 'access-control-allow-methods';
const ALLOW_HEADERS = 'access-control-allow-headers';
const EXPOSE_HEADERS = 'access-control-expose-headers';
const MAX_AGE = 'access-control-max-age';

const TOKENS = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*$/;

/** Values that are no serialised origin, each the lines of a request. */
const NO_ORIGINS: readonly (readonly string[])[] = [
  ['Origin: HTTPS://LISTED.EXAMPLE'],
  ['Origin: https://listed.example/'],
  [`Origin: ${LISTED}, ${FOREIGN}`],
  [`Origin: ${LISTED} ${FOREIGN}`],
  [`Origin: ${LISTED}`, `Origin: ${FOREIGN}`],
  ['Origin: NULL'],
];

/** Origins that are like the listed one, and are not. */
const ALIKE: readonly string[] = [
  'https://listed.example.evil',
  'https://evillisted.example',
  'http://listed.example',
  'https://listed.example:8443',
  'https://sub.listed.example',
  'https://listed.exampl',
];

export const cors: readonly Probe[] = [
  live(
    'fetch-2.2.2-2',
    'refuses what a page from elsewhere can send without asking, or serves it knowingly',
    'POST of text/plain, from a foreign and from the listed origin',
    async (subject) => {
      const foreign = await send(subject, FOREIGN, 'text/plain');
      const listed = await send(subject, LISTED, 'text/plain');
      const isKnowing = foreign.status === 403 && listed.status !== 403 && listed.status < 500;
      const received = `${foreign.status} and ${listed.status}`;
      return finding(isKnowing, '403, and another status below 500', received);
    },
  ),
  live(
    'fetch-3.2-2',
    'shares nothing with what is no serialised origin',
    NO_ORIGINS.map((lines) => lines.join(', ')).join('; '),
    (subject) => judgeUnshared(subject, NO_ORIGINS),
  ),
  live('fetch-3.2-3', 'compares origins as a whole', ALIKE.join(' '), (subject) =>
    judgeUnshared(
      subject,
      ALIKE.map((origin) => [`Origin: ${origin}`]),
    ),
  ),
  live('fetch-3.2-4', 'does not trust the origin null', 'Origin: null', (subject) =>
    judgeUnshared(subject, [['Origin: null']]),
  ),
  live(
    'fetch-3.3.2-1',
    'serves a page of its own, which sends its origin too',
    'GET and POST with the own origin',
    async (subject) => {
      const own = fill('Origin: {scheme}://{host}', subject);
      const get = await poll(subject, own);
      const post = await send(subject, own.slice('Origin: '.length), 'application/json');
      const isServed = get.status === 200 && post.status !== 403;
      return finding(isServed, '200, and no 403', `${get.status}, ${post.status}`);
    },
  ),
  live(
    'fetch-3.3.2-2',
    'takes OPTIONS for a preflight only if it asks for a method',
    'OPTIONS with Origin alone',
    async (subject) => {
      const response = await ask(
        subject,
        request('OPTIONS', subject.live!.path, `Origin: ${LISTED}`),
        'OPTIONS',
      );
      const isPlain = fieldValue(response, 'allow') !== undefined;
      const hasMethods = fieldValue(response, ALLOW_METHODS) !== undefined;
      const received = `${summaryOf(response)}, ${isPlain ? 'with' : 'without'} Allow`;
      return finding(isPlain && !hasMethods && response.status < 300, 'Allow', received);
    },
  ),
  ofAll(
    'fetch-3.3.3-1',
    'says the origin in every response that is for it, errors too',
    ({ response }) => fieldValue(response, ALLOW_ORIGIN) === LISTED,
  ),
  ofAll('fetch-3.3.3-2', 'says one origin', ({ response }) => {
    const values = fieldValues(response, ALLOW_ORIGIN);
    return values.length === 1 && /^[a-z]+:\/\/[^/, ]+$/.test(values[0]!);
  }),
  ofAll(
    'fetch-3.3.3-3',
    'allows credentials by the word true',
    ({ response }) => fieldValue(response, ALLOW_CREDENTIALS) === 'true',
  ),
  live(
    'fetch-3.3.3-4',
    'says nothing of credentials that it does not allow',
    `GET and a preflight from ${FOREIGN}`,
    async (subject) => {
      const responses = [
        await poll(subject, `Origin: ${FOREIGN}`),
        await preflight(subject, FOREIGN),
      ];
      const said = responses.map(
        (response) => fieldValue(response, ALLOW_CREDENTIALS) ?? 'nothing',
      );
      const isSilent = said.every((what) => what === 'nothing');
      return ifHeard(finding(isSilent, 'nothing', said.join(', ')), ...responses);
    },
  ),
  live(
    'fetch-3.3.3-5',
    'lists in the answer to a preflight the methods that need it',
    'a preflight for DELETE',
    async (subject) => {
      const response = await preflight(subject, LISTED, 'DELETE');
      const methods = fieldValue(response, ALLOW_METHODS) ?? 'nothing';
      const isListed = methods.split(',').some((method) => method.trim() === 'DELETE');
      return finding(isListed, 'DELETE among the methods', methods);
    },
  ),
  ...['content-type,last-event-id', 'Content-Type, Authorization'].map((names, index) =>
    live(
      `fetch-3.3.3-6/${'ab'[index]}`,
      'lists in the answer to a preflight the fields that need it',
      `a preflight for ${names}`,
      async (subject) => {
        const response = await preflight(subject, LISTED, 'POST', names);
        const listed = fieldList(response, ALLOW_HEADERS);
        const asked = names.split(',').map((name) => name.trim().toLowerCase());
        const areListed = asked.every((name) => listed.includes(name));
        return finding(areListed, names, listed.join(', ') || 'nothing');
      },
    ),
  ),
  live('fetch-3.3.3-7', 'says how long a preflight may be kept', 'a preflight', async (subject) => {
    const age = fieldValue(await preflight(subject, LISTED), MAX_AGE);
    return offer(age !== undefined, 'Access-Control-Max-Age', String(age));
  }),
  live(
    'fetch-3.3.3-8',
    'says which fields of its responses a page may read',
    `GET from ${LISTED}`,
    async (subject) => {
      const names = fieldValue(await poll(subject, `Origin: ${LISTED}`), EXPOSE_HEADERS);
      return offer(names !== undefined, 'Access-Control-Expose-Headers', String(names));
    },
  ),
  live(
    'fetch-3.3.3-9',
    'answers a preflight with a status that says ok',
    'a preflight',
    async (subject) => {
      const response = await preflight(subject, LISTED);
      const isOk = response.status >= 200 && response.status < 300;
      return finding(isOk, '200 to 299', summaryOf(response));
    },
  ),
  live(
    'fetch-3.3.3-10',
    'answers a preflight without knowing who asks',
    'a preflight for a session that there is not',
    async (subject) => {
      const target = targetOf(subject.live!.path, { session: 'no-such-session' });
      const response = await preflight(subject, LISTED, 'POST', 'content-type', target);
      const isOk = response.status >= 200 && response.status < 300;
      return finding(isOk, '200 to 299', summaryOf(response));
    },
  ),
  live(
    'fetch-3.3.3-11',
    'shares errors too',
    'a POST to a session that there is not',
    async (subject) => {
      const response = await send(subject, LISTED, 'application/json');
      const isShared = response.status >= 400 && fieldValue(response, ALLOW_ORIGIN) === LISTED;
      return offer(isShared, 'an error, shared', summaryOf(response));
    },
  ),
  live(
    'fetch-3.3.3-12',
    'refuses other origins with 403',
    `GET from ${FOREIGN}`,
    async (subject) => {
      const response = await poll(subject, `Origin: ${FOREIGN}`);
      const isBare = fieldValue(response, ALLOW_ORIGIN) === undefined;
      return offer(response.status === 403 && isBare, '403, not shared', summaryOf(response));
    },
  ),
  live(
    'fetch-3.3.4-1',
    'says lists of tokens, and seconds in digits',
    'a preflight, and GET',
    async (subject) => {
      const responses = [
        await preflight(subject, LISTED),
        await poll(subject, `Origin: ${LISTED}`),
      ];
      const wrong = responses.flatMap((response) => [
        ...[ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS]
          .flatMap((name) => fieldValues(response, name))
          .filter((value) => !TOKENS.test(value)),
        ...fieldValues(response, MAX_AGE).filter((value) => !/^[0-9]+$/.test(value)),
      ]);
      const received = wrong.join('; ') || 'that';
      return ifHeard(finding(wrong.length === 0, 'what the grammar says', received), ...responses);
    },
  ),
  ofAll(
    'fetch-3.3.5-1',
    'says the origin itself where credentials are allowed',
    ({ response }) =>
      fieldValue(response, ALLOW_CREDENTIALS) === undefined ||
      fieldValue(response, ALLOW_ORIGIN) === LISTED,
  ),
  ofAll(
    'fetch-3.3.5-2',
    'names methods and fields where credentials are allowed',
    ({ response }) =>
      ![ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS].some((name) =>
        fieldList(response, name).includes('*'),
      ),
  ),
  live(
    'fetch-3.3.5-3',
    'does not allow credentials to whoever asks',
    `GET and a preflight from ${FOREIGN}`,
    async (subject) => {
      const responses = [
        await poll(subject, `Origin: ${FOREIGN}`),
        await preflight(subject, FOREIGN),
      ];
      const isReflected = responses.some(
        (response) =>
          fieldValue(response, ALLOW_CREDENTIALS) === 'true' &&
          fieldValue(response, ALLOW_ORIGIN) === FOREIGN,
      );
      const received = isReflected ? 'credentials' : 'none';
      return ifHeard(finding(!isReflected, 'no credentials', received), ...responses);
    },
  ),
  live(
    'fetch-3.3.7-1',
    'protects itself without counting on a preflight',
    `POST from ${FOREIGN} of types that need none`,
    async (subject) => {
      const types = ['text/plain', 'application/csp-report', 'application/x-www-form-urlencoded'];
      const statuses = await Promise.all(
        types.map(async (type) => (await send(subject, FOREIGN, type)).status),
      );
      return finding(
        statuses.every((status) => status === 403),
        '403s',
        statuses.join(', '),
      );
    },
  ),
  live(
    'fetch-bg-safe-1',
    'is open to all, without credentials',
    `GET from ${FOREIGN}`,
    async (subject) => {
      const response = await poll(subject, `Origin: ${FOREIGN}`);
      const isOpen =
        fieldValue(response, ALLOW_ORIGIN) === '*' &&
        fieldValue(response, ALLOW_CREDENTIALS) === undefined;
      return offer(isOpen, 'Access-Control-Allow-Origin: *', summaryOf(response));
    },
  ),
  live(
    'fetch-bg-caches-1',
    'tells caches that the response depends on the origin',
    'GET without an origin, from the listed one and from another',
    async (subject) => {
      const fields = [[], [`Origin: ${LISTED}`], [`Origin: ${FOREIGN}`]];
      const responses = await Promise.all(fields.map((lines) => poll(subject, ...lines)));
      const varies = responses.map((response) => fieldList(response, 'vary').includes('origin'));
      return finding(varies.every(Boolean), 'Vary: Origin on all', varies.join(', '));
    },
  ),
  live(
    'fetch-bg-caches-2',
    'says to all that it is open to all',
    'GET without an origin, and from another',
    async (subject) => {
      const open = fieldValue(await poll(subject, `Origin: ${FOREIGN}`), ALLOW_ORIGIN);
      const expected = 'Access-Control-Allow-Origin: * on both';
      if (open !== '*') return notApplicable(expected, 'the subject is not open to all');
      const bare = fieldValue(await poll(subject), ALLOW_ORIGIN);
      return finding(bare === '*', expected, String(bare));
    },
  ),
  live(
    'fetch-websockets-1',
    'looks at the origin of an opening handshake',
    `handshakes from ${FOREIGN} and from ${LISTED}`,
    async (subject) => {
      const foreign = await shakeHands(subject, FOREIGN);
      const listed = await shakeHands(subject, LISTED);
      const received = `${foreign.status} and ${listed.status}`;
      return finding(received === '403 and 101', '403 and 101', received);
    },
  ),
  live(
    '6454-5-1',
    'takes origins for the same that have scheme, host and port in common',
    `GET from ${LISTED} and from those that are like it`,
    async (subject) => {
      const listed = await poll(subject, `Origin: ${LISTED}`);
      const others = await Promise.all(
        ALIKE.map(async (origin) => (await poll(subject, `Origin: ${origin}`)).status),
      );
      const holds = listed.status === 200 && others.every((status) => status === 403);
      const received = `${listed.status}, then ${others.join(', ')}`;
      return finding(holds, '200, then 403s', received);
    },
  ),
  live(
    '6454-6.2-1',
    'knows an origin without its default port',
    `GET from ${LISTED}, which the subject may have listed with :443`,
    async (subject) => {
      const response = await poll(subject, `Origin: ${LISTED}`);
      return finding(response.status === 200, '200', summaryOf(response));
    },
  ),
];

/** A response, and the occasion of it. */
interface Occasion {
  readonly name: string;
  readonly response: Response;
}

function live(
  id: string,
  title: string,
  sends: string,
  judge: (subject: Subject) => Promise<Finding>,
): Probe {
  return probe(id, title, sends, judge, { needs: 'live' });
}

/** Of this all responses to a page of the listed origin are to be so: preflights, answers, errors. */
function ofAll(id: string, title: string, holds: (occasion: Occasion) => boolean): Probe {
  return live(id, title, `all kinds of requests from ${LISTED}`, async (subject) => {
    const occasions = await speak(subject);
    const wrong = occasions.filter((occasion) => !holds(occasion));
    const received =
      wrong.map(({ name, response }) => `${name}: ${summaryOf(response)}`).join('; ') ||
      `that, on ${occasions.length} occasions`;
    return ifHeard(
      finding(wrong.length === 0, title, received),
      ...occasions.map(({ response }) => response),
    );
  });
}

/** One request for each kind of response to the listed origin. */
async function speak(subject: Subject): Promise<Occasion[]> {
  const origin = `Origin: ${LISTED}`;
  const { path } = subject.live!;
  const bad = targetOf(path, { transport: 'no-such-transport' });
  const responses: Readonly<Record<string, Promise<Response>>> = {
    GET: poll(subject, origin),
    preflight: preflight(subject, LISTED),
    'a bad parameter': ask(subject, request('GET', bad, origin)),
    'a method that there is not': ask(subject, request('PATCH', path, origin)),
    'an unknown session': send(subject, LISTED, 'application/json'),
    'another type': send(subject, LISTED, 'text/plain'),
  };
  return Promise.all(
    Object.entries(responses).map(async ([name, response]) => ({ name, response: await response })),
  );
}

/** None of these requests may be answered with fields that share the answer. */
async function judgeUnshared(
  subject: Subject,
  requests: readonly (readonly string[])[],
): Promise<Finding> {
  const shared = await Promise.all(
    requests.map(async (lines) => {
      const response = await poll(subject, ...lines);
      const isShared = [ALLOW_ORIGIN, ALLOW_CREDENTIALS].some(
        (name) => fieldValue(response, name) !== undefined,
      );
      return isShared || response.status === 0 ? [lines.join(', ')] : [];
    }),
  );
  const received = shared.flat().join('; ');
  return finding(received === '', 'no Access-Control-Allow-Origin', received || 'none');
}

function poll(subject: Subject, ...fields: readonly string[]): Promise<Response> {
  const parameters = { transport: 'long-poll', wait: 0, channel: newChannel() };
  return ask(subject, request('GET', targetOf(subject.live!.path, parameters), ...fields));
}

function preflight(
  subject: Subject,
  origin: string,
  method = 'POST',
  names = 'content-type',
  target: string = subject.live!.path,
): Promise<Response> {
  const fields = [
    `Origin: ${origin}`,
    `Access-Control-Request-Method: ${method}`,
    `Access-Control-Request-Headers: ${names}`,
  ];
  return ask(subject, request('OPTIONS', target, ...fields), 'OPTIONS');
}

/** Sends something to a session that there is not. */
function send(subject: Subject, origin: string, type: string): Promise<Response> {
  const target = targetOf(subject.live!.path, { session: 'no-such-session' });
  const fields = [`Origin: ${origin}`, `Content-Type: ${type}`, 'Content-Length: 2'];
  return ask(subject, `${request('POST', target, ...fields)}[]`);
}

function shakeHands(subject: Subject, origin: string): Promise<Response> {
  return ask(
    subject,
    request(
      'GET',
      subject.live!.path,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      `Origin: ${origin}`,
    ),
  );
}
