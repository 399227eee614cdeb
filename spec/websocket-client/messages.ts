/**
 * Messages, in one frame or in several, however TCP delivers them, and the text that is in them.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.4 | RFC 6455 §5.4, §5.6, §6, §8.1}
 * @module
 */

import { finding, offer, type Probe } from '../probe.ts';
import { listed } from '../websocket-judgements.ts';
import { binary, octetsOf, text } from '../websocket-wire.ts';
import { fails, happens, serverFrame, serves } from './judgements.ts';
import { type ClientJudgement, clientProbes, type WebSocketClientSubject } from './subject.ts';

const HELLO = '81 05 48656c6c6f';

/** The first and the last code point of each row of the table of well-formed octets. @see RFC 3629 §4 */
const EDGES =
  '\u0000\u007f\u0080\u07ff\u0800\u0fff\u1000\ucfff\ud000\ud7ff\ue000\ufffd\uffff' +
  '\u{10000}\u{3ffff}\u{40000}\u{fffff}\u{100000}\u{10ffff}';

export const messages: readonly Probe<WebSocketClientSubject>[] = clientProbes({
  '6455-5.4-1': {
    'puts a text together from two frames': happens(
      ['01 03 48656c', '80 02 6c6f'],
      [text('Hello')],
    ),
    'puts a binary message together from three frames in one segment': happens(
      ['02 01 01 00 01 02 80 01 03'],
      [binary(Buffer.of(1, 2, 3))],
    ),
  },
  '6455-5.4-2': {
    'fails on a last fragment that continues nothing': fails([1002], '80 00'),
    'fails on a fragment that continues nothing': fails([1002], '00 00'),
    'fails on a fragment behind a control frame that continues nothing': fails(
      [1002],
      '8a 00 80 01 61',
    ),
  },
  '6455-5.4-3': {
    'takes a Pong between two fragments': happens(
      ['01 03 48656c', '8a 00', '80 02 6c6f'],
      [text('Hello')],
    ),
  },
  '6455-5.4-4': {
    'fails on a fragmented Ping': fails([1002], '09 00'),
  },
  '6455-5.4-5': {
    'puts 100 fragments together in their order': fragments(100),
  },
  '6455-5.4-6': {
    'fails on a message that begins inside another': fails([1002], '01 01 61', '81 01 62'),
    'fails on a fragmented message that begins inside another': fails(
      [1002],
      '01 01 61',
      '01 01 62',
    ),
  },
  '6455-5.4-7': {
    'answers a Ping before the message around it is complete': answersInside(),
  },
  '6455-5.4-8': {
    'takes empty fragments: the first, one between, and the last': happens(
      ['01 00', '00 03 48656c', '00 00', '00 02 6c6f', '80 00'],
      [text('Hello')],
    ),
  },
  '6455-5.4-9': {
    'makes the same of a text in one frame and in two': happens(
      [HELLO, '01 01 48', '80 04 656c6c6f'],
      [text('Hello'), text('Hello')],
    ),
  },
  '6455-5.4-14': {
    'fails on a binary frame inside a text message': fails([1002], '01 01 61', '82 01 62'),
    'fails on a text frame inside a binary message': fails([1002], '02 01 61', '81 01 62'),
  },
  '6455-5.6-1': {
    'takes a character that is cut by the end of a frame': happens(
      ['01 02 48c3', '80 01 a9'],
      [text('Hé')],
    ),
    'takes the first and last character of every length': happens(
      [serverFrame(0x81, Buffer.from(EDGES))],
      [text(EDGES)],
    ),
    'takes them in frames of one octet': happens([inOctets(Buffer.from(EDGES))], [text(EDGES)]),
    'keeps a byte order mark': happens(['81 04 efbbbf61'], [text('\ufeffa')]),
    'fails on a text that is not UTF-8': fails([1007], '81 01 ff'),
  },
  '6455-6.1-2': {
    'wraps a message in frames': happens([HELLO], [text('Hello')]),
  },
  '6455-6.1-3': {
    'may send a long message in several frames': mayFragment(2 ** 20),
  },
  '6455-6.1-4': {
    'says in the opcode whether it is text or binary': happens(
      ['81 01 61', '82 01 61'],
      [text('a'), binary(Buffer.from('a'))],
    ),
  },
  '6455-6.1-5': {
    'sets FIN on the last frame of a message': happens(
      [HELLO, HELLO],
      [text('Hello'), text('Hello')],
    ),
  },
  '6455-6.1-7': {
    'transmits what it has formed': happens(['82 03 010203'], [binary(Buffer.of(1, 2, 3))]),
  },
  '6455-6.2-1': {
    'takes a frame octet by octet': happens(octetByOctet(HELLO), [text('Hello')]),
    'takes a frame cut at any place': cutAnywhere(HELLO),
    'takes a long header octet by octet': happens(
      [...octetByOctet('82 7e 007e'), Buffer.alloc(126)],
      [binary(Buffer.alloc(126))],
    ),
    'takes 50 frames in one segment': happens(
      [HELLO.repeat(50)],
      Array.from({ length: 50 }, () => text('Hello')),
    ),
    'takes a frame in the segment of the answer': happens([], [text('Hello')], { early: HELLO }),
  },
  '6455-6.2-3': {
    'takes the type of a message from its opcode': happens(
      ['82 05 48656c6c6f', HELLO],
      [binary(Buffer.from('Hello')), text('Hello')],
    ),
  },
  '6455-6.2-4': {
    'begins a new message behind a complete one': happens(
      [`${HELLO} 82 01 00 01 01 61 80 01 62 ${HELLO}`],
      [text('Hello'), binary(Buffer.of(0)), text('ab'), text('Hello')],
    ),
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
    'fails on what is wrong only across two frames': fails([1007], '01 01 ed', '80 02 a080'),
    'fails on a message that ends inside a character': fails([1007], '01 02 48e2', '80 01 82'),
  },
});

/** A text of so many frames of one octet each. */
function fragments(count: number): ClientJudgement {
  const content = Array.from({ length: count }, (_, index) => index % 10).join('');
  return happens([inOctets(Buffer.from(content))], [text(content)]);
}

/** The Pong has to come while the message is still incomplete, and the message whole behind it. */
function answersInside(): ClientJudgement {
  const expected = listed(['pong 70696e67', text('Hello')]);
  return serves(['01 03 48656c', '89 04 70696e67'], expected, {}, async (talk) => {
    const happened = await talk.take(1);
    await talk.send('80 02 6c6f');
    happened.push(...(await talk.take(1)));
    return finding(listed(happened) === expected, expected, listed(happened));
  });
}

/** Whether a message of so many octets comes back in more than one frame; it has to come back whole. */
function mayFragment(length: number): ClientJudgement {
  const payload = Buffer.alloc(length, 'octets ');
  const expected = 'the message in several frames, or in one';
  return serves([serverFrame(0x82, payload)], expected, {}, async (talk) => {
    const happening = await talk.next();
    if (happening !== binary(payload)) return finding(false, expected, happening);
    return offer(talk.frames.length > 1, expected, `${talk.frames.length} frames`);
  });
}

function octetByOctet(frame: string): Uint8Array[] {
  return Array.from(octetsOf(frame), (octet) => Buffer.of(octet));
}

/** The frame again and again, each time in two segments, cut one octet later. */
function cutAnywhere(frame: string): ClientJudgement {
  const octets = octetsOf(frame);
  const cuts = Array.from({ length: octets.length - 1 }, (_, index) => index + 1);
  const segments = cuts.flatMap((cut) => [octets.subarray(0, cut), octets.subarray(cut)]);
  return happens(
    segments,
    cuts.map(() => text('Hello')),
  );
}

/** One text frame with these octets. */
function failsOn(octets: string): ClientJudgement {
  return fails([1007], serverFrame(0x81, Buffer.from(octets, 'hex')));
}

/** A text in frames of one octet each. */
function inOctets(octets: Uint8Array): Buffer {
  const last = octets.length - 1;
  return Buffer.concat(
    Array.from(octets, (octet, index) =>
      serverFrame((index === last ? 0x80 : 0) + (index === 0 ? 1 : 0), Buffer.of(octet)),
    ),
  );
}
