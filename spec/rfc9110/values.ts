/** Field values, and the lists, parameters and dates in them. @see RFC 9110 §5.4 to §5.6 */

import {
  answers,
  ask,
  closes,
  each,
  get,
  ifHeard,
  judges,
  post,
  probe,
  reflect,
  responds,
  saw,
} from '../http-probe.ts';
import { type Response, summaryOf } from '../models/response.ts';
import { finding, notApplicable, offer, type Probe, type Subject } from '../probe.ts';
import { readView } from '../reflector.ts';

export const values: readonly Probe[] = [
  responds(
    '9110-5.4-1/a',
    'answers a field that is larger than it wants with 4xx',
    [get(`X-Long: ${'a'.repeat(1 << 20)}`), get(`${'X'.repeat(1 << 20)}: a`)],
    (response) => [400, 413, 431].includes(response.status),
  ),
  responds(
    '9110-5.4-1/b',
    'answers more fields than it wants with 4xx',
    get(...Array.from({ length: 10_000 }, (_, index) => `X-${index}: a`)),
    (response) => [400, 413, 431].includes(response.status),
  ),
  closes('9110-5.5-1', 'takes whitespace around a value for no part of it', [
    get('Connection: \t close\t \t'),
    get('Connection:close'),
  ]),
  answers('9110-5.5-2/a', 'takes octets above 7f in a field value', get('X: \xe4\x80\xff'), 200),
  judges(
    '9110-5.5-2/b',
    'hands octets above 7f to the application as they are',
    reflect({ view: 1 }, 'X-Opaque: \xe4\x80\xff'),
    (response) => {
      const value = readView(response.content).fields.find(([name]) => name === 'x-opaque')?.[1];
      const received = value === undefined ? summaryOf(response) : JSON.stringify(value);
      return finding(value === '\xe4\x80\xff', 'the three octets', received);
    },
    { needs: 'reflector' },
  ),
  responds(
    '9110-5.5-3/a',
    'refuses CR, LF and NUL in a field value, or takes each for a space',
    ['\x00', '\r'].flatMap((octet) => [
      get(`X: a${octet}b`),
      get(`X: ${octet}b`),
      get(`Connection: a,${octet}close`),
    ]),
    (response) => response.status === 400 || response.status === 200,
  ),
  probe(
    '9110-5.5-3/b',
    'shows no CR, LF or NUL in a field value to the application',
    'CR and NUL in a field value, to the reflector',
    async (subject) => {
      const seen: string[] = [];
      for (const octet of ['\x00', '\r']) {
        const response = await ask(subject, reflect({ view: 1 }, `X-Bad: a${octet}b`));
        const value = readView(response.content).fields.find(([name]) => name === 'x-bad')?.[1];
        seen.push(response.status === 400 ? 'a b' : (value ?? 'lost'));
      }
      return finding(
        seen.every((value) => value === 'a b'),
        '400, or a b',
        JSON.stringify(seen),
      );
    },
    { needs: 'reflector' },
  ),
  judges('9110-5.5-4', 'may keep other control characters', get('X: a\x01b'), (response) => {
    return offer(response.status === 200, 'kept, or 400', summaryOf(response));
  }),
  closes('9110-5.6.1.2-1', 'ignores empty elements of a list', [
    get('Connection: , ,close,,'),
    get('Connection:,', 'Connection: ,\t, close'),
  ]),
  each(
    '9110-5.6.1.2-1/b',
    'refuses very many empty elements, or passes over them quickly',
    get(`Connection: ${','.repeat(8000)}close`),
    async (wire, subject) => {
      const before = Date.now();
      const response = await wire.readFinalResponse();
      return saw(response.status !== 0 && Date.now() - before < subject.timeout / 2, response);
    },
  ),
  probe(
    '9110-5.6.6-1',
    'tells parameters neither by the case of their names nor by their quotes',
    'POST with Content-Type: text/plain and the parameter charset, written in four ways',
    async (subject) => {
      const forms = ['charset=utf-8', 'CHARSET=utf-8', 'charset="utf-8"', 'Charset="ut\\f-8"'];
      const responses: Response[] = [];
      for (const form of forms) {
        const octets = post([`Content-Type: text/plain; ${form}`, 'Content-Length: 2'], '\xc3\xa4');
        responses.push(await ask(subject, octets));
      }
      const seen = new Set(
        responses.map(({ status, content }) => `${status} ${content.toString('hex')}`),
      );
      return ifHeard(
        finding(seen.size === 1, 'one answer to all', [...seen].join('; ')),
        ...responses,
      );
    },
  ),
];

export const dates: readonly Probe[] = [
  probe(
    '9110-5.6.7-1',
    'reads a date in each of the three formats',
    'If-Modified-Since in the three formats',
    (subject) => judgeDates(subject),
  ),
  probe(
    '9110-5.6.7-4',
    'takes a year of two digits that is far ahead for one that is past',
    'If-Modified-Since in the format of RFC 850, with a year sixty years ahead',
    async (subject) => {
      const expected = '200, as for a date long past';
      if (!(await readsDates(subject)))
        return notApplicable(expected, 'it reads no date in a request');
      const year = String((new Date().getUTCFullYear() + 60) % 100).padStart(2, '0');
      const octets = get(`If-Modified-Since: Monday, 01-Jan-${year} 00:00:00 GMT`);
      const response = await ask(subject, octets);
      return finding(response.status === 200, expected, summaryOf(response));
    },
  ),
];

/** Whether a condition on a date has any effect on the plain resource. */
async function readsDates(subject: Subject): Promise<boolean> {
  const response = await ask(subject, get(`If-Modified-Since: ${new Date().toUTCString()}`));
  return response.status === 304;
}

async function judgeDates(subject: Subject) {
  const expected = 'the same answer to all';
  if (!(await readsDates(subject))) return notApplicable(expected, 'it reads no date in a request');
  const now = new Date().toUTCString();
  const [, day, month, year, time] = /^..., (..) (...) (....) (........) GMT$/.exec(now)!;
  const weekday = new Date().toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  const forms = [
    now,
    `${weekday}, ${day}-${month}-${year!.slice(2)} ${time} GMT`,
    `${now.slice(0, 3)} ${month} ${day!.replace(/^0/, ' ')} ${time} ${year}`,
  ];
  const seen = new Set<number>();
  for (const form of forms)
    seen.add((await ask(subject, get(`If-Modified-Since: ${form}`))).status);
  return finding(seen.size === 1, expected, [...seen].join(', '));
}
