/** The chunked transfer coding. @see RFC 9112 §7 */

import {
  ask,
  chunked,
  each,
  echoes,
  fill,
  get,
  post,
  probe,
  reflect,
  refusedOrAwaited,
  refuses,
  request,
  responds,
  saw,
} from '../http-probe.ts';
import { summaryOf } from '../models/response.ts';
import { finding, offer, type Probe } from '../probe.ts';
import { readView, reflection } from '../reflector.ts';

const LAST = '0\r\n\r\n';
const EXTENSION = `;x=${'a'.repeat(16_000)}`;

/** A POST of "hello" whose chunk-size line is this. */
function sized(line: string): string {
  return chunked(`${line}\r\nhello\r\n${LAST}`);
}

export const chunks: readonly Probe[] = [
  echoes(
    '9112-7-1',
    'compares the names of transfer codings without case',
    post(['transfer-encoding: cHuNkEd'], `5\r\nhello\r\n${LAST}`),
    'hello',
  ),
  echoes(
    '9112-7.1-1/a',
    'reads a chunk-size in upper and lower case and with leading zeros',
    ['A', 'a', '000a', '0000000000000A'].map((size) => chunked(`${size}\r\n0123456789\r\n${LAST}`)),
    '0123456789',
  ),
  echoes(
    '9112-7.1-1/b',
    'ends the content at any chunk of size zero, and joins the chunks before it',
    [chunked('2\r\nhe\r\n3\r\nllo\r\n0000\r\n\r\n'), chunked(`1\r\nh\r\n4\r\nello\r\n${LAST}`)],
    'hello',
  ),
  refuses(
    '9112-7.1-2',
    'refuses a malformed chunk-size',
    ['0x5', '5 5', ' 5', '-5', '+5', '', 'g', '5g', '5,', '5\x00', '\xb5', '5\r', '5_'].map(sized),
    400,
  ),
  refuses(
    '9112-7.1-2/b',
    'refuses a chunk-size line that ends in LF alone',
    [
      chunked(`5\nhello\r\n${LAST}`),
      chunked('5\r\nhello\r\n0\n\r\n'),
      chunked('5\r\nhello\r\n0\n\n'),
    ],
    400,
  ),
  refuses(
    '9112-7.1-3',
    'refuses chunk-data with anything but CRLF behind it',
    [
      chunked(`5\r\nhelloXX${LAST}`),
      chunked(`5\r\nhello\n${LAST}`),
      chunked(`5\r\nhello\r${LAST}`),
      chunked(`5\r\nhello${LAST}`),
      chunked(`5\r\nhello!\r\n${LAST}`),
    ],
    400,
  ),
  each(
    '9112-7.1-4',
    'neither wraps nor rounds a large chunk-size: it refuses, or waits for as much',
    [
      'FFFFFFFFFFFFFFFF',
      '10000000000000005',
      '20000000000001',
      '80000000',
      '100000005',
      'F'.repeat(400),
    ].map((size) => chunked(`${size}\r\nhello\r\n${LAST}`)),
    (wire, subject) => refusedOrAwaited(wire, subject.patience, [400, 413]),
  ),
  refuses(
    '9112-7.1-5',
    'refuses parameters on the chunked coding',
    [post(['Transfer-Encoding: chunked;q=1'], `5\r\nhello\r\n${LAST}`)],
    400,
    501,
  ),
  probe(
    '9112-7.1-6/b',
    'ends a streamed response with the last chunk, and one that was given up without it',
    'streamed responses of the reflector, one of them given up',
    async (subject) => {
      const whole = await ask(subject, reflect({ stream: 3, body: 'abcdef' }));
      const cut = await ask(subject, reflect({ stream: 3, body: 'abcdef', abort: 1 }));
      const isWhole = whole.faults.length === 0 && whole.content.toString() === 'abcdef';
      const isCut = cut.status !== 200 || cut.faults.some(({ clause }) => clause === '9112-7.1-6');
      const expected = 'abcdef and the last chunk; no last chunk when given up';
      const received = `${whole.framing}: ${whole.content}; given up: ${summaryOf(cut)}, ${cut.content}`;
      return finding(isWhole && isCut, expected, received);
    },
    { needs: 'reflector' },
  ),
  echoes(
    '9112-7.1.1-1/a',
    'ignores chunk extensions that it does not know',
    ['5;a=b;c="d";e', '5;a', '5;a="b;c\\"d"', '5;a=b'].map(sized),
    'hello',
  ),
  refuses(
    '9112-7.1.1-2/a',
    'refuses chunk extensions that are large altogether',
    chunked(`1${EXTENSION}\r\nh\r\n`.repeat(64)),
    400,
    413,
    431,
  ),
  refuses(
    '9112-7.1.1-2/b',
    'refuses CR and LF in chunk extensions',
    [
      chunked(`5;a\nhello\r\n${LAST}`),
      chunked(`5;a="\r\nhello\r\n${LAST}`),
      chunked(`5;\rhello\r\n${LAST}`),
      chunked(`5;a=\rb\r\nhello\r\n${LAST}`),
      chunked(`5;a="\n"\r\nhello\r\n${LAST}`),
    ],
    400,
  ),
  probe(
    '9112-7.1.2-1',
    'may keep trailer fields or drop them, but reads them as a trailer section',
    'a chunked POST with a trailer field, then GET /',
    async (subject) => {
      const octets = chunked('5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n') + get();
      const wire = await subject.connect();
      await wire.send(fill(octets, subject));
      const first = await wire.readFinalResponse();
      const second = await wire.readFinalResponse();
      const expected = 'hello, then the answer to the next request';
      const isRead = first.content.toString() === 'hello' && second.status === 200;
      if (!isRead) return finding(false, expected, `${summaryOf(first)}; ${summaryOf(second)}`);
      return offer(true, expected, 'the trailer section was read');
    },
  ),
  probe(
    '9112-7.1.2-3',
    'keeps trailer fields apart from the header fields',
    'trailer fields Authorization, Host and X-T, to the reflector',
    (subject) => judgeTrailers(subject),
    { needs: 'reflector' },
  ),
  probe(
    '9110-6.5.1-2',
    'does not merge trailer fields into the header section',
    'trailer fields Authorization, Host and X-T, to the reflector',
    (subject) => judgeTrailers(subject),
    { needs: 'reflector' },
  ),
  each(
    '9112-7.1.2-3/b',
    'is not led by framing fields in a trailer section',
    ['Content-Length: 0', 'Transfer-Encoding: chunked', 'Connection: close'].map(
      (field) => chunked(`5\r\nhello\r\n0\r\n${field}\r\n\r\n`) + get(),
    ),
    async (wire) => {
      const first = await wire.readFinalResponse();
      if (first.status === 400) return saw(await wire.endsHere(), first);
      const second = await wire.readFinalResponse();
      return saw(first.content.toString() === 'hello' && second.status === 200, second);
    },
  ),
  refuses(
    '9112-7.2-1',
    'refuses parameters on a compression coding',
    post(['Transfer-Encoding: gzip;x=1, chunked'], `5\r\nhello\r\n${LAST}`),
    400,
    501,
  ),
  echoes(
    '9110-5.6.3-3',
    'takes bad whitespace out of a chunk extension before it reads it',
    ['5 ; a = b', '5;a =b', '5\t;\ta'].map(sized),
    'hello',
  ),
  responds(
    '9110-5.6.4-1',
    'takes a quoted-pair for the octet behind the backslash: a quotation mark in it ends nothing',
    ['5;a="\\""', '5;a="\\";b=\\\\"', '5;a="\\b"'].map(sized),
    (response) => response.status === 200 && response.content.toString() === 'hello',
  ),
];

async function judgeTrailers(subject: Parameters<Probe['judge']>[0]) {
  const target = `{reflector}${reflection({ view: 1 })}`;
  const fields = ['Transfer-Encoding: chunked', 'Trailer: X-T'];
  const trailers = 'Authorization: Basic eA==\r\nHost: evil.example\r\nX-T: 1';
  const octets = `${request('POST', target, ...fields)}5\r\nhello\r\n0\r\n${trailers}\r\n\r\n`;
  const response = await ask(subject, octets);
  const expected = 'none of them among the header fields that the application sees, or 400';
  if (response.status === 400) return finding(true, expected, summaryOf(response));
  const { host, fields: seen } = readView(response.content);
  const merged = seen.filter(([name, value]) =>
    name === 'host' ? value.includes('evil') : name === 'authorization' || name === 'x-t',
  );
  const isApart = response.status === 200 && merged.length === 0 && !host.includes('evil');
  return finding(isApart, expected, `${summaryOf(response)}, merged: ${JSON.stringify(merged)}`);
}
