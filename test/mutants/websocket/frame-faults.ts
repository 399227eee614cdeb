/**
 * What a server can do wrong with frames and messages.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5 | RFC 6455 §5, §6 and §8.1}
 * @module
 */

import { isUtf8 } from 'node:buffer';

import { readUtf8 } from '../../../spec/models/utf8.ts';
import type { Connection } from './connection.ts';
import { type Fault, is, isData, type Row, sends, takesText } from './fault.ts';
import { RIGHT } from './script.ts';

/** Puts messages together in another way. */
const RETURNS_LAST: Fault = { assembles: (fragments) => fragments.at(-1)! };

/** Reads a length whose first bit is set as one that is less than nothing. */
const READS_SIGNED: Fault = {
  sees: (header) =>
    header.length >= 2 ** 63 ? { ...header, length: 0, lengthBits: 7 as const } : header,
};

/** Faults in frames that are right. @see RFC 6455 §5.2 and §5.3 */
export const framingFaults: readonly Row[] = [
  [
    '6455-5.1-2/a 6455-5.1-2/b',
    'takes frames that are not masked',
    { overlooks: (fault) => fault === 'not masked by a client' },
  ],
  ['6455-5.1-4', 'masks its frames', sends(isData, () => ({ isMasked: true }))],
  ['6455-5.1-7', 'takes no message while it sends another', takesTurns],
  [
    '6455-5.2-1 6455-6.1-5',
    'takes no text in a single frame',
    { mindsFrame: ({ opcode, fin }) => opcode === 1 && fin },
  ],
  ['6455-5.2-2', 'sets RSV2', sends(isData, () => ({ reserved: 2 }))],
  ['6455-5.2-2', 'sets RSV3 in Pongs', sends(is(10), () => ({ reserved: 1 }))],
  ['6455-5.8-1', 'sets RSV1 without compression', sends(isData, () => ({ reserved: 4 }))],
  [
    '6455-5.2-3/a 6455-5.2-3/b 6455-5.2-3/c 6455-5.2-3/d 6455-5.2-3/e 6455-5.2-3/f',
    'does not look at reserved bits',
    { overlooks: (fault) => fault === 'reserved bit' },
  ],
  ['6455-5.2-4/u', 'takes any opcode', { overlooks: (fault) => fault === 'reserved opcode' }],
  [
    '6455-5.2-7/f 6455-5.2-7/g',
    'loses the last octet of what is very long',
    sends(
      ({ payload }) => payload.length > 2 ** 22,
      ({ payload }) => ({ payload: payload.subarray(0, -1) }),
    ),
  ],
  ['6455-5.2-6/a 6455-5.2-6/b', 'reads lengths as signed numbers', READS_SIGNED],
  [
    '6455-5.2-6/a',
    'waits for any number of octets',
    { overlooks: (fault) => /length|long/.test(fault) },
    'silent',
  ],
  [
    '6455-5.2-7/a',
    'writes short lengths in 16 bits',
    sends(
      ({ payload }) => payload.length < 126,
      () => ({ lengthBits: 16 }),
    ),
  ],
  [
    '6455-5.2-7/a',
    'writes lengths of 16 bits in 64',
    sends(
      ({ payload }) => payload.length > 125,
      () => ({ lengthBits: 64 }),
    ),
  ],
  [
    '6455-5.2-8/a 6455-5.2-8/b 6455-5.2-8/c',
    'takes lengths in more octets than they need',
    { overlooks: (fault) => fault === 'length not in its shortest form' },
  ],
  [
    '6455-5.2-9 6455-5.3-5/a',
    'takes no empty message',
    { mindsFrame: ({ opcode, length }) => opcode === 1 && length === 0 },
  ],
  [
    '6455-5.3-5/b 6455-5.3-5/c 6455-5.3-5/d 6455-5.3-5/f 6455-5.3-5/g 6455-5.3-5/h 6455-5.3-5/j',
    'leaves the octets behind the last whole four masked',
    { unmasks: (payload, key) => unmaskedTo(payload, key, payload.length & ~3) },
  ],
  [
    '6455-5.3-5/e 6455-5.3-5/i',
    'unmasks fours from their end',
    { unmasks: (payload, key) => RIGHT.unmasks(payload, key.toReversed()) },
  ],
  [
    '6455-6.2-7',
    'unmasks no binary message',
    { sees: (header) => (is(2)(header) ? { ...header, maskingKey: new Uint8Array(4) } : header) },
  ],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(takesOpcode),
  ...[125, 126, 65_535, 65_536].map(mindsLength),
];

/** Faults with messages in several frames. @see RFC 6455 §5.4 */
export const fragmentationFaults: readonly Row[] = [
  [
    '6455-5.4-1/a 6455-5.4-1/b 6455-5.4-1/c 6455-5.4-1/d 6455-5.4-9',
    'returns only the last fragment of a message',
    RETURNS_LAST,
  ],
  [
    '6455-5.4-2/a 6455-5.4-2/c',
    'takes a continuation of nothing for a message',
    { overlooks: (fault) => fault === 'continuation of nothing' },
  ],
  [
    '6455-5.4-2/b',
    'lets a message begin with a continuation',
    { overlooks: (fault) => fault === 'continuation of nothing' },
    'silent',
  ],
  [
    '6455-5.4-3 6455-5.5.1-7/c',
    'takes no control frame inside a message',
    { mindsFrame: ({ opcode }, { message }) => opcode >= 8 && message !== undefined },
  ],
  [
    '6455-5.4-5',
    'puts fragments together from the last to the first',
    { assembles: (fragments) => Buffer.concat(fragments.toReversed()) },
  ],
  [
    '6455-5.4-5',
    'takes no more than 64 fragments',
    { mindsFrame: (_, { message }) => (message?.fragments.length ?? 0) >= 64 },
  ],
  [
    '6455-5.4-6/a 6455-5.4-14/a 6455-5.4-14/b',
    'takes every frame inside a message for a fragment of it',
    { overlooks: (fault) => fault === 'message within a message' },
  ],
  [
    '6455-5.4-6/b',
    'takes the beginning of a message inside another for a fragment',
    { overlooks: (fault) => fault === 'message within a message' },
    'silent',
  ],
  ['6455-5.4-7', 'answers Pings only between messages', answersBetweenMessages],
  ['6455-5.5.2-3', 'answers no Ping inside a message', answersBetweenMessages, 'silent'],
  [
    '6455-5.4-8',
    'takes no empty fragment',
    { mindsFrame: ({ opcode, length, fin }) => length === 0 && (opcode === 0 || !fin) },
  ],
  ['6455-6.1-3', 'takes no message of 1 MiB', { limit: () => 2 ** 20 - 1 }],
];

/** Faults with control frames. @see RFC 6455 §5.5 */
export const controlFaults: readonly Row[] = [
  [
    '6455-5.5-1/a 6455-5.5-1/b',
    'takes control frames of any length',
    { overlooks: (fault) => fault === 'control frame too long' },
  ],
  [
    '6455-5.5-1/c',
    'returns more than there was in a Ping of 125 octets',
    sends(
      ({ opcode, payload }) => opcode === 10 && payload.length === 125,
      () => ({ payload: Buffer.alloc(126), lengthBits: 16 }),
    ),
  ],
  ['6455-5.5-1/d', 'sends Pings of any length', { maxPing: 1_024 }],
  [
    '6455-5.4-4 6455-5.5-2/a 6455-5.5-2/b',
    'takes fragments of control frames',
    { overlooks: (fault) => fault === 'fragment of a control frame' },
  ],
  [
    '6455-5.5-2/c',
    'takes fragments of Pongs',
    { overlooks: (fault) => fault === 'fragment of a control frame' },
    'silent',
  ],
  ['6455-5.5-2/d', 'sends Pongs without FIN', sends(is(10), () => ({ fin: false }))],
  [
    '6455-5.5.2-1 6455-5.5.3-1/b 6455-5.5.3-1/c',
    'returns no octet of a Ping',
    { ping: (_, connection) => connection.send(10, Buffer.of()) },
  ],
  [
    '6455-5.5.3-1/a',
    'returns an octet of its own to an empty Ping',
    { ping: (payload, connection) => connection.send(10, Buffer.concat([payload, Buffer.of(0)])) },
  ],
  [
    '6455-5.5.3-1/c 6455-5.5.3-1/d',
    'returns 124 octets of a Ping at most',
    { ping: (payload, connection) => connection.send(10, payload.subarray(0, 124)) },
  ],
  [
    '6455-5.5.2-2/a 6455-5.5.2-2/b 6455-5.5.2-2/c 6455-5.5.2-2/d',
    'answers a Ping with a Ping',
    { ping: (payload, connection) => connection.send(9, payload) },
  ],
  ['6455-5.5.2-2/a', 'answers no Ping', { ping: () => {} }, 'silent'],
  [
    '6455-5.5.2-2/b 6455-6.2-1/a 6455-6.2-1/b 6455-6.2-1/c 6455-6.2-1/e 6455-6.2-1/f',
    'takes no frame that comes in pieces',
    { waits: (connection) => connection.script.fails(1002, connection) },
  ],
  [
    '6455-5.5.2-4/a',
    'takes no Ping before there was a message',
    { mindsFrame: ({ opcode }, { messages }) => opcode === 9 && messages === 0 },
  ],
  [
    '6455-5.5.2-4/b',
    'takes no Ping behind a message',
    { mindsFrame: ({ opcode }, { messages }) => opcode === 9 && messages > 0 },
  ],
  [
    '6455-5.5.3-2',
    'answers the first of several Pings',
    { ping: (payload, connection) => connection.frames === 1 && connection.send(10, payload) },
  ],
  ['6455-5.5.3-3', 'takes no Pong', { mindsFrame: is(10) }],
  [
    '6455-6.2-2',
    'answers a Pong with a Pong',
    { pong: (payload, connection) => connection.send(10, payload) },
  ],
];

/** Faults with texts. @see RFC 6455 §8.1 */
export const textFaults: readonly Row[] = [
  [
    '6455-5.6-1/a 6455-5.6-1/c 6455-5.6-1/f',
    'looks at each fragment of a text by itself',
    { isText: (_, { fragments }) => fragments.every((one) => readUtf8(one) !== undefined) },
  ],
  [
    '6455-5.6-1/b 6455-5.6-1/c',
    'knows no character of four octets',
    { isText: (octets) => octets.every((octet) => octet < 0xf0) && RIGHT.isText(octets, NONE) },
  ],
  [
    '6455-5.6-1/g',
    'takes no code point that is no character',
    { isText: (octets) => !Buffer.from(octets).includes('\u{10ffff}') && isUtf8(octets) },
  ],
  [
    '6455-5.6-1/d',
    'drops a byte order mark',
    {
      message: (opcode, content, connection) =>
        connection.application(opcode, content[0] === 0xef ? content.subarray(3) : content),
    },
  ],
  ['6455-5.6-1/e 6455-8.1-1/t 6455-8.1-1/u', 'takes anything for a text', { isText: () => true }],
  ['6455-8.1-1/a', 'takes octets that never occur', takesText('ff')],
  ['6455-8.1-1/b', 'takes a continuation without a start', takesText('80')],
  ['6455-8.1-1/c', 'takes a start without its continuation', takesText('c361')],
  ['6455-8.1-1/d', 'takes a surrogate', takesText('eda080')],
  ['6455-8.1-1/e', 'takes pairs of surrogates', takesText('eda080edb080')],
  ['6455-8.1-1/f', 'takes a NUL in two octets', takesText('c080')],
  ['6455-8.1-1/g', 'takes a slash in two octets', takesText('c0af')],
  ['6455-8.1-1/h', 'takes a slash in three octets', takesText('e080af')],
  ['6455-8.1-1/i', 'takes a slash in four octets', takesText('f08080af')],
  ['6455-8.1-1/j', 'takes what is above U+10FFFF', takesText('f4908080')],
  ['6455-8.1-1/k', 'takes sequences of five octets', takesText('f888808080')],
  ['6455-8.1-1/l', 'takes sequences of six octets', takesText('fc8480808080')],
  ['6455-8.1-1/m', 'takes a text whose last character is cut', takesText('48c3')],
  ['6455-8.1-1/p', 'takes FE for a character', takesText('fe')],
  [
    '6455-8.1-1/q',
    'leaves a character away that is cut by the end of the text',
    {
      isText: (octets) => [0, 1, 2, 3].some((cut) => isUtf8(octets.subarray(0, -cut || undefined))),
    },
  ],
  ['6455-8.1-1/r', 'takes U+007F in two octets', takesText('c1bf')],
  [
    '6455-8.1-1/r',
    'does not look how a text ends',
    { isText: (octets) => isUtf8(octets.subarray(0, -6)) },
  ],
  [
    '6455-8.1-1/n 6455-8.1-1/o 6455-8.1-1/s',
    'does not look at texts in several frames',
    { isText: (octets, message) => message.fragments.length > 1 || RIGHT.isText(octets, message) },
  ],
];

/** Faults in how messages are sent and received. @see RFC 6455 §6 */
export const messageFaults: readonly Row[] = [
  [
    '6455-6.1-2',
    'sends each octet of a text as a message',
    {
      sends: (frame) =>
        is(1)(frame)
          ? [...frame.payload].map((one) => ({ ...frame, payload: Buffer.of(one) }))
          : [frame],
    },
  ],
  ['6455-6.1-4', 'sends everything as text', sends(is(2), () => ({ opcode: 1 }))],
  ['6455-6.1-5', 'sets no FIN', sends(isData, () => ({ fin: false }))],
  [
    '6455-6.1-7',
    'transmits all octets but the last',
    sends(isData, ({ payload }) => ({ payload: payload.subarray(0, -1) })),
  ],
  ['6455-6.2-1/d 6455-6.2-4', 'reads one frame of each segment', { readsOn: () => false }],
  [
    '6455-6.2-1/g',
    'loses the 1,000th message',
    {
      message: (opcode, content, connection) =>
        RIGHT.message(opcode, connection.messages < 1_000 ? content : Buffer.of(), connection),
    },
  ],
  [
    '6455-6.2-3',
    'takes everything for text',
    { sees: (header) => (is(2)(header) ? { ...header, opcode: 1 } : header) },
  ],
];

/** Takes a reserved opcode for that of data. */
function takesOpcode(opcode: number, index: number): Row {
  const [alone, inside] = [
    'abcdefghijklmnopqrst'[2 * index],
    'abcdefghijklmnopqrst'[2 * index + 1],
  ];
  return [
    `6455-5.2-4/${alone} 6455-5.2-4/${inside}`,
    `takes opcode ${opcode}`,
    { overlooks: (fault, header) => fault === 'reserved opcode' && header.opcode === opcode },
  ];
}

/** Fails on a frame of just so many octets. */
function mindsLength(length: number, index: number): Row {
  return [
    `6455-5.2-7/${'bcde'[index]}`,
    `fails on a length of ${length} octets`,
    { mindsFrame: (header) => header.isWhole && header.length === length },
  ];
}

/** The payload, whose first octets are unmasked. */
function unmaskedTo(payload: Buffer, maskingKey: Uint8Array, length: number): Buffer {
  const first = RIGHT.unmasks(payload.subarray(0, length), maskingKey);
  return Buffer.concat([first, payload.subarray(length)]);
}

/** Returns a message after a while, and loses those that come in between. */
function takesTurns(): Fault {
  const busy = new WeakSet<Connection>();
  return {
    message: (opcode, content, connection) => {
      if (busy.has(connection)) return;
      busy.add(connection);
      setTimeout(() => {
        busy.delete(connection);
        connection.application(opcode, content);
      }, 20);
    },
  };
}

/** Keeps the Pongs that are due inside a message until it is complete. */
function answersBetweenMessages(): Fault {
  const due = new Map<Connection, Uint8Array>();
  return {
    ping: (payload, connection) => {
      if (connection.message === undefined) RIGHT.ping(payload, connection);
      else due.set(connection, payload);
    },
    message: (opcode, content, connection) => {
      RIGHT.message(opcode, content, connection);
      const payload = due.get(connection);
      if (payload !== undefined) RIGHT.ping(payload, connection);
      due.delete(connection);
    },
  };
}

/** A message of which nothing is known. */
const NONE = { opcode: 1, isCompressed: false, fragments: [], length: 0 };
