/** The length of a message body. @see RFC 9112 §6.3 */

import {
  ask,
  chunked,
  each,
  echoes,
  get,
  isEcho,
  isPlain,
  judges,
  post,
  probe,
  refusedOrAwaited,
  refuses,
  responds,
  saw,
  withEnding,
} from '../http-probe.ts';
import { summaryOf } from '../models/response.ts';
import { type Finding, finding, offer, type Probe, type Subject } from '../probe.ts';
import { BOTH, coded, HELLO } from './body.ts';

/** A POST to the echo with these Content-Length values, and five octets behind it. */
function measured(...lengths: readonly string[]): string {
  return post(
    lengths.map((length) => `Content-Length: ${length}`),
    'hello',
  );
}

export const bodyLength: readonly Probe[] = [
  responds(
    '9112-6.3-4',
    'goes by Transfer-Encoding where both framing fields are, or refuses',
    post(BOTH, HELLO),
    (response) => isEcho(response) || response.status === 400,
  ),
  refuses(
    '9112-6.3-6',
    'answers a Transfer-Encoding that does not end in chunked with 400 and closes',
    [
      'gzip',
      'chunked, identity',
      'chunked, gzip',
      'xchunked',
      'chunkedx',
      'identity',
      '"chunked"',
    ].map((coding) => coded(coding)),
    400,
  ),
  echoes(
    '9112-6.3-7/a',
    'compares the names of transfer codings without case',
    [coded('CHUNKED'), coded('ChunKed')],
    'hello',
  ),
  refuses(
    '9112-6.3-7/b',
    'reads all lines of Transfer-Encoding as one list',
    [coded('chunked', 'identity'), coded('chunked', 'gzip')],
    400,
  ),
  refuses(
    '9112-6.3-8',
    'answers an invalid Content-Length with 400 and closes',
    [
      ...[
        '+5',
        '-1',
        '0x5',
        '5 5',
        '5;',
        '',
        '1e1',
        '5,6',
        '5.0',
        'five',
        '5\x005',
        '\xb2',
        '5_0',
      ].map((length) => measured(length)),
      measured('5', '6'),
      measured('6', '5'),
    ],
    400,
  ),
  probe(
    '9112-6.3-9',
    'may take a repeated Content-Length, when all its values are one',
    'Content-Length: 5, 5; two lines of 5',
    (subject) => judgeRepeatedLength(subject),
  ),
  probe(
    '9110-8.6-10',
    'may refuse a repeated Content-Length, or take it for one',
    'Content-Length: 5, 5; two lines of 5',
    (subject) => judgeRepeatedLength(subject),
  ),
  each(
    '9112-6.3-12',
    'takes a body that is cut short for no request',
    [post(['Content-Length: 10'], 'abc'), chunked('5\r\nhel'), chunked('5\r\nhello\r\n')],
    async (wire) => {
      wire.end();
      const response = await wire.readFinalResponse();
      const ends = await wire.endsHere();
      const isCut = response.status === 0 && wire.ending !== 'open';
      const isRefused = (response.status === 400 || response.status === 408) && ends;
      return { holds: isCut || isRefused, received: withEnding(response, wire) };
    },
  ),
  each(
    '9112-6.3-13',
    'reads no body where no framing field is',
    post([], '') + get(),
    async (wire, subject) => {
      const first = await wire.readFinalResponse();
      const second = await wire.readFinalResponse();
      return saw(first.status !== 0 && isPlain(subject, second.content), second);
    },
  ),
  judges('9112-6.3-15', 'may ask for a Content-Length', chunked(HELLO), (response) => {
    return offer(response.status === 411, '411, or the content', summaryOf(response));
  }),
  each(
    '9110-8.6-8/a',
    'reads a large Content-Length for what it is: it refuses, or waits for as much',
    ['18446744073709551621', '9007199254740993', `1${'0'.repeat(400)}5`].map((length) =>
      measured(length),
    ),
    (wire, subject) => refusedOrAwaited(wire, subject.patience, [400, 413]),
  ),
  responds(
    '9110-8.6-8/b',
    'reads a Content-Length with leading zeros as the number it is, or refuses it',
    measured(`${'0'.repeat(30)}5`),
    (response) => isEcho(response) || response.status === 400,
  ),
];

/** Both forms of a repeated length: taken as that length, or refused, never read another way. */
async function judgeRepeatedLength(subject: Subject): Promise<Finding> {
  const forms = [measured('5, 5'), measured('5', '5')];
  const responses = [];
  for (const form of forms) responses.push(await ask(subject, form));
  const received = responses.map(summaryOf).join('; ');
  const expected = 'a body of 5 octets, or 400';
  const accepted = responses.filter((response) => response.content.toString() === 'hello');
  const refused = responses.filter(({ status }) => status === 400);
  if (accepted.length + refused.length < 2) return finding(false, expected, received);
  return offer(accepted.length > 0, expected, received);
}
