/**
 * Start lines: request lines with their targets and Host, and status lines. @see RFC 9112 §3, §4
 */

import {
  answers,
  ask,
  each,
  get,
  judges,
  probe,
  reflect,
  refuses,
  request,
  responds,
  saw,
} from '../http-probe.ts';
import { summaryOf } from '../models/response.ts';
import { finding, offer, type Probe } from '../probe.ts';
import { readView, reflection } from '../reflector.ts';

const END = '\r\n\r\n';

export const requestLine: readonly Probe[] = [
  responds(
    '9112-3-1',
    'may take other whitespace than one SP between the parts of a request line',
    [`GET  /  HTTP/1.1\r\nHost: {host}${END}`, `GET\t/ HTTP/1.1\r\nHost: {host}${END}`],
    // With one SP less, what stands behind it may be taken for no version that there is.
    (response) => [200, 400, 505].includes(response.status),
  ),
  answers(
    '9112-3-2',
    'answers a method longer than any it knows with 501',
    request('A'.repeat(1000), '/'),
    501,
  ),
  responds(
    '9112-3-3',
    'answers a target longer than it wants to parse with 414',
    request('GET', `/${'a'.repeat(1 << 20)}`),
    (response) => response.status === 414,
  ),
  answers(
    '9112-3-4',
    'takes request lines of 8000 octets',
    request('GET', `/?${'a'.repeat(7980)}`),
    ...[200, 404, 405],
  ),
  answers(
    '9112-3.1-1/a',
    'does not take a method in lower case for its namesake',
    request('get', '/'),
    400,
    405,
    501,
  ),
  refuses(
    '9112-3.1-1/b',
    'refuses a method that is no token',
    ['G@T', 'G(T', 'GE\x00T', 'G\xc9T', '"GET"'].map((method) => request(method, '/')),
    400,
  ),
  refuses(
    '9112-3.2-1',
    'refuses whitespace and control characters in a request target',
    ['/a b', '/a\tb', '/a\x00b', '/a\x01b', '/a\x7fb', '/a\x0bb'].map((target) =>
      request('GET', target),
    ),
    400,
  ),
  answers(
    '9112-3.2-2',
    'answers an invalid request line with 400, or 301',
    request('GET', '/a b'),
    400,
    301,
  ),
  each(
    '9112-3.2-3',
    'does not put an invalid request line right and serve it',
    [request('GET', '/ b'), request('GET', '/ b c'), request('GET', '/\tb')],
    async (wire) => {
      const response = await wire.readFinalResponse();
      const isClosed = response.status === 0 && wire.ending !== 'open';
      return saw(response.status >= 300 || isClosed, response);
    },
  ),
  answers('9112-3.2-7/a', 'answers HTTP/1.1 without Host with 400', `GET / HTTP/1.1${END}`, 400),
  answers('9112-3.2-7/b', 'asks for no Host in HTTP/1.0', `GET / HTTP/1.0${END}`, 200),
  answers(
    '9112-3.2-8',
    'answers a second Host with 400, even when it says the same',
    [get('Host: {host}'), get('Host: other.example'), get('X: y', 'hOST:')],
    400,
  ),
  answers(
    '9112-3.2-9/a',
    'answers an invalid Host with 400',
    [
      'a b',
      'a/b',
      'a@b',
      'a,b',
      'a:port',
      'a b/c',
      '[::1',
      'a?b',
      'a#b',
      'http://a',
      'a:80:80',
      'a\\b',
    ].map((host) => `GET / HTTP/1.1\r\nHost: ${host}${END}`),
    400,
  ),
  answers(
    '9112-3.2-9/b',
    'takes Host with a port, and a literal address',
    [`GET / HTTP/1.1\r\nHost: localhost:8080${END}`, `GET / HTTP/1.1\r\nHost: [::1]:8080${END}`],
    200,
  ),
  probe(
    '9112-3.2.2-4',
    'goes by the host of an absolute target, and ignores Host',
    `GET http://real.example/… with Host: other.example, to the reflector`,
    async (subject) => {
      const target = `{scheme}://real.example${subject.reflector}${reflection({ view: 1 })}`;
      const response = await ask(subject, `GET ${target} HTTP/1.1\r\nHost: other.example${END}`);
      const { host } = readView(response.content);
      const expected = 'the application sees the host real.example';
      return finding(host === 'real.example', expected, `${summaryOf(response)}, host ${host}`);
    },
    { needs: 'reflector' },
  ),
  answers(
    '9112-3.2.2-5',
    'takes a target in absolute form',
    request('GET', '{scheme}://{host}/'),
    200,
  ),
  answers(
    '9112-3.2.4-3/a',
    'refuses the target * for other methods than OPTIONS',
    [request('GET', '*'), request('POST', '*', 'Content-Length: 0')],
    400,
  ),
  answers(
    '9112-3.2.4-3/b',
    'knows the target * for OPTIONS',
    request('OPTIONS', '*'),
    200,
    204,
    404,
    405,
    501,
  ),
  probe(
    '9112-3.3-1',
    'may serve a request that names no host',
    'GET / HTTP/1.0 without Host',
    async (subject) => {
      const response = await ask(subject, `GET / HTTP/1.0${END}`);
      return offer(response.status === 200, 'served by the default site', summaryOf(response));
    },
  ),
];

export const statusLine: readonly Probe[] = [
  judges(
    '9112-4-2',
    'sends the space behind the status code even when no reason follows',
    reflect({ status: 299, reason: '' }),
    (response) => {
      const expected = 'HTTP/1.1 299, a space, and what reason there is';
      const isKept =
        response.status === 299 && !response.faults.some(({ clause }) => clause === '9112-4-2');
      return finding(isKept, expected, JSON.stringify(response.head.split('\r\n')[0]));
    },
    { needs: 'reflector' },
  ),
];
