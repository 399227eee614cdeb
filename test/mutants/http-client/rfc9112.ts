import type { Fault } from './faults.ts';
import { adds, asksFor, drops, hears, says, tells } from './ways.ts';

const CARELESS = { isCareless: true } as const;
const CLINGING = { isClinging: true } as const;
const STREAMING = { asks: (request: object) => ({ ...request, stream: true }) as never };

const requests: readonly Fault[] = [
  ['9112-2.2-5', 'ends its requests with a line', says(/$/, '\r\n')],
  ['9112-2.2-6', 'counts no line end', says('Content-Length: 3', 'Content-Length: 1')],
  ['9112-2.2-3/client', 'sends what it is given', CARELESS],
  ['9112-2.2-8/client', 'indents its first line', adds(' X-A: 1')],
  ['9112-3-4/client', 'cuts long targets', asksFor(/x{4000}$/, '')],
  ['9112-3.2-4', 'sends no Host', drops('Host')],
  ['9112-3.2-5', 'leaves the port out of Host', says(/^(Host: .*):\d+/m, '$1')],
  ['9112-3.2.1-1', 'sends fragments', says('/a?b=c ', '/a?b=c#d ')],
  ['9112-3.2.1-2', 'sends no path where there is none', says(' /?q ', ' ?q ')],
  ['9112-3.2.2-1', 'asks a proxy for a path', says(/http:\/\/[^/]+/, '')],
  ['9112-3.2.2-2', 'tells a proxy no Host', drops('Host')],
  ['9112-3.2.3-1', 'names no port in CONNECT', says(/^(CONNECT .*):\d+ /, '$1 ')],
  ['9112-7.4-1', 'asks for chunks', adds('TE: chunked')],
  ['9112-7.4-2', 'sends TE alone', CARELESS],
  ['9112-5.2-1/client', 'folds what it is given', CARELESS],
  ['9112-6.1-3', 'sends a coding alone', CARELESS],
  [
    '9112-6.1-2/client',
    'chunks twice',
    says('Content-Length: 5', 'Transfer-Encoding: chunked, chunked'),
  ],
  ['9112-6.1-10', 'chunks everything', STREAMING],
  ['9112-6.2-1/client', 'sends both lengths', CARELESS],
  ['9112-6.3-16', 'chunks what has a length', STREAMING],
  ['9112-6.3-17/a', 'tells no length', drops('Content-Length')],
  ['9112-6.3-17/b', 'tells no coding', drops('Transfer-Encoding')],
  ['9112-6.3-18', 'chunks for HTTP/1.0', { isModern: true }],
];

const heads: readonly Fault[] = [
  ['9112-2.2-1/client', 'decodes before it parses', hears('\xc0\x8a', '\r\n')],
  ['9112-2.2-2/client', 'takes LF for CRLF', hears(/\r?\n/g, '\r\n')],
  ['9112-2.2-4/client', 'takes CR for CRLF', hears(/\r(?!\n)/g, '\r\n')],
  ['9112-2.2-9/client', 'strips its lines', hears('\r\n X-A', '\r\nX-A')],
  ['9112-4-4', 'reads reasons', hears('200 Not Found', '404 Not Found')],
  [
    '9112-5-1/client',
    'skips lines that it does not understand',
    hears(/\r\n(: x|a b: c|a\0: b|noColonHere)/, ''),
  ],
  ...['9112-5.1-3/client', '9110-5.5-1/client'].map(
    (id): Fault => [
      id,
      'tells values as they stand',
      tells(({ fields = [] }) => ({ fields: fields.map(([name, value]) => [name, `${value} `]) })),
    ],
  ),
  ['9112-5.2-4', 'drops what is folded', hears('\r\n b', '')],
];

const CHUNKED = 'Transfer-Encoding: chunked';

const bodies: readonly Fault[] = [
  ['9112-6.1-1/client', 'knows no chunks', hears(CHUNKED, 'Content-Length: 10')],
  ['9112-6.1-14/client', 'goes on with HTTP/1.0', CLINGING],
  ['9112-6.3-2/a', 'waits for content behind 204', hears('204 No Content', '200 OK')],
  ['9112-6.3-2/b', 'waits for content behind 304', hears('304 Not Modified', '200 OK')],
  [
    '9112-6.3-2/c',
    'makes content up for HEAD',
    tells(({ content }) => ({ content: content || '?' })),
  ],
  ['9112-6.3-9/client', 'takes a list of lengths', hears('5, 5', '5')],
  ['9110-8.6-10/client', 'takes a list of lengths', hears('5, 5', '5')],
  ['9112-6.3-10', 'takes any length', hears(/Content-Length: .*/, 'Content-Length: 5')],
  ['9112-6.3-12/client', 'takes what comes', { isLenient: true }],
  [
    '9112-7-1/client',
    'compares codings by their octets',
    hears(/transfer-encoding/, 'X-A: 1\r\nContent-Length: 5\r\nX-B'),
  ],
  ['9112-7.1-1/client', 'takes sizes for decimal', hears(/\r\n(000)?a\r\n/i, '\r\n9\r\n')],
  ['9112-7.1-4/client', 'counts in 32 bits', hears(/\r\n[0-9A-F]{14,}\r\n/, '\r\n5\r\n')],
  ['9112-7.1-5/client', 'takes parameters of chunked', hears(';q=1', '')],
  ['9112-7.1.1-1/client', 'refuses extensions', hears('5;a=b', '!')],
  [
    '9110-5.6.3-3/client',
    'takes extensions for content',
    tells(({ content }) => ({ content: `; a = b${content}` })),
  ],
  ['9112-7.1.2-1/client', 'refuses trailers', hears('X-T: 1', ': 1')],
  ...['9112-7.1.2-3/client', '9110-6.5.1-2/client'].map(
    (id): Fault => [
      id,
      'merges trailers',
      tells(({ fields = [] }) => ({ fields: [...fields, ['Location', '/x']] })),
    ],
  ),
  ['9112-7.2-1/client', 'skips codings that it does not know', hears('gzip;x=1, ', '')],
  ['9112-8-2', 'takes what was cut for whole', { isLenient: true }],
];

const connections: readonly Fault[] = [
  ['9112-6.3-20', 'takes what comes too much for the next', { isCredulous: true }],
  ['9112-9.2-1', 'confuses its requests', asksFor(/\d$/, '1')],
  ['9112-9.2-2', 'takes what comes unasked for the next', { isCredulous: true }],
  ['9112-9.2-3', 'keeps a connection that lies', { isIdle: true }],
  ['9112-9.3-1/client', 'keeps no connection', { isForgetful: true }],
  ['9112-9.3-2/client-a', 'goes on behind HTTP/1.0', CLINGING],
  ['9112-9.3-2/client-b', 'goes on behind close', CLINGING],
  ['9110-7.6.1-4/client', 'goes on behind CLOSE', CLINGING],
  ['9110-5.6.1.2-1/client', 'goes on behind a list with holes', CLINGING],
  ['9110-5.3-1/client', 'goes on behind two lines', CLINGING],
  ['9112-9.3-3', 'keeps no connection, and does not say so', { isForgetful: true }],
  ['9112-9.3.2-1', 'pipelines', { isPipelining: true }],
  ['9112-9.3.2-6', 'pipelines behind a POST', { isPipelining: true }],
  ['9112-9.5-2/client', 'leaves its side open', { isIdle: true }],
  [
    '9112-9.5-5',
    'fails when it is refused early',
    tells(({ status }) => (status === 413 ? { error: 'EPIPE' } : {})),
  ],
  ['9112-9.5-6', 'sends to the end', { isDeaf: true }],
  ['9112-9.6-2', 'goes on behind its own close', CLINGING],
  ['9112-9.6-3', 'leaves open what it said to close', { isIdle: true }],
  ['9112-9.6-9', 'leaves open what was said to close', { isIdle: true }],
];

const secured: readonly Fault[] = [
  ['9112-6.3-3', 'waits for content in front of a tunnel', { isTunnelBlind: true }],
  ['9110-4.3.4-1', 'trusts anybody', { trusts: 'anybody' }],
  ['9110-4.3.4-2', 'trusts common names', { trusts: 'names' }],
  ['9112-9.8-3', 'closes TLS without a word', { isAbrupt: true }],
];

export const rfc9112: readonly Fault[] = [
  ...requests,
  ...heads,
  ...bodies,
  ...connections,
  ...secured,
];
