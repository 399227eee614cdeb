/** What has to be true of every response that a server sends. @see RFC 9110 */

import { pause } from '../fair-timer.ts';
import { ask, get, ifHeard, judges, probe, reflect } from '../http-probe.ts';
import {
  fieldList,
  fieldValue,
  fieldValues,
  type Response,
  summaryOf,
} from '../models/response.ts';
import { always, inspects } from '../occasions.ts';
import { finding, notApplicable, offer, type Probe } from '../probe.ts';
import { UNABLE } from '../reflector.ts';

/** Fields of which there is at most one line in a response. */
const SINGULAR = [
  'content-length',
  'content-type',
  'date',
  'server',
  'location',
  'etag',
  'retry-after',
];

/** Lists of tokens that a plain server may send. */
const LISTS = ['connection', 'allow', 'upgrade', 'vary', 'transfer-encoding', 'trailer', 'accept'];

/** Fields that speak about the connection, and may be named as its options. */
const HOP_BY_HOP = ['close', 'keep-alive', 'upgrade', 'te', 'trailer', 'proxy-connection'];

const IMF_FIXDATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

const TRAILED = reflect({ stream: 2, body: 'ab', trailer: ['X-Sum: 1', 'Content-Length: 2'] });
const SUMMED = reflect({ stream: 2, body: 'ab', trailer: 'X-Sum: 1' });

const FINAL_CLASSES = [2, 3, 4];

export const inspection: readonly Probe[] = [
  inspects(
    '9110-2.2-1',
    'sends what the grammar allows',
    ({ response }) => response.faults.at(0)?.detail,
  ),
  inspects(
    '9110-5.3-3',
    'sends one line of a field that is no list',
    always(
      (response) => SINGULAR.every((name) => fieldValues(response, name).length <= 1),
      ({ head }) => head,
    ),
  ),
  inspects(
    '9110-5.6.1.1-1',
    'sends no empty element in a list',
    always(
      (response) => LISTS.every((name) => !hasEmptyElement(fieldValue(response, name))),
      ({ head }) => head,
    ),
  ),
  inspects(
    '9110-5.6.3-1',
    'sends one space or none where whitespace is optional',
    always(hasPlainWhitespace, ({ head }) => head),
  ),
  inspects(
    '9110-5.6.3-2',
    'sends no whitespace around the = of a parameter',
    always((response) => !/[ \t]=|=[ \t]/.test(fieldValue(response, 'content-type') ?? '')),
  ),
  inspects(
    '9110-5.6.4-2',
    'writes a quoted-pair for nothing but a quotation mark and a backslash',
    always(
      (response) => response.fields.every(({ value }) => !hasIdleQuotedPair(value)),
      ({ head }) => head,
    ),
  ),
  inspects(
    '9110-5.6.7-2',
    'writes dates in the one format that is not obsolete',
    always((response) =>
      IMF_FIXDATE.test(fieldValue(response, 'date') ?? 'Sun, 06 Nov 1994 08:49:37 GMT'),
    ),
  ),
  inspects(
    '9110-5.6.7-3',
    'writes dates without further whitespace',
    always((response) => !/\s\s|\t/.test(fieldValue(response, 'date') ?? '')),
  ),
  inspects(
    '9110-6.2-2',
    'claims no version to which it does not conform',
    always(({ version }) => version === 'HTTP/1.1' || version === 'HTTP/1.0'),
  ),
  inspects(
    '9110-6.6.1-1',
    'sends Date in each response of the classes 2, 3 and 4',
    always((response) => {
      const isAsked = FINAL_CLASSES.includes(Math.floor(response.status / 100));
      return !isAsked || fieldValue(response, 'date') !== undefined;
    }),
  ),
  inspects(
    '9110-7.6.1-1',
    'names fields about the connection as options of the connection',
    always((response) => {
      const options = fieldList(response, 'connection');
      const isNamed = (name: string) =>
        fieldValue(response, name) === undefined || options.includes(name);
      return isNamed('upgrade') && isNamed('keep-alive') && isNamed('te');
    }),
  ),
  inspects(
    '9110-7.6.1-2',
    'names no field for the recipient as an option of the connection',
    always((response) =>
      fieldList(response, 'connection').every(
        (option) => HOP_BY_HOP.includes(option) || fieldValue(response, option) === undefined,
      ),
    ),
  ),
  inspects(
    '9110-8.3-1',
    'tells the type of content',
    always(
      (response) =>
        response.content.length === 0 || fieldValue(response, 'content-type') !== undefined,
    ),
  ),
  inspects(
    '9110-8.4-2',
    'does not call the lack of a content coding identity',
    always((response) => !fieldList(response, 'content-encoding').includes('identity')),
  ),
  inspects(
    '9110-8.6-5/a',
    'sends no Content-Length with 1xx and 204',
    always((response) => {
      const isBodiless = response.status < 200 || response.status === 204;
      return !isBodiless || fieldValue(response, 'content-length') === undefined;
    }),
  ),
  inspects(
    '9110-10.2.4-1',
    'does not tell about itself in detail',
    always(
      (response) => !/[(]|\d+\.\d+\.\d+.*\d+\.\d+\.\d+/.test(fieldValue(response, 'server') ?? ''),
    ),
  ),
  inspects(
    '9110-15.5-1',
    'explains the error in each response of class 4',
    always((response, { method }) => !isSilentError(response, 4, method)),
  ),
  inspects(
    '9110-15.6-1',
    'explains the error in each response of class 5',
    always((response, { method }) => !isSilentError(response, 5, method)),
  ),
];

export const trailers: readonly Probe[] = [
  judges(
    '9110-6.5.1-1',
    'sends nothing as a trailer field that tells about the framing',
    TRAILED,
    (response) => {
      if (response.status === UNABLE) return notApplicable('trailers', 'the reflector sends none');
      const sent = response.trailers.map(({ name }) => name.toLowerCase());
      const received = `${summaryOf(response)}: ${sent}`;
      return ifHeard(
        finding(!sent.includes('content-length'), 'no Content-Length', received),
        response,
      );
    },
    { needs: 'reflector' },
  ),
  judges(
    '9110-6.6.2-1',
    'announces trailer fields in Trailer',
    SUMMED,
    (response) => {
      if (response.status === UNABLE) return notApplicable('trailers', 'the reflector sends none');
      const announced = fieldList(response, 'trailer');
      const isSent = response.trailers.length > 0;
      const holds = response.trailers.every(({ name }) => announced.includes(name.toLowerCase()));
      if (!isSent) return notApplicable('trailers', 'the server sends none');
      return finding(holds, 'each of them in a Trailer field', `Trailer: ${announced}`);
    },
    { needs: 'reflector' },
  ),
];

export const date: readonly Probe[] = [
  judges(
    '9110-6.6.1-2',
    'may send Date in 1xx and 5xx',
    get().replace('GET', 'FOO'),
    (response) => {
      const value = fieldValue(response, 'date');
      return offer(value !== undefined, 'Date in a 5xx', `${summaryOf(response)}, Date: ${value}`);
    },
  ),
  probe(
    '9110-6.6.1-4',
    'dates a response with the time at which it was made',
    'two requests, more than a second apart',
    async (subject) => {
      const first = await dateOf(ask(subject, get()));
      await pause(1_600);
      const second = await dateOf(ask(subject, get()));
      const elapsed = second - first;
      const holds = elapsed >= 1_000 && elapsed <= 10_000;
      return finding(holds, 'dates that are one or two seconds apart', `${elapsed} ms apart`);
    },
  ),
];

async function dateOf(response: Promise<Response>): Promise<number> {
  return Date.parse(fieldValue(await response, 'date') ?? '');
}

function hasEmptyElement(list: string | undefined): boolean {
  return list?.split(',').some((element) => element.trim() === '') ?? false;
}

/** Whether there is one SP or nothing behind each colon, and nothing at the end of a line. */
function hasPlainWhitespace({ head }: Response): boolean {
  return head
    .split('\r\n')
    .slice(1)
    .every((line) => /^[^:]+: ?(?:[^ \t].*)?$/.test(line) && !/[ \t]$/.test(line));
}

/** Whether a backslash in a quoted-string stands before an octet that needs none. */
function hasIdleQuotedPair(value: string): boolean {
  const quoted = value.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return quoted.some((string) => /\\[^"\\]/.test(string.replaceAll('\\\\', '')));
}

function isSilentError(
  response: Response,
  statusClass: number,
  method: string | undefined,
): boolean {
  const isError = Math.floor(response.status / 100) === statusClass;
  return isError && method !== 'HEAD' && response.content.length === 0;
}
