import type { Fault } from './faults.ts';
import { adds, asksFor, drops, hears, says, tells } from './ways.ts';

const CARELESS = { isCareless: true } as const;

const requests: readonly Fault[] = [
  ['9110-2.2-1/client', 'sends spaces in targets', says('%20', ' ')],
  ['9110-4.1-1/client', 'cuts long addresses', asksFor(/y{4000}$/, '')],
  ['9110-4.2.1-1/client', 'makes a host up', asksFor('//:', '//127.0.0.1:')],
  ['9110-4.2.4-1', 'sends userinfo in Host', says('Host: ', 'Host: user:secret@')],
  ['9110-5.3-3/client', 'names itself twice', adds('User-Agent: two')],
  ['9110-5.5-3/client', 'sends what it is given', CARELESS],
  ['9110-5.6.1.1-1/client', 'sends a list with a hole', adds('Accept: a,,b')],
  ['9110-5.6.3-1/client', 'aligns its values', says('Host: ', 'Host:   ')],
  ['9110-6.2-2/client', 'says that it speaks HTTP/1.2', says('HTTP/1.1\r', 'HTTP/1.2\r')],
  ['9110-7.1-1', 'sends an authority with GET', says(/^GET \S+/, 'GET 127.0.0.1:80')],
  ['9110-7.2-1', 'sends no Host', drops('Host')],
  ['9110-7.2-2', 'sends something before Host', adds('X-A: 1')],
  ['9110-7.6.1-1/client', 'sends Upgrade alone', CARELESS],
  ['9110-7.6.1-2/client', 'makes Accept an option', adds('Connection: accept')],
  ['9110-7.8-1', 'asks for no other protocol', drops('Upgrade')],
  ['9110-7.8-11/client', 'sends Upgrade alone', CARELESS],
  ['9110-8.3-1/client', 'tells no type', drops('Content-Type')],
  ['9110-8.6-1', 'tells no length where there is no content', drops('Content-Length')],
  ['9110-8.6-2', 'tells lengths of nothing', adds('Content-Length: 0')],
  ['9110-9.3.1-1', 'sends content with GET', { asks: (asked) => ({ ...asked, content: 'x' }) }],
  ['9110-10.1.4-1', 'sends TE alone', CARELESS],
  ['9110-10.1.5-1', 'does not name itself', drops('User-Agent')],
  ['9110-10.1.1-1', 'expects 100 without content', CARELESS],
  ['9110-10.1.1-2', 'waits for a 100 in silence', { isSilent: true }],
  ['9110-10.1.1-3', 'does not wait for a 100', { isHasty: true }],
  ['9110-10.1.1-4', 'waits for a 100 for ever', { isPatient: true }],
  ['9110-10.1.1-5', 'gives up at 417', hears('417 Expectation Failed', '400 Bad Request')],
];

const responses: readonly Fault[] = [
  ['9110-5.1-1/client', 'knows one spelling', hears('cOnTeNt-LeNgTh: 2', 'Content-Length: 1')],
  ['9110-5.1-2/client', 'refuses what it does not know', hears('X-Foo: 1', ': 1')],
  ['9110-5.4-2', 'refuses long fields', hears('X-A: x', ': x')],
  ['9110-5.5-2/client', 'knows ASCII alone', hears('\xe4', '?')],
  ['9110-5.5-3/client-b', 'skips NUL', hears('\0', '')],
  ['9110-5.5-4/client', 'skips what is not seen', hears('\x01', '')],
  ['9110-5.6.2-1/client', 'takes any name', hears(/\r\nX.A: 1/, '')],
  ['9110-6.2-3/client', 'refuses other versions', hears('HTTP/1.2', 'HTTP/2.2')],
  ['9110-8.6-8/client', 'counts in 32 bits', hears(/Content-Length: \d+/, 'Content-Length: 5')],
  [
    '9110-15-1',
    'knows a list of statuses',
    tells(({ status }) => (status === 299 ? { error: 'unknown' } : {})),
  ],
  ['9110-15-2', 'takes any number for a status', { isLenient: true }],
  ['9110-15.2-2', 'takes 1xx for the response', hears(/ 1\d\d \w+/, ' 204 No Content')],
  ...['8297-2-3/a', '8297-2-3/b'].map(
    (id): Fault => [
      id,
      'merges hints',
      hears(/103 Early Hints\r\n([\s\S]*?)\r\n\r\nHTTP\/1\.1 200 OK\r\n/, '200 OK\r\n$1\r\n'),
    ],
  ),
  ['8297-2-4', 'reads content of hints', hears(/(Content-Length: 5\r\n\r\n)...../, '$1')],
];

const repetitions: readonly Fault[] = [
  ['9110-9.2.2-1/a', 'repeats a POST', { retries: 1 }],
  ['9110-9.2.2-1/b', 'repeats a POST', { retries: 1 }],
  ['9110-9.2.2-2', 'repeats and repeats', { retries: 5 }],
  ['9110-15.4-1', 'follows any number of redirections', { redirects: 1_000 }],
  ['9110-15.4.8-1/a', 'makes a GET of a POST', { redirected: 'GET' }],
  ['9110-15.4.8-1/b', 'makes a GET of a POST', { redirected: 'GET' }],
];

export const rfc9110: readonly Fault[] = [...requests, ...responses, ...repetitions];
