/**
 * Text is UTF-8: what is valid arrives, what is not fails the connection.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-8.1 | RFC 6455 §8.1}
 * @module
 */

import type { Probe } from '../probe.ts';
import { happens, type Judgement, SERVER, serverProbes } from '../websocket-judgements.ts';
import type { Role, TableOf } from '../websocket-role.ts';
import { clientFrame, fragmented, inOctets, text } from '../websocket-wire.ts';
import { everyCut, everyOctet, everyPlace, everySplit, noticed } from './ill-formed.ts';

/** The first and the last code point of each row of the table of well-formed octets. @see RFC 3629 §4 */
const EDGES =
  '\u0000\u007f\u0080\u07ff\u0800\u0fff\u1000\ucfff\ud000\ud7ff\ue000\ufffd\uffff' +
  '\u{10000}\u{3ffff}\u{40000}\u{fffff}\u{100000}\u{10ffff}';

/** The last two code points of each plane, which are no characters, but may be sent. */
const NONCHARACTERS = Array.from({ length: 17 }, (_, plane) =>
  String.fromCodePoint(plane * 0x1_0000 + 0xfffe, plane * 0x1_0000 + 0xffff),
).join('');

export const utf8: readonly Probe[] = serverProbes(utf8Of(SERVER), {
  '6455-5.6-1': {
    'takes a text in two frames, wherever it is cut': cutAnywhere(EDGES),
    'takes code points that are no characters': happens(
      [clientFrame(0x81, Buffer.from(NONCHARACTERS))],
      [text(NONCHARACTERS)],
    ),
  },
  '6455-8.1-1': {
    'fails on every octet above 7F that has no continuation': everyOctet(),
    'fails on a text that ends inside a character, wherever that is': everyCut(),
    'fails on each kind of what is not UTF-8, wherever it stands': everyPlace(),
    'fails on each kind of what is not UTF-8, however it is split': everySplit(),
    'fails on a fragment that is not UTF-8, perhaps before the message is complete': noticed(
      '01 84 k 6180 6161',
      '80 81 k 61',
    ),
    'fails on a frame that is not UTF-8, perhaps before it is complete': noticed(
      '81 8a k f490 6161',
      '616161616161',
    ),
  },
});

/** What is asked of both roles. */
export function utf8Of<Peer>({ fails, frame, happens }: Role<Peer>): TableOf<Peer> {
  const edges = Buffer.from(EDGES);
  const failsOn = (octets: string) => fails([1007], frame(0x81, Buffer.from(octets, 'hex')));
  return {
    '6455-5.6-1': {
      'takes a character that is cut by the end of a frame': happens(
        ['01 82 k 48c3', '80 81 k a9'],
        [text('Hé')],
      ),
      'takes the first and last character of every length': happens(
        [frame(0x81, edges)],
        [text(EDGES)],
      ),
      'takes them in frames of one octet': happens([inOctets(edges, frame)], [text(EDGES)]),
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
      'fails on a message that ends inside a character': fails(
        [1007],
        '01 82 k 48e2',
        '80 81 k 82',
      ),
    },
  };
}

/** The text again and again, each time in two frames, cut one octet later. */
function cutAnywhere(content: string): Judgement {
  const octets = Buffer.from(content);
  const cuts = Array.from({ length: octets.length - 1 }, (_, index) => index + 1);
  const frames = cuts.flatMap((cut) =>
    fragmented(0x01, [octets.subarray(0, cut), octets.subarray(cut)]),
  );
  return happens(
    [Buffer.concat(frames)],
    cuts.map(() => text(content)),
  );
}
