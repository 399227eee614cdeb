/** Servers that break RFC 9110, 6585 and 8297. */

import { adds, answers, devours, drops, type Fault, hears, response, says } from './fault.ts';

const BAD = response('400 Bad Request', 'bad', 'Connection: close');
const DOWN = response('503 Service Unavailable', 'down');
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** The field lines of a head that ends the octets, behind one of them. */
const ENDING_HEAD = '(?=(?:.+\r\n)*\r\n$)';

const NOW = new Date().toUTCString();

export const fieldFaults: readonly Fault[] = [
  [
    '9110-2.3-1',
    'serves nobody once it has heard noise',
    () => {
      let isBroken = false;
      return {
        answers: (octets) => {
          if (/[\x80-\xff]/.test(octets)) isBroken = true;
          return isBroken ? DOWN : undefined;
        },
      };
    },
  ],
  ['9110-2.3-2', 'refuses field lines as long as its own', answers(/X-Longest/, BAD)],
  [
    '9110-3.3-1',
    'remembers the credentials of a connection',
    hears(/(\r\n\r\nGET [\s\S]*\r\n)\r\n$/, '$1Authorization: Basic eA==\r\n\r\n'),
  ],
  [
    '9110-4.1-1',
    'refuses targets of 4000 octets',
    answers(/^GET \S{4000}/, response('414 URI Too Long', 'long')),
  ],
  ['9110-4.2.1-1', 'takes a target without a host', hears('http:///x', '/x')],
  ['9110-4.2.4-2', 'takes userinfo in a target', hears('http://a@', 'http://')],
  ['9110-5.1-1', 'compares field names with case', answers(/hOsT/, BAD)],
  [
    '9110-5.1-2',
    'keeps fields in an object',
    answers(/__proto__/, response('500 Internal Server Error', 'no')),
  ],
  [
    '9110-5.3-1',
    'reads the first line of a name',
    hears(/(Connection: x\r\n)Connection: close\r\n/, '$1'),
  ],
  [
    '9110-5.3-3/b',
    'joins Set-Cookie lines',
    says(/(set-cookie: a=1)\r\nset-cookie: (b=2)/i, '$1, $2'),
  ],
  ['9110-5.3-4/a', 'answers before the end of a head', hears(/(Host: .*\r\n)$/, '$1\r\n')],
  [
    '9110-5.3-4/b',
    'has the application begin before the end of a head',
    hears(/(Host: .*\r\n)$/, '$1\r\n'),
  ],
  ['9110-5.4-1/a', 'takes fields of 1 MiB', devours(1 << 20)],
  ['9110-5.4-1/b', 'takes 10,000 fields', devours(100_000)],
  ['9110-5.5-1', 'takes whitespace behind a value for a part of it', hears('close\t \t', 'close-')],
  ['9110-5.5-2/a', 'refuses octets above 7f', answers(/\xe4/, BAD)],
  ['9110-5.5-2/b', 'decodes octets above 7f', hears('\xe4\x80\xff', '???')],
  ['9110-5.5-3/a', 'fails at NUL in a field value', answers(/\0/, DOWN)],
  [
    '9110-5.5-3/b',
    'shows NUL to the application',
    answers(/X-Bad: a\0b/, response('200 OK', 'GET\na\nx-bad: a\0b\n')),
  ],
  ['9110-5.5-4', 'takes control characters', hears('\x01', '?')],
  ['9110-5.6.1.2-1', 'refuses empty elements of a list', answers(/: ,/, BAD)],
  ['9110-5.6.1.2-1/b', 'takes a second for 8,000 empty elements', { delay: 1_000 }],
  ['9110-5.6.2-1', 'takes < in a field name', hears('X<Y', 'XY')],
  ['9110-5.6.6-1', 'compares names of parameters with case', answers(/CHARSET/, BAD)],
  [
    '9110-5.6.7-1',
    'does not read dates as asctime wrote them',
    hears(/If-Modified-Since: ... ....*\r\n/, ''),
  ],
  [
    '9110-5.6.7-4',
    'takes a year far ahead for one to come',
    hears(/(If-Modified-Since: )Monday, 01-Jan-.*/, `$1${NOW}`),
  ],
  ['9110-7.6.1-4', 'compares connection options with case', hears('Connection: CLOSE', 'X: y')],
];

export const inspectionFaults: readonly Fault[] = [
  ['9110-2.2-1', 'sends a line that is no field line', adds('no field line')],
  ['9110-5.3-3', 'sends Date twice', adds(`Date: ${NOW}`)],
  ['9110-5.6.1.1-1', 'sends an empty element in a list', adds('Vary: a,,b')],
  ['9110-5.6.3-1', 'sends two spaces', adds('X:  a')],
  [
    '9110-5.6.3-2',
    'sends a space in a parameter',
    says(/^(content-type: ).*/gim, '$1text/plain; charset= utf-8'),
  ],
  ['9110-5.6.4-2', 'quotes a letter', adds('X: "a\\b"')],
  [
    '9110-5.6.7-2',
    'writes dates as RFC 850 has them',
    says(/^Date: .*/gm, 'Date: Sunday, 06-Nov-94 08:49:37 GMT'),
  ],
  ['9110-5.6.7-3', 'writes two spaces in a date', says(/^(Date: ...,)/gm, '$1 ')],
  ['9110-6.2-2', 'claims HTTP/1.2', says(/^HTTP\/1.1/gm, 'HTTP/1.2')],
  ['9110-6.6.1-1', 'sends no Date with 404', drops('date', '404')],
  ['9110-6.6.1-2', 'sends no Date with 5xx', drops('date', '5..')],
  ['9110-6.6.1-4', 'writes a date once for all', says(/^Date: .*/gm, `Date: ${NOW}`)],
  ['9110-7.6.1-1', 'sends Keep-Alive without its option', adds('Keep-Alive: timeout=5')],
  ['9110-7.6.1-2', 'names Date as an option', adds('Connection: date')],
  ['9110-8.3-1', 'does not tell the type of an error', drops('content-type', '4..')],
  ['9110-8.4-2', 'calls no coding identity', adds('Content-Encoding: identity')],
  ['9110-8.6-5/a', 'sends Content-Length with 1xx', adds('Content-Length: 0', '10[01]')],
  ['9110-10.2.4-1', 'tells on what it runs', adds('Server: encke/0.1 (Debian)')],
  [
    '9110-15.5-1',
    'says nothing with 404',
    says(/^(HTTP\/1.1 404 [\s\S]*?content-length: )\d+([\s\S]*?\r\n\r\n)[\s\S]*/i, '$10$2'),
  ],
  [
    '9110-15.6-1',
    'says nothing with 501',
    says(/^(HTTP\/1.1 501 [\s\S]*?content-length: )\d+([\s\S]*?\r\n\r\n)[\s\S]*/i, '$10$2'),
  ],
  [
    '9110-6.5.1-1',
    'sends Content-Length in a trailer section',
    answers(
      /trailer=/,
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nContent-Length: 2\r\n\r\n',
    ),
  ],
  ['9110-6.6.2-1', 'does not announce trailer fields', drops('trailer')],
];

export const methodFaults: readonly Fault[] = [
  ['9110-6.2-1', 'answers HTTP/1.0 with HTTP/2.0', says(/^HTTP\/1.1/, 'HTTP/2.0')],
  [
    '9110-6.2-3/a',
    'refuses HTTP/1.2',
    answers(/HTTP\/1.2/, response('505 HTTP Version Not Supported', '1.1')),
  ],
  ['9110-6.2-3/b', 'serves HTTP/3.0', hears('HTTP/3.0', 'HTTP/1.1')],
  [
    '9110-15.6.6-1',
    'does not say which version it speaks',
    says(/(?<=\r\n\r\n[\s\S]*)1\.1/g, 'one'),
  ],
  ['9110-7.4-1', 'serves https without TLS', hears('GET https:', 'GET http:')],
  ['9110-9.1-1/a', 'knows no GET', answers(/^GET \/ /, response('501 Not Implemented', 'no'))],
  ['9110-9.1-1/b', 'knows no HEAD', answers(/^HEAD \/ /, response('501 Not Implemented'))],
  ['9110-9.1-2', 'answers unknown methods with 400', says(/^HTTP\/1.1 501 /, 'HTTP/1.1 400 ')],
  [
    '9110-9.1-3',
    'answers methods that it does not allow with 400',
    says(/^HTTP\/1.1 405 /, 'HTTP/1.1 400 '),
  ],
  ['9110-9.3.2-1', 'answers HEAD as if it were GET', hears(/^HEAD /, 'GET ')],
  [
    '9110-9.3.2-2',
    'tells HEAD no type',
    says(new RegExp(`content-type: .*\r\n${ENDING_HEAD}`, 'i'), ''),
  ],
  [
    '9110-9.3.6-1',
    'connects to a host without a port',
    answers(/^CONNECT localhost /, response('200 OK')),
  ],
  [
    '9110-9.3.6-2',
    'sends Content-Length as it opens a tunnel',
    answers(/^CONNECT/, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  ],
  ['9110-9.3.7-1', 'does not say what it can do', drops('allow')],
  [
    '9110-9.3.8-1',
    'sends cookies back',
    { answers: (octets) => (octets.startsWith('TRACE') ? response('200 OK', octets) : undefined) },
  ],
  ['9110-6.4.1-1', 'answers HEAD as if it were GET', hears(/^HEAD /, 'GET ')],
  ['9110-6.4.1-1', 'sends content with 304', says(/^(HTTP\/1.1 304 [\s\S]*?\r\n\r\n)/, '$1hello')],
  ['9110-8.4-1', 'applies a coding and does not say so', says(/ok$/, '\x1f\x8b')],
  ['9110-8.4-1', 'calls gzip what is not', adds('Content-Encoding: gzip')],
  [
    '9110-8.4-3',
    'refuses codings of content',
    answers(/Content-Encoding: foo/, response('415 Unsupported Media Type', 'no')),
  ],
  [
    '9110-8.6-3',
    'gives HEAD another length',
    says(
      new RegExp(`(content-length: )2(?=\r\n)${ENDING_HEAD.replace('(?=', '(?=\r\n')}`, 'i'),
      '$13',
    ),
  ],
  ['9110-8.6-4', 'gives 304 another length', adds('Content-Length: 9', '304')],
  ['9110-8.6-5/b', 'sends Content-Length with 204', adds('Content-Length: 5', '204')],
  [
    '9110-8.6-6',
    'sends Content-Length as it opens a tunnel',
    answers(/^CONNECT/, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  ],
  [
    '9110-8.6-7',
    'does not tell a length that it knows',
    says(
      /content-length: 2\r\n([\s\S]*)ok$/i,
      'Transfer-Encoding: chunked\r\n$12\r\nok\r\n0\r\n\r\n',
    ),
  ],
  [
    '9110-8.6-9',
    'sends more than it has announced',
    {
      ...answers(/length=3&body=hello /, 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhello'),
      leaves: 'end',
    },
  ],
];

export const statusFaults: readonly Fault[] = [
  ['9110-11.6.1-1', 'sends no challenge', drops('www-authenticate')],
  ['9110-15.5.2-1', 'sends no challenge', drops('www-authenticate')],
  ['9110-15.3.5-1', 'sends content with 204', says(/^(HTTP\/1.1 204 [\s\S]*?\r\n\r\n)/, '$1hello')],
  [
    '9110-15.3.6-1',
    'sends content with 205',
    says(/^(HTTP\/1.1 205 [\s\S]*?content-length: )0([\s\S]*?\r\n\r\n)/i, '$15$2hello'),
  ],
  ['9110-15.4.5-1', 'leaves ETag out of 304', drops('etag')],
  ['9110-10.2.1-1', 'sends no Allow', drops('allow')],
  ['9110-15.5.6-1', 'sends no Allow with 405', drops('allow', '405')],
  ['9110-15.5.9-1', 'does not say close with 408', drops('connection')],
  ['9110-15.5.9-1', 'closes without 408', { says: () => '' }],
  ['9110-15.5.14-1', 'answers large content with 400', says(/^HTTP\/1.1 413 /, 'HTTP/1.1 400 ')],
  [
    '9110-15.5.20-1',
    'refuses other authorities',
    answers(/nobody.example/, response('421 Misdirected Request', 'no')),
  ],
  ['9110-17.5-1/a', 'reads a head of any length', devours(1 << 19)],
  ['9110-17.5-1/b', 'reads chunk-size lines of any length', devours(1 << 19)],
  ['6585-5-1', 'answers a large field with 400', says(/^HTTP\/1.1 431 /, 'HTTP/1.1 400 ')],
  ['6585-5-2', 'does not say which field was too large', says(/x-long/gi, 'a-long')],
  ['9110-10.1.1-6', 'fails at an expectation that it does not know', answers(/Expect: foo/, DOWN)],
  [
    '9110-10.1.1-6',
    'passes over an expectation that it does not know',
    hears('Expect: foo\r\n', ''),
  ],
  ['9110-10.1.1-7', 'sends 100 to HTTP/1.0', says(/^HTTP/, `${CONTINUE}HTTP`)],
  [
    '9110-10.1.1-8',
    'reads no content where it leaves 100 out',
    hears('Content-Length: 5', 'Content-Length: 0'),
  ],
  [
    '9110-10.1.1-8',
    'sends 100 though the content has come',
    says(/^HTTP\/1.1 200/, `${CONTINUE}HTTP/1.1 200`),
  ],
  [
    '9110-10.1.1-9',
    'sends 100 again in place of a final response',
    says(/^HTTP\/1.1 200[\s\S]*/, CONTINUE),
  ],
  ['9110-10.1.1-10', 'does not say close before the content has come', drops('connection', '4..')],
  ['9110-10.1.1-11', 'sends 102 in place of 100', says('100 Continue', '102 Processing')],
  ['9110-10.1.1-12', 'waits for content before it sends 100', says(CONTINUE, ''), true],
  ['9110-15.2-1/a', 'sends 100 to HTTP/1.0', says(/^HTTP/, `${CONTINUE}HTTP`)],
  ['8297-2-1', 'sends early hints without Link', drops('link')],
  ['8297-2-1', 'sends no early hints', says(/^HTTP\/1.1 103 [\s\S]*?\r\n\r\n/, '')],
  [
    '8297-2-2',
    'sends early hints to HTTP/1.0',
    says(/^HTTP/, 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP'),
  ],
];

export const upgradeFaults: readonly Fault[] = [
  ['9110-7.8-2', 'refuses Upgrade', answers(/Upgrade: h2c/, BAD)],
  ['9110-7.8-3', 'compares names of protocols with case', answers(/Upgrade: WebSocket/, BAD)],
  ['9110-7.8-4', 'names another protocol with 101', says(/(Upgrade: )websocket/i, '$1h2c')],
  ['9110-15.2.2-1', 'sends no Upgrade with 101', drops('upgrade')],
  [
    '9110-7.8-11/a',
    'sends no upgrade option with 101',
    says(/(Connection: )Upgrade/i, '$1keep-alive'),
  ],
  [
    '9110-7.8-11/b',
    'switches without the upgrade option',
    hears('Connection: keep-alive', 'Connection: Upgrade'),
  ],
  [
    '9110-7.8-7',
    'switches to websocket where websocketx was asked for',
    hears('websocketx', 'websocket'),
  ],
  ['9110-7.8-10', 'switches with POST', hears(/^POST /, 'GET ')],
  ['9112-3.2-7/c', 'switches without Host', hears(/^(GET .*\r\n)(?=Upgrade)/, '$1Host: a\r\n')],
  ['9110-7.8-12', 'switches in HTTP/1.0', hears('HTTP/1.0', 'HTTP/1.1')],
  ['9110-15.2-1/b', 'sends 101 to HTTP/1.0', hears('HTTP/1.0', 'HTTP/1.1')],
  ['9110-7.8-13', 'sends 101 before the 100 that is expected', hears(/Expect: .*\r\n/, '')],
  ['9110-7.8-8', 'names another protocol with 426', says(/(Upgrade: )websocket/i, '$1h2c')],
  ['9110-15.5.22-1', 'sends no Upgrade with 426', drops('upgrade')],
  ['9110-7.8-11/c', 'sends no upgrade option with 426', drops('connection')],
  ['6585-4-2', 'keeps explanations for itself', says('You asked', 'Something')],
];
