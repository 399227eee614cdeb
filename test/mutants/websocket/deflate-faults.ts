/**
 * What a server can do wrong with compression.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692 | RFC 7692}
 * @module
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { faultsOfOffer } from '../../../spec/models/permessage-deflate.ts';
import { deflated, inflated, TAIL, withFinalBlock } from './deflate.ts';
import {
  acceptsOffer,
  agrees,
  type Fault,
  is,
  isControl,
  isData,
  type Row,
  refuses,
  sends,
  sets,
} from './fault.ts';
import { RIGHT } from './script.ts';

const EXTENSIONS = 'Sec-WebSocket-Extensions';

/** Takes windows of 256 octets, and makes larger ones. */
const TAKES_ANY_WINDOW: Fault = {
  isAcceptable: (offer) => faultsOfOffer(offer).length === 0,
  agrees: () => [],
};

/** Faults in what is agreed on. @see RFC 7692 §5 and §7.1 */
export const negotiationFaults: readonly Row[] = [
  ['7692-5-3', 'takes the last offer', { chooses: (offers) => offers.toReversed() }],
  [
    '7692-5-6',
    'says a parameter twice',
    sets(EXTENSIONS, (value) => `${value}; server_no_context_takeover; server_no_context_takeover`),
  ],
  ['7692-5-6', 'names the extension twice', sets(EXTENSIONS, (value) => `${value}, ${value}`)],
  [
    '7692-5-7 7692-5-8 7692-7-4 7692-7.1.1.1-2 7692-7.1.2.1-3',
    'does not say what it was asked for',
    TAKES_ANY_WINDOW,
  ],
  [
    '7692-7.1.2.1-3',
    'answers a window with a larger one',
    agrees(['server_max_window_bits', '11']),
  ],
  [
    '7692-5-9',
    'accepts two extensions that use RSV1',
    sets(EXTENSIONS, (value) => `${value}, permessage-bzip2`),
  ],
  ['7692-5-13 7692-7-1/a 7692-7-1/b', 'does not look at parameters', { isAcceptable: () => true }],
  [
    '7692-7-1/c',
    'refuses a handshake with an unknown parameter',
    refuses('sec-websocket-extensions', (values) => values.join().includes('foo')),
  ],
  ['7692-7-1/c', 'looks at the first offer alone', { chooses: ([first]) => [first!] }],
  ...[
    ...['7', '16', '08', 'abc', '0', '100'].map((bits) => `server_max_window_bits=${bits}`),
    'server_max_window_bits',
    'client_max_window_bits=0',
    'client_max_window_bits=16',
    'server_no_context_takeover=1',
    'client_no_context_takeover=true',
  ].map((parameter, index) => accepting(`7692-7-2/${'abcdefghijk'[index]}`, parameter)),
  accepting('7692-7-3/a', 'server_no_context_takeover; server_no_context_takeover'),
  accepting('7692-7-3/b', 'server_max_window_bits=10; server_max_window_bits=11'),
  [
    '7692-7.1.1.1-3',
    'does not know server_no_context_takeover',
    { isAcceptable: (offer) => !offer.some(([name]) => name === 'server_no_context_takeover') },
  ],
  [
    '7692-7.1.1.1-4',
    'answers with server_no_context_takeover unasked',
    agrees(['server_no_context_takeover', undefined]),
  ],
  [
    '7692-7.1.1.2-2',
    'answers with client_no_context_takeover unasked',
    agrees(['client_no_context_takeover', undefined]),
  ],
  [
    '7692-7.1.2.1-2',
    'writes a window with a zero before it',
    agrees(['server_max_window_bits', '015']),
  ],
  [
    '7692-7.1.2.1-4',
    'answers with server_max_window_bits unasked',
    agrees(['server_max_window_bits', '15']),
  ],
  [
    '7692-7.1.2.2-3 7692-7.1.2.2-5',
    'answers with client_max_window_bits unasked',
    agrees(['client_max_window_bits', '15']),
  ],
  [
    '7692-7.1.2.2-4',
    'answers with client_max_window_bits and no value',
    agrees(['client_max_window_bits', undefined]),
  ],
];

/** Takes what is no DEFLATE for an empty message. */
const INFLATES_ANYTHING: Fault = {
  inflates: (payload, connection) => {
    try {
      return RIGHT.inflates(payload, connection);
    } catch {
      return Buffer.of();
    }
  },
};

/** Fails on some payloads that it should take. */
function minds(isMinded: (payload: Uint8Array) => boolean): Fault {
  return {
    inflates: (payload, connection) => {
      if (isMinded(payload)) throw new RangeError('a fault of the script');
      return RIGHT.inflates(payload, connection);
    },
  };
}

/** Remembers nothing of the messages that it has inflated. */
const FORGETS: Fault = {
  inflates: (payload, { incoming }) => inflated(payload, { ...incoming!, before: Buffer.of() }),
};

/** Lets all messages into the window of those that were inflated. */
const REMEMBERS_ALL: Fault = {
  message: (opcode, content, connection) => {
    const { incoming } = connection;
    if (incoming) incoming.before = Buffer.concat([incoming.before, content]);
    RIGHT.message(opcode, content, connection);
  },
};

/** Sets RSV1 on frames that must not have it. */
function setsRsv1(isMeant: (frame: { opcode: number }) => boolean): Fault {
  return sends(isMeant, () => ({ reserved: 4 }));
}

/**
 * A block, in the codes of RFC 1951 §3.2.6, that refers back by distance code 30, which no window of
 * 32,768 octets has; and the end of an empty one.
 */
const TOO_FAR = Buffer.concat([inBits(`010${'0000001'}${'11110'}${'0'.repeat(14)}0000000`), TAIL]);

/** Faults in compressed messages. @see RFC 7692 §6 and §7.2 */
export const deflateFaults: readonly Row[] = [
  [
    '7692-5-15',
    'takes no compressed message when it has accepted to',
    { mindsFrame: ({ reserved }) => reserved === 4 },
  ],
  [
    '7692-6-1 7692-6.2-2',
    'inflates every message',
    { sees: (header) => ([1, 2].includes(header.opcode) ? { ...header, reserved: 4 } : header) },
  ],
  ['7692-6.1-1', 'sets no RSV1', sends(isData, () => ({ reserved: 0 }))],
  [
    '7692-6.1-1',
    'sets RSV1 on a message that it does not compress',
    { deflates: (message) => Buffer.concat([message, TAIL]) },
  ],
  ['7692-6.1-2', 'sets RSV1 on every message', setsRsv1(isData)],
  [
    '7692-6.1-2',
    'deflates without saying so',
    sends(
      ({ opcode, reserved }) => opcode === 1 && reserved === 0,
      ({ payload }) => ({ payload: deflateRawSync(payload) }),
    ),
  ],
  ['7692-6.1-3', 'sets RSV1 on control frames', setsRsv1(isControl)],
  ['7692-6.1-4', 'sets RSV1 on continuation frames', setsRsv1(is(0))],
  [
    '7692-6.1-5/a 7692-6.1-5/b 7692-6.1-5/c',
    'does not look where RSV1 is set',
    { overlooks: (fault) => fault === 'reserved bit' },
  ],
  [
    '7692-6.1-6',
    'takes every compressed message for text',
    { sees: (header) => (header.reserved === 4 ? { ...header, opcode: 1 } : header) },
  ],
  [
    '7692-6.1-7',
    'does not look at texts that it has inflated',
    { isText: (octets, message) => message.isCompressed || RIGHT.isText(octets, message) },
  ],
  [
    '7692-6.2-1/a 7692-6.2-1/b 7692-6.2-1/e',
    'inflates the last fragment alone',
    { assembles: (fragments) => fragments.at(-1)! },
  ],
  ['7692-7.2.1-1', 'sends the end of the last block', { fragments: (blocks) => [blocks] }],
  [
    '7692-7.2.1-2',
    'inflates up to the first empty block',
    {
      inflates: (payload, connection) => {
        const end = Buffer.from(payload).indexOf(TAIL);
        return RIGHT.inflates(end === -1 ? payload : payload.subarray(0, end), connection);
      },
    },
  ],
  ['7692-7.2.1-3', 'knows no stored blocks', minds(([first]) => (first! & 6) === 0)],
  ['7692-7.2.1-4', 'takes no BFINAL', minds(([first]) => (first! & 1) === 1)],
  ['7692-7.2.1-4', 'inflates nothing behind BFINAL', inflatesUntilFinal],
  [
    '7692-7.2.1-5',
    'fills up a last block with ones',
    { deflates: (message) => withFinalBlock(message, 1) },
  ],
  ['7692-7.2.1-6', 'takes no empty message', minds(({ length }) => length === 1)],
  [
    '7692-7.2.1-7',
    'leaves four octets away of every fragment',
    { fragments: (blocks) => RIGHT.fragments(blocks).map((piece) => piece.subarray(0, -4)) },
  ],
  ['7692-7.2.1-8', 'refers back further than 32,768 octets', { deflates: () => TOO_FAR }],
  [
    '7692-7.2.1-12',
    'refers to messages before though it said that it would not',
    {
      deflates: (message, { outgoing }) =>
        deflated(message, Object.assign(outgoing!, { takesOver: true })),
    },
  ],
  [
    '7692-7.2.1-13',
    'refers to no other message',
    { deflates: (message, { outgoing }) => deflated(message, { ...outgoing!, takesOver: false }) },
  ],
  [
    '7692-7.2.1-16 7692-6.2-1/c 7692-6.2-1/d',
    'refers as far back as it likes',
    {
      deflates: (message, { outgoing }) =>
        deflated(message, Object.assign(outgoing!, { windowBits: 15 })),
    },
  ],
  [
    '7692-7.2.2-1',
    'inflates without the octets that were left away',
    { inflates: (payload) => inflateRawSync(payload) },
  ],
  ['7692-7.2.2-2/a 7692-7.2.2-2/b', 'takes what is no DEFLATE', INFLATES_ANYTHING],
  ['7692-7.2.2-6/a 7692-7.2.2-6/b', 'forgets what it has inflated', FORGETS],
  [
    '7692-7.2.2-10',
    'keeps 16,384 octets to refer to',
    {
      inflates: (payload, { incoming }) =>
        inflated(payload, Object.assign(incoming!, { windowBits: 14 })),
    },
  ],
  ['7692-7.2.3.2-1', 'lets plain messages into the window', REMEMBERS_ALL],
];

/** Accepts an offer with these parameters. */
function accepting(probe: string, parameters: string): Row {
  return [probe, `accepts ${parameters}`, acceptsOffer(parameters)];
}

/** Can inflate no more messages once there was a last block. */
function inflatesUntilFinal(): Fault {
  let isOver = false;
  return {
    inflates: (payload, connection) => {
      if (isOver) return Buffer.of();
      isOver = (payload[0]! & 1) === 1;
      return RIGHT.inflates(payload, connection);
    },
  };
}

/** Octets of bits as DEFLATE packs them: from the lowest of each octet on. @see RFC 1951 §3.1.1 */
function inBits(bits: string): Buffer {
  const groups = bits.match(/.{1,8}/g)!.map((group) => [...group].reverse().join(''));
  return Buffer.from(groups.map((group) => Number.parseInt(group, 2)));
}
