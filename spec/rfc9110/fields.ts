/** Conformance, targets and field names. @see RFC 9110 §2 to §5 */

import {
  answers,
  ask,
  closes,
  converse,
  each,
  get,
  judges,
  probe,
  reflect,
  refuses,
  request,
} from '../http-probe.ts';
import { announcesClose, fieldValues, summaryOf } from '../models/response.ts';
import { finding, offer, type Probe } from '../probe.ts';

const CREDENTIALS = 'Authorization: Basic dXNlcjpwYXNz';
const DELIMITERS = [...'()<>@,;\\"/[]?={} \t\x7f\x80\x01'];

export const conformance: readonly Probe[] = [
  probe(
    '9110-2.3-1',
    'survives octets that break grammar and sizes, and serves the next client',
    '64 connections with octets of a fixed pseudo-random sequence, then GET /',
    async (subject) => {
      for (let seed = 1; seed <= 64; seed++) {
        const wire = await subject.connect();
        await wire.send(
          seed % 2 === 0 ? noise(seed) : Buffer.concat([Buffer.from('GET / '), noise(seed)]),
        );
        wire.end();
        wire.close();
      }
      const response = await ask(subject, get());
      return finding(response.status === 200, 'GET / is answered', summaryOf(response));
    },
  ),
  probe(
    '9110-2.3-2',
    'takes field lines as long as those that it sends',
    'GET / with the longest field line that came in a response',
    async (subject) => {
      const { head } = await ask(subject, get());
      const longest = head
        .split('\r\n')
        .slice(1)
        .reduce((one, other) => (one.length > other.length ? one : other));
      const value = longest.slice(longest.indexOf(':') + 1);
      const response = await ask(subject, get(`X-Longest:${value}`));
      return finding(response.status === 200, '200', summaryOf(response));
    },
  ),
  probe(
    '9110-3.3-1',
    'judges each request on a connection by its own credentials',
    'on one connection, a request with credentials, then one without',
    async (subject) => {
      const octets = reflect({ private: 1 }, CREDENTIALS) + reflect({ private: 1 });
      const responses = await converse(subject, octets, 'GET', 'GET');
      const statuses = responses.map(({ status }) => status).join(', ');
      return finding(statuses === '200, 401', '200, 401', statuses);
    },
    { needs: 'reflector' },
  ),
  answers(
    '9110-4.1-1',
    'takes targets of 8000 octets',
    request('GET', `/?${'a'.repeat(7998)}`),
    200,
    404,
    405,
  ),
  answers(
    '9110-4.2.1-1',
    'refuses a target whose host is empty',
    ['http:///x', 'http://:80/', 'http://'].map((target) => request('GET', target)),
    400,
  ),
  answers(
    '9110-4.2.4-2',
    'takes userinfo in a target for an error',
    ['http://a@localhost/', 'http://a:b@localhost/', 'http://@localhost/'].map((target) =>
      request('GET', target),
    ),
    400,
  ),
];

export const names: readonly Probe[] = [
  closes('9110-7.6.1-4', 'compares connection options without case', [
    get('Connection: CLOSE'),
    get('connection: cLoSe'),
  ]),
  answers(
    '9110-5.1-1',
    'compares field names without case',
    'GET / HTTP/1.1\r\nhOsT: {host}\r\n\r\n',
    200,
  ),
  answers(
    '9110-5.1-2',
    'ignores fields that it does not know',
    [get('X-Foo: 1'), get('__proto__: 1', 'constructor: 2', 'hasOwnProperty: 3', 'toString: 4')],
    200,
  ),
  judges(
    '9110-5.3-1',
    'may read several lines of one name as one list',
    get('Connection: x', 'Connection: close'),
    (response) => {
      return offer(announcesClose(response), 'close, from the second line', summaryOf(response));
    },
  ),
  judges(
    '9110-5.3-3/b',
    'keeps several Set-Cookie lines apart',
    reflect({ field: ['Set-Cookie: a=1', 'Set-Cookie: b=2'] }),
    (response) => {
      const cookies = fieldValues(response, 'set-cookie');
      return finding(cookies.join('; ') === 'a=1; b=2', 'two lines', cookies.join(' | '));
    },
    { needs: 'reflector' },
  ),
  each(
    '9110-5.3-4/a',
    'answers nothing before the whole head has come',
    [
      get().slice(0, -2),
      get().slice(0, -1),
      request('POST', '/echo', 'Content-Length: 0').slice(0, -2),
    ],
    async (wire, subject) => {
      const isQuiet = await wire.isQuiet(subject.patience);
      return {
        holds: isQuiet,
        received: isQuiet ? 'nothing' : wire.waiting.toString('latin1', 0, 80),
      };
    },
  ),
  refuses(
    '9110-5.6.2-1',
    'refuses a field name that is no token',
    DELIMITERS.map((delimiter) => get(`X${delimiter}Y: a`)),
    400,
  ),
];

/** Octets that only look random: the same ones in every run. */
function noise(seed: number): Buffer {
  let state = seed * 2_654_435_761;
  return Buffer.from(
    Array.from({ length: 256 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}
