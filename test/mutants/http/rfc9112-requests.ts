/** Servers that read requests in another way than RFC 9112 has it, §2 to §7. */

import { answers, devours, type Fault, hears, response, says } from './fault.ts';

const FINE = response('200 OK', 'ok');
const BAD = response('400 Bad Request', 'bad', 'Connection: close');
const UNKNOWN = response('501 Not Implemented', 'unknown', 'Connection: close');
const LONG = response('414 URI Too Long', 'long', 'Connection: close');

export const parsingFaults: readonly Fault[] = [
  [
    '9112-2.2-1/a',
    'reads UTF-8, so that half a character takes CRLF with it',
    hears(/\xe4\r\n/, '?'),
  ],
  ['9112-2.2-1/b', 'decodes an overlong form of LF', hears('\xc0\x8a', '\r\n')],
  ['9112-2.2-2', 'takes LF alone for the end of a line', hears(/(?<!\r)\n/g, '\r\n')],
  ['9112-2.2-4/a', 'takes CR alone for the end of a line', hears(/\r(?!\n)/g, '\r\n')],
  ['9112-2.2-4/b', 'takes CR CR LF for the end of a line', hears(/\r\r\n/g, '\r\n')],
  ['9112-2.2-7', 'refuses an empty line before the request line', answers(/^\r\n/, BAD)],
  [
    '9112-2.2-9',
    'takes a line for a field line that whitespace leads',
    hears(/^(GET .*\r\n)[ \t]+/, '$1'),
  ],
  ['9112-2.2-10', 'speaks HTTP/0.9', answers(/^GET \/\r\n/, FINE)],
  ['9112-2.3-1', 'takes HTTP/1.10 for HTTP/1.1', hears('HTTP/1.10', 'HTTP/1.1')],
  ['9112-3-1', 'takes GET, a tab and / for a method', answers(/^GET\t/, UNKNOWN)],
  ['9112-3-2', 'answers a long method with 400', answers(/^A{99}/, BAD)],
  ['9112-3-3', 'answers a long target with 431', says(/^HTTP\/1.1 414 /, 'HTTP/1.1 431 ')],
  ['9112-3-4', 'refuses request lines of 4000 octets', answers(/^GET \S{4000}/, LONG)],
  ['9112-3.1-1/a', 'takes get for GET', hears(/^get /, 'GET ')],
  ['9112-3.1-1/b', 'takes a method with a NUL in it', hears(/^GE\0T/, 'GET')],
  ['9112-3.2-1', 'takes control characters in a target', hears('/a\x01b', '/a%01b')],
  ['9112-3.2-2', 'takes a space in a target', hears('/a b', '/a%20b')],
  ['9112-3.2-3', 'leaves out what stands behind the target', hears(/^GET \/ b /, 'GET / ')],
  [
    '9112-3.2-7/a',
    'serves HTTP/1.1 without Host',
    hears(/^(GET \/ HTTP\/1.1\r\n)(?=\r\n)/, '$1Host: a\r\n'),
  ],
  ['9112-3.2-7/b', 'asks for Host in HTTP/1.0', answers(/^GET \/ HTTP\/1.0\r\n\r\n/, BAD)],
  ['9112-3.2-8', 'goes by the first Host', hears(/(\r\nHost:.*)\r\nHost:.*/, '$1')],
  ['9112-3.2-9/a', 'takes userinfo in Host', hears('Host: a@b', 'Host: b')],
  ['9112-3.2-9/b', 'refuses a literal address in Host', answers(/Host: \[/, BAD)],
  [
    '9112-3.2.2-4',
    'goes by Host beside an absolute target',
    hears(/^GET http:\/\/real.example/, 'GET '),
  ],
  ['9112-3.2.2-5', 'refuses a target in absolute form', answers(/^GET http:/, BAD)],
  ['9112-3.2.4-3/a', 'takes * for / in a GET', hears(/^GET \*/, 'GET /')],
  ['9112-3.2.4-3/b', 'refuses OPTIONS *', answers(/^OPTIONS \*/, BAD)],
  ['9112-3.3-1', 'serves nobody who names no host', answers(/^GET \/ HTTP\/1.0\r\n\r\n/, BAD)],
  ['9112-5-1', 'passes over a line without a colon', hears('noColonHere\r\n', '')],
  ['9112-5.1-1', 'takes whitespace before the colon out', hears('X : a', 'X: a')],
  [
    '9112-5.1-3',
    'takes a tab before a value for a part of it',
    hears('Connection:\t close', 'Connection: x-close'),
  ],
  ['9112-5.2-2/a', 'takes the fold of a line for a line', hears(/\r\n[ \t]+/, '\r\n')],
  [
    '9112-5.2-2/b',
    'loses a folded Transfer-Encoding',
    hears(/Transfer-Encoding:\r\n chunked/, 'X: y'),
  ],
];

export const bodyFaults: readonly Fault[] = [
  ['9112-6-1', 'reads no body in a GET', hears('Content-Length: 3\r\n', '')],
  [
    '9112-6.1-1',
    'takes chunks for content',
    hears('Transfer-Encoding: chunked', 'Content-Length: 15'),
  ],
  ['9112-6.1-2', 'takes chunked twice for once', hears('chunked, chunked', 'chunked')],
  ['9112-6.1-9', 'passes over a coding that it does not know', hears('foo, chunked', 'chunked')],
  [
    '9112-6.1-12',
    'goes by Content-Length beside Transfer-Encoding',
    hears('Transfer-Encoding: chunked\r\n', ''),
  ],
  ['9112-6.1-12', 'refuses no request with both', hears('Content-Length: 4\r\n', '')],
  [
    '9112-6.1-13',
    'goes on behind a request with both framing fields',
    hears('Content-Length: 4\r\n', ''),
  ],
  ['9112-6.1-14', 'goes on behind HTTP/1.0 with chunks', hears('HTTP/1.0', 'HTTP/1.1')],
  [
    '9112-6.3-4',
    'goes by Content-Length beside Transfer-Encoding',
    hears('Transfer-Encoding: chunked\r\n', ''),
  ],
  [
    '9112-6.3-6',
    'takes identity behind chunked for nothing',
    hears('chunked, identity', 'chunked'),
  ],
  ['9112-6.3-7/a', 'does not know CHUNKED', answers(/CHUNKED/, UNKNOWN)],
  [
    '9112-6.3-7/b',
    'reads the first line of Transfer-Encoding',
    hears(/Transfer-Encoding: gzip\r\n/, ''),
  ],
  [
    '9112-6.3-8',
    'takes a sign in Content-Length',
    hears('Content-Length: +5', 'Content-Length: 5'),
  ],
  ['9112-6.3-9', 'reads no content where the length is a list', hears('5, 5', '0')],
  ['9112-6.3-9', 'takes the same length twice', hears('5, 5', '5')],
  ['9110-8.6-10', 'reads no content where the length is a list', hears('5, 5', '0')],
  ['9110-8.6-10', 'takes the same length twice', hears('5, 5', '5')],
  [
    '9112-6.3-12',
    'takes what has come for the whole body',
    hears('Content-Length: 10', 'Content-Length: 3'),
  ],
  [
    '9112-6.3-13',
    'reads a body in every POST',
    hears(/\r\n\r\n(?=GET)/, '\r\nContent-Length: 3\r\n\r\n'),
  ],
  [
    '9112-6.3-15',
    'asks for a Content-Length',
    answers(/^POST/, response('411 Length Required', 'length')),
  ],
  ['9110-8.6-8/a', 'counts content modulo 2 to the 64th', hears('18446744073709551621', '5')],
  ['9110-8.6-8/b', 'reads a number up to its leading zeros', hears(/0{30}5/, '0')],
  ['9112-7-1', 'does not know cHuNkEd', answers(/cHuNkEd/, UNKNOWN)],
  ['9112-7.1-1/a', 'knows no upper case in a chunk-size', answers(/\r\nA\r\n/, BAD)],
  ['9112-7.1-1/b', 'knows no last chunk but 0', answers(/\r\n0000\r\n/, BAD)],
  ['9112-7.1-2', 'takes 0x before a chunk-size', hears('\r\n0x5\r\n', '\r\n5\r\n')],
  ['9112-7.1-2/b', 'takes LF for the end of a chunk-size line', hears('\n5\n', '\n5\r\n')],
  ['9112-7.1-3', 'does not look at what ends chunk-data', hears('helloXX', 'hello\r\n')],
  ['9112-7.1-4', 'counts chunk-data modulo 2 to the 32nd', hears('100000005', '5')],
  ['9112-7.1-5', 'passes over parameters of chunked', hears('chunked;q=1', 'chunked')],
  ['9112-7.1.1-1/a', 'refuses chunk extensions', answers(/;a=b;c/, BAD)],
  ['9112-7.1.1-2/a', 'takes any number of chunk extensions', devours(1_000_000)],
  ['9112-7.1.1-2/b', 'takes LF in a chunk extension for its end', hears(';a\n', ';a\r\n')],
  [
    '9112-7.1.2-1',
    'takes a trailer section for the next request',
    hears('0\r\nX-T', '0\r\n\r\nX-T'),
  ],
  [
    '9112-7.1.2-3',
    'takes trailer fields for header fields',
    hears(/\r\n\r\n/, '\r\nX-T: 1\r\n\r\n'),
  ],
  [
    '9110-6.5.1-2',
    'takes Authorization from a trailer section',
    hears(/\r\n\r\n/, '\r\nAuthorization: Basic eA==\r\n\r\n'),
  ],
  [
    '9112-7.1.2-3/b',
    'goes by Connection in a trailer section',
    hears(/\r\n(?=[\s\S]*\r\n0\r\nConnection: close)/, '\r\nConnection: close\r\n'),
  ],
  [
    '9112-7.2-1',
    'passes over parameters of codings, and over codings',
    hears('gzip;x=1, chunked', 'chunked'),
  ],
  ['9110-5.6.3-3', 'refuses bad whitespace in a chunk extension', answers(/\r\n5 ;/, BAD)],
  ['9110-5.6.4-1', 'ends a string at a quoted quotation mark', answers(/"\\""/, BAD)],
  [
    '9112-11.2-1/a',
    'goes by the first of two lengths',
    hears(/(Content-Length: 0\r\n)Content-Length: .*\r\n/, '$1'),
  ],
  [
    '9112-11.2-1/b',
    'goes by the length beside a coding',
    hears('Transfer-Encoding: chunked\r\n', ''),
  ],
  [
    '9112-11.2-1/c',
    'takes xchunked for chunked',
    hears(/Content-Length: \d+\r\n(Transfer-Encoding: )x(?=chunked\r)/, '$1'),
  ],
  ['9112-11.2-1/d', 'takes LF for the end of a line', hears('X: y\n', 'X: y\r\n')],
  [
    '9112-11.2-1/e',
    'reads no body in a GET',
    hears(/^(GET [\s\S]*?)Content-Length: \d+\r\n/, '$1'),
  ],
];
