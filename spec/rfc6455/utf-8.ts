/**
 * Text is UTF-8: what is valid arrives, what is not fails the connection.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-8.1 | RFC 6455 §8.1}
 * @module
 */

import type { Probe } from '../probe.ts';
import { fails, happens, type Judgement, serverProbes } from '../websocket-judgements.ts';
import { clientFrame, text } from '../websocket-wire.ts';

/** The first and the last code point of each row of the table of well-formed octets. @see RFC 3629 §4 */
const EDGES =
  '\u0000\u007f\u0080\u07ff\u0800\u0fff\u1000\ucfff\ud000\ud7ff\ue000\ufffd\uffff' +
  '\u{10000}\u{3ffff}\u{40000}\u{fffff}\u{100000}\u{10ffff}';

export const utf8: readonly Probe[] = serverProbes({
  '6455-5.6-1': {
    'takes a character that is cut by the end of a frame': happens(
      ['01 82 k 48c3', '80 81 k a9'],
      [text('Hé')],
    ),
    'takes the first and last character of every length': happens(
      [clientFrame(0x81, Buffer.from(EDGES))],
      [text(EDGES)],
    ),
    'takes them in frames of one octet': happens([inOctets(Buffer.from(EDGES))], [text(EDGES)]),
    'keeps a byte order mark': happens(['81 84 k efbbbf61'], [text('\ufeffa')]),
    'fails on a text that is not UTF-8': fails([1007], '81 81 k ff'),
  },
  '6455-8.1-1': {
    'fails on an octet that never occurs': failsOn('ff'),
    'fails on a continuation without a start': failsOn('80'),
    'fails on a start without its continuation': failsOn('c361'),
    'fails on a surrogate': failsOn('eda080'),
    'fails on a pair of surrogates': failsOn('eda080edb080'),
    'fails on a NUL in two octets': failsOn('c080'),
    'fails on a slash in two octets': failsOn('c0af'),
    'fails on a slash in three octets': failsOn('e080af'),
    'fails on a slash in four octets': failsOn('f08080af'),
    'fails on what is above U+10FFFF': failsOn('f4908080'),
    'fails on a sequence of five octets': failsOn('f888808080'),
    'fails on a sequence of six octets': failsOn('fc8480808080'),
    'fails on a text whose last character is cut': failsOn('48c3'),
    'fails on what is wrong only across two frames': fails([1007], '01 81 k ed', '80 82 k a080'),
    'fails on a message that ends inside a character': fails([1007], '01 82 k 48e2', '80 81 k 82'),
  },
});

/** One text frame with these octets. */
function failsOn(octets: string): Judgement {
  return fails([1007], clientFrame(0x81, Buffer.from(octets, 'hex')));
}

/** A text in frames of one octet each. */
function inOctets(octets: Uint8Array): Buffer {
  const last = octets.length - 1;
  return Buffer.concat(
    Array.from(octets, (octet, index) =>
      clientFrame((index === last ? 0x80 : 0) + (index === 0 ? 1 : 0), Buffer.of(octet)),
    ),
  );
}
