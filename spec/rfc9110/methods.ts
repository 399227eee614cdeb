import {
  answers,
  ask,
  converse,
  each,
  get,
  isPlain,
  judges,
  PLAIN_CLOSE,
  probe,
  reflect,
  request,
  responds,
  saw,
} from '../http-probe.ts';
import { fieldList, type Response, summaryOf } from '../models/response.ts';
import { always, CONNECT, inspects } from '../occasions.ts';
import { finding, notApplicable, type Probe, type Subject } from '../probe.ts';
import { reflection } from '../reflector.ts';

const HEAD = get().replace('GET', 'HEAD');
const END = '\r\n\r\n';

export const versions: readonly Probe[] = [
  responds(
    '9110-6.2-1',
    'answers HTTP/1.0 with the highest version that it speaks, or with HTTP/1.0',
    `GET / HTTP/1.0\r\nHost: {host}${END}`,
    ({ status, version }) => status === 200 && (version === 'HTTP/1.1' || version === 'HTTP/1.0'),
  ),
  answers(
    '9110-6.2-3/a',
    'takes a higher minor version for the highest that it knows',
    ['1.2', '1.9'].map((version) => `GET / HTTP/${version}\r\nHost: {host}${END}`),
    200,
  ),
  answers(
    '9110-6.2-3/b',
    'refuses a higher major version',
    ['2.0', '3.0', '9.9'].map((version) => `GET / HTTP/${version}\r\nHost: {host}${END}`),
    505,
    400,
  ),
  probe(
    '9110-15.6.6-1',
    'answers a major version that it does not speak with 505, and says what it speaks',
    `GET / HTTP/2.0 and HTTP/3.0`,
    async (subject) => {
      const responses = [];
      for (const version of ['2.0', '3.0']) {
        responses.push(await ask(subject, `GET / HTTP/${version}\r\nHost: {host}${END}`));
      }
      const holds = responses.every(
        ({ status, content }) => status === 505 && content.includes('1.1'),
      );
      const received = responses.map((one) => `${summaryOf(one)}: ${one.content}`).join('; ');
      return finding(holds, '505 with content that names HTTP/1.1', received);
    },
  ),
  withoutTls(
    answers(
      '9110-7.4-1',
      'refuses a target of the scheme https on a connection without TLS',
      request('GET', 'https://{host}/'),
      421,
      400,
    ),
  ),
];

export const methods: readonly Probe[] = [
  answers('9110-9.1-1/a', 'answers GET', get(), 200),
  each('9110-9.1-1/b', 'answers HEAD', HEAD, async (wire) => {
    const response = await wire.readFinalResponse('HEAD');
    return saw(response.status === 200, response);
  }),
  answers(
    '9110-9.1-2',
    'answers a method that it does not know with 501',
    [request('FOO', '/'), request('get', '/'), request('x', '/')],
    501,
  ),
  answers(
    '9110-9.1-3',
    'answers a method that it knows and does not allow with 405',
    request('DELETE', '/'),
    405,
  ),
  each(
    '9110-9.3.2-1',
    'sends no content with HEAD: what follows is the next response',
    HEAD + get(),
    async (wire, subject) => {
      const head = await wire.readFinalResponse('HEAD');
      const next = await wire.readFinalResponse();
      return saw(head.status === 200 && isPlain(subject, next.content), next);
    },
  ),
  probe(
    '9110-9.3.2-2',
    'gives HEAD the fields of GET',
    'GET and HEAD of the plain resource',
    async (subject) => {
      const [whole, head] = await converse(subject, get() + HEAD, 'GET', 'HEAD');
      const missing = fieldNames(whole!).filter((name) => !fieldNames(head!).includes(name));
      const expected = 'all of them, but for those that are only made with the content';
      return finding(
        head!.status === 200 && missing.length === 0,
        expected,
        `missing: ${missing.join(', ') || 'none'}`,
      );
    },
  ),
  answers(
    '9110-9.3.6-1',
    'refuses CONNECT without a valid port',
    ['localhost:', 'localhost', 'localhost:0x50', 'localhost:99999', ':80'].map(
      (target) => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}${END}`,
    ),
    400,
    405,
    501,
    PLAIN_CLOSE,
  ),
  inspects(
    '9110-9.3.6-2',
    'sends no framing field in a 2xx that answers CONNECT',
    always(
      (response) =>
        !isSuccess(response) ||
        !['transfer-encoding', 'content-length'].some((name) =>
          fieldNames(response).includes(name),
        ),
    ),
    CONNECT,
  ),
  probe(
    '9110-9.3.7-1',
    'lists in Allow what it can do when it answers OPTIONS',
    'OPTIONS for the plain resource, and for the server as a whole',
    async (subject) => {
      const responses = [];
      for (const target of ['/', '*'])
        responses.push(await ask(subject, request('OPTIONS', target)));
      const successes = responses.filter(isSuccess);
      const expected = 'Allow, in each successful response';
      if (successes.length === 0)
        return notApplicable(expected, responses.map(summaryOf).join('; '));
      const holds = successes.every((response) => fieldList(response, 'allow').length > 0);
      return finding(holds, expected, successes.map(({ head }) => head).join('\n'));
    },
  ),
  judges(
    '9110-9.3.8-1',
    'does not send secrets back when it answers TRACE',
    request('TRACE', '/', 'Cookie: secret'),
    (response) => {
      const isKept = response.status !== 0 && !response.content.includes('secret');
      return finding(isKept, 'a refusal, or content without the cookie', summaryOf(response));
    },
  ),
  probe(
    '9110-5.3-4/b',
    'has the application do nothing before the whole head has come',
    'the head of a request without its last CRLF, to the reflector',
    (subject) => judgeEarliness(subject),
    { needs: 'reflector' },
  ),
];

/** Sends all but the end of a head, and asks the reflector whether it has seen the request. */
async function judgeEarliness(subject: Subject) {
  const token = `half-${process.pid}-${Date.now()}`;
  const wire = await subject.connect();
  const target = `${subject.reflector}${reflection({ token })}`;
  await wire.send(`GET ${target} HTTP/1.1\r\nHost: ${subject.host}\r\n`);
  const isQuiet = await wire.isQuiet(subject.patience);
  const response = await ask(subject, reflect({ seen: token }));
  const isUnseen = response.content.toString() === 'no';
  return finding(
    isQuiet && isUnseen,
    'not seen',
    `${response.content}, ${isQuiet ? 'quiet' : 'answered'}`,
  );
}

function isSuccess({ status }: Response): boolean {
  return status >= 200 && status < 300;
}

function fieldNames(response: Response): string[] {
  return response.fields.map(({ name }) => name.toLowerCase());
}

/** A clause about connections without TLS: nothing to judge where there are none. */
function withoutTls(probe: Probe): Probe {
  const judge = async (subject: Subject) =>
    subject.secure
      ? notApplicable(probe.title, 'the subject is talked to inside TLS')
      : probe.judge(subject);
  return { ...probe, judge };
}
