/**
 * What clients of WebSocket do wrong, and the probes that have to find it.
 *
 * @module
 */

import { type OutgoingFrame, RIGHT, type Traits } from './traits.ts';

/** What is otherwise than in a right client. */
export type Fault = Partial<Traits>;

/**
 * The probes of clauses, or single probes, with spaces between; a client that …; and how it is one. Whose
 * fault is to say nothing is marked, since silence proves nothing of the others.
 */
export type Row = readonly [probes: string, fault: string, otherwise: Fault, manner?: 'silent'];

/** A client that sends another line in place of its own, or none. */
function line(name: string, ...others: readonly string[]): Fault {
  return {
    lines: (lines) => lines.flatMap((one) => (one.startsWith(name) ? others : [one])),
  };
}

/** A client whose addresses are taken apart in this way. */
function address(change: (text: string) => string | undefined): Fault {
  return {
    readAddress: (text) => {
      const changed = change(text);
      return changed === undefined ? undefined : RIGHT.readAddress(changed);
    },
  };
}

/** A client that asks for another target. */
function target(change: (text: string) => string): Fault {
  return {
    readAddress: (text) => {
      const read = RIGHT.readAddress(text.split('#', 1)[0]!);
      return read && { ...read, target: change(text.replace(/^.*?:\d+/, '')) };
    },
  };
}

/** A client that changes frames of a kind. */
function frames(
  suits: (frame: OutgoingFrame) => boolean,
  change: (frame: OutgoingFrame) => OutgoingFrame | undefined,
): Fault {
  return { frame: (frame) => (suits(frame) ? change(frame) : frame) };
}

const isData = ({ first }: OutgoingFrame) => first % 16 < 8;
const isControl = ({ first }: OutgoingFrame) => first % 16 >= 8;
const isPong = ({ first }: OutgoingFrame) => first % 16 === 10;

/** A client that gets messages wrong where they are like this. */
function mangles(suits: (payload: Buffer, opcode: number) => boolean): Fault {
  return {
    message: (opcode, payload) =>
      suits(payload, opcode) ? [opcode, Buffer.from('mangled')] : [opcode, payload],
  };
}

/** A client that does not look at some rules. */
function ignores(...rules: Traits['ignores']): Fault {
  return { ignores: rules };
}

/** A client that leaves with this code whatever is wrong. */
const SILENT: Fault = { failure: () => undefined };

let count = 0;

const ADDRESSES: readonly Row[] = [
  ['6455-3-2', 'knows wss in small letters only', address((text) => text.replace(/^WSS/, 'ws'))],
  ['6455-3-3', 'loses the query', target((text) => text.replace(/\?.*/, '') || '*')],
  ['6455-3-4', 'sends the fragment', target((text) => text)],
  ['6455-3-5', 'writes %23 as #', target((text) => text.replace('%23', '#'))],
  ['6455-4.1-2', 'takes any scheme for ws', address((text) => text.replace(/^ftp/, 'ws'))],
  ['6455-4.1-3 6455-4.1-4', 'opens connections at once', { atOnce: 99 }],
  ['6455-4.1-10', 'tries again at once', { comesBack: () => 1 }],
  ['6455-4.1-11 6455-10.6-1', 'talks without TLS', { usesTls: false }],
  ['6455-4.1-14 6455-11.1.2-1', 'does not say whom it wants', { namesHost: false }],
  ['6455-11.1.1-1', 'sends a path as it is', target((text) => decodeURI(text) || '/')],
];

const REQUESTS: readonly Row[] = [
  ['6455-4.1-8', 'asks for a tunnel', { lines: () => ['CONNECT 127.0.0.1:1 HTTP/1.1'] }],
  ['6455-4.1-15', 'sends no request', { lines: () => ['', 'no request'] }],
  ['6455-4.1-16', 'sends a line that is no field line', { lines: (all) => [...all, 'no colon'] }],
  [
    '6455-4.1-17',
    'asks by POST',
    { lines: ([first, ...rest]) => [first!.replace('GET', 'POST'), ...rest] },
  ],
  ['6455-4.1-18', 'leaves the query out', target((text) => text.replace(/\?.*/, '') || '/')],
  ['6455-4.1-19', 'leaves the port out of Host', line('Host', 'Host: 127.0.0.1')],
  ['6455-4.1-20', 'says no Upgrade', line('Upgrade')],
  ['6455-4.1-21', 'says keep-alive only', line('Connection', 'Connection: keep-alive')],
  ['6455-4.1-22', 'sends no key', line('Sec-WebSocket-Key')],
  [
    '6455-4.1-23',
    'sends a key of 15 octets',
    line('Sec-WebSocket-Key', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA'),
  ],
  ['6455-4.1-24', 'has one key for all connections', { key: () => 'AAAAAAAAAAAAAAAAAAAAAA==' }],
  ['6455-4.1-26', 'says Origin', { lines: (all) => [...all, 'Origin: http://localhost'] }],
  ['6455-4.1-27 6455-4.1-28', 'says no version', line('Sec-WebSocket-Version')],
  ['6455-4.1-28', 'speaks version 8', line('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 8')],
  ['6455-4.1-29', 'asks for no subprotocol', line('Sec-WebSocket-Protocol')],
  ['6455-4.1-30', 'asks for whatever it is told to', { takesProtocols: () => true }],
  ['6455-4.1-31 6455-9-1', 'offers no extension', { offer: undefined }],
  ['6455-4.1-32', 'sends a field more', { lines: (all) => [...all, 'X-More: 1'] }],
  ['6455-4.1-33', 'sends a frame before it is answered', { early: '\x81\x80\0\0\0\0' }],
  ['6455-4.3-2', 'says version 013', line('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 013')],
  [
    '6455-11.3.1-1',
    'sends its key twice',
    { lines: (all) => [...all, all.find((one) => one.startsWith('Sec-WebSocket-Key'))!] },
  ],
  [
    '6455-11.3.2-1 6455-9.1-3',
    'offers in two lines',
    { lines: (all) => [...all, 'Sec-WebSocket-Extensions: x-more'] },
  ],
  [
    '6455-11.3.4-1',
    'asks for subprotocols in two lines',
    line('Sec-WebSocket-Protocol', 'Sec-WebSocket-Protocol: a', 'Sec-WebSocket-Protocol: b'),
  ],
  [
    '6455-11.3.5-2',
    'sends its version twice',
    { lines: (all) => [...all, 'Sec-WebSocket-Version: 13'] },
  ],
];

/** Leaves whatever the answer is. */
const REFUSES: Fault = {
  key: () => 'AAAAAAAAAAAAAAAAAAAAAA==',
  lines: (all) =>
    all.map((one) => one.replace('AAAAAAAAAAAAAAAAAAAAAA==', 'BAAAAAAAAAAAAAAAAAAAAA==')),
};

const ANSWERS: readonly Row[] = [
  ['6455-4.1-34/client-a', 'takes no answer', REFUSES],
  ['6455-4.1-34/client-b', 'takes anything for a response', ignores('response')],
  ['6455-4.1-35', 'opens the connection on any status', ignores('status')],
  [
    '6455-4.1-36/client-a 6455-4.1-36/client-b 6455-4.1-36/client-c',
    'does not look at Upgrade',
    ignores('upgrade'),
  ],
  [
    '6455-4.1-36/client-d 6455-4.1-37/client-c 6455-4.1-38/client-e 6455-4.1-40/client-e',
    'takes no answer',
    REFUSES,
  ],
  [
    '6455-4.1-37/client-a 6455-4.1-37/client-b',
    'does not look at Connection',
    ignores('connection'),
  ],
  [
    '6455-4.1-38/client-a 6455-4.1-38/client-b 6455-4.1-38/client-c 6455-4.1-38/client-d',
    'wants no proof',
    ignores('accept'),
  ],
  ['6455-4.1-39/client-a 6455-4.1-39/client-b', 'takes any extension', ignores('offered', 'once')],
  [
    '6455-4.1-40/client-a 6455-4.1-40/client-b 6455-4.1-40/client-c 6455-4.1-40/client-d',
    'takes any subprotocol',
    ignores('protocol'),
  ],
  ['6455-4.1-41/client-a', 'takes HTTP/1.0', ignores('version')],
  ['6455-4.1-41/client-b', 'wants no single proof', ignores('accept')],
  ['6455-4.1-41/client-c 6455-4.1-41/client-d', 'takes any line', ignores('line')],
  ['6455-7.2.1-1', 'leaves TCP open', { leaves: 'never' }, 'silent'],
  ['6455-4.3-1/client-a 6455-9.1-8', 'takes no answer', REFUSES],
  ['6455-4.3-1/client-b', 'does not look at extensions', ignores('grammar', 'parameters')],
  [
    '6455-9-4',
    'offers a window of 7 bits',
    { offer: 'permessage-deflate; client_max_window_bits=7' },
  ],
  ['6455-9.1-1/client-a', 'offers without a name', { offer: 'permessage-deflate;;' }],
  [
    '6455-9.1-1/client-b 6455-9.1-1/client-c 6455-9.1-1/client-d 6455-9.1-1/client-e 6455-9.1-2',
    'does not look at extensions',
    ignores('grammar', 'offered', 'parameters', 'once'),
  ],
  ['6455-9.1-5', 'takes any parameter', ignores('parameters')],
];

const FRAMES: readonly Row[] = [
  [
    '6455-5.1-1 6455-5.2-5 6455-5.3-1 6455-6.1-6',
    'masks no Close',
    frames(isControl, (one) => ({ ...one, masks: false })),
  ],
  ['6455-5.1-5 6455-5.1-6', 'takes masked frames', ignores('masked')],
  ['6455-5.1-6', 'hangs up on masked frames', SILENT],
  ['6455-5.1-7', 'loses a message', mangles((payload) => `${payload}` === 'message 50')],
  ['6455-5.2-1', 'takes no message in one frame', mangles(() => true)],
  [
    '6455-5.2-2 6455-5.8-1 6455-9.1-6',
    'sets RSV1',
    frames(isData, (one) => ({ ...one, first: one.first | 0x40 })),
  ],
  ['6455-5.2-3', 'does not look at reserved bits', ignores('reserved')],
  ['6455-5.2-4', 'does not look at opcodes', ignores('opcode')],
  ['6455-5.2-6 6455-10.4-1', 'takes frames of any length', ignores('size'), 'silent'],
  [
    '6455-5.2-7/client-a',
    'writes lengths in 64 bits',
    frames(isData, (one) => ({ ...one, lengthBits: 64 })),
  ],
  [
    '6455-5.2-7/client-b 6455-5.2-7/client-c 6455-5.2-7/client-d 6455-5.2-7/client-e',
    'can not read such a length',
    mangles(({ length }) => length > 9),
  ],
  ['6455-5.2-8', 'takes lengths that are not minimal', ignores('shortest')],
  ['6455-5.2-9', 'takes no empty message', mangles(({ length }) => length === 0)],
  ['6455-5.3-2', 'has one masking key for all frames', { maskingKey: () => Buffer.of(1, 2, 3, 4) }],
  [
    '6455-5.3-2',
    'leaves half of its masking keys as it is',
    { maskingKey: () => Buffer.concat([RIGHT.maskingKey().subarray(0, 2), Buffer.of(0, 0)]) },
  ],
  ['6455-5.3-5', 'masks the fifth octet with the wrong one', mangles(({ length }) => length > 4)],
  [
    '6455-10.3-1',
    'counts its masking keys',
    {
      maskingKey: () => {
        const key = Buffer.alloc(4);
        key.writeUInt32BE((count++ * 0x01010101) % 2 ** 32);
        return key;
      },
    },
  ],
];

const MESSAGES: readonly Row[] = [
  [
    '6455-5.4-1 6455-5.4-3 6455-5.4-5 6455-5.4-7 6455-5.4-8 6455-5.4-9',
    'can not put fragments together',
    mangles(() => true),
  ],
  [
    '6455-5.4-7',
    'answers no Ping inside a message',
    { pong: (payload, { isInMessage }) => (isInMessage ? undefined : payload) },
  ],
  ['6455-5.4-2', 'takes a continuation of nothing', ignores('continuation')],
  [
    '6455-5.4-4 6455-5.5-2/client-b 6455-5.5-2/client-c',
    'takes control frames in fragments',
    ignores('control'),
  ],
  [
    '6455-5.5-2/client-a',
    'takes control frames in fragments',
    { ignores: ['control'], failure: () => Buffer.of(3, 232) },
  ],
  ['6455-5.4-6 6455-5.4-14', 'takes a message inside another', ignores('interleaved')],
  [
    '6455-5.6-1/client-a 6455-5.6-1/client-b 6455-5.6-1/client-c 6455-5.6-1/client-d',
    'takes ASCII only',
    mangles((payload, opcode) => opcode === 1 && payload.some((octet) => octet > 127)),
  ],
  ['6455-5.6-1/client-e 6455-8.1-1', 'takes text that is not UTF-8', ignores('utf-8')],
  ['6455-6.1-2 6455-6.1-7 6455-6.2-1 6455-6.2-4', 'sends something else back', mangles(() => true)],
  ['6455-6.1-3', 'sends whole frames', { frameSize: 2 ** 30 }],
  ['6455-6.1-4 6455-6.2-3', 'says text of everything', { message: (_, payload) => [1, payload] }],
  ['6455-6.1-5', 'sets no FIN', frames(isData, (one) => ({ ...one, first: one.first % 0x80 }))],
  [
    '6455-6.2-1/client-e 6455-5.5.2-4/client-a',
    'loses what comes with the answer',
    { losesRest: true },
    'silent',
  ],
];

const CONTROLS: readonly Row[] = [
  ['6455-5.5-1/client-a', 'takes long control frames', ignores('controlLength')],
  ['6455-5.5-1/client-b', 'takes long control frames', ignores('controlLength', 'close code')],
  ['6455-5.5-1/client-c', 'sends a long Pong', { pong: () => Buffer.alloc(126) }],
  ['6455-5.5-1/client-d', 'sends a Ping of 126 octets', { takesOrder: () => true }],
  [
    '6455-5.5-2/client-d',
    'sends control frames in fragments',
    frames(isPong, (one) => ({ ...one, first: 0x0a })),
  ],
  [
    '6455-5.5.2-1 6455-5.5.3-1/client-b 6455-5.5.3-1/client-c 6455-6.2-2',
    'sends an empty Pong',
    { pong: () => Buffer.alloc(0) },
  ],
  ['6455-5.5.3-1/client-a', 'sends a Pong with something in it', { pong: () => Buffer.of(1) }],
  [
    '6455-5.5.2-2 6455-5.5.2-3 6455-5.5.2-4',
    'sends a Pong with something else in it',
    { pong: () => Buffer.of(1) },
  ],
  [
    '6455-5.5.3-2',
    'answers the first Ping alone',
    { pong: (payload) => (payload[0] === 0 ? payload : undefined) },
  ],
  ['6455-5.5.3-3', 'closes on a Pong that it did not ask for', { failsOnPong: true }],
];

const CLOSING: readonly Row[] = [
  [
    '6455-5.5.1-1 6455-5.5.1-3 6455-5.5.1-7 6455-5.5.1-11 6455-7.1.1-1 6455-7.1.2-2',
    'answers with two Closes',
    { answerClose: (payload) => [payload.subarray(0, 2), payload.subarray(0, 2)] },
  ],
  ['6455-5.5.1-2', 'takes half a code', ignores('half a code')],
  ['6455-5.5.1-4', 'takes any reason', ignores('reason')],
  ['6455-5.5.1-6/client-a', 'reads on behind a Close', { readsOn: true }],
  ['6455-5.5.1-6/client-b 6455-6.1-1', 'sends behind its Close', { sendsBehindClose: true }],
  ['6455-5.5.1-8', 'takes its time to answer a Close', { closesAfter: 600 }],
  ['6455-5.5.1-10', 'answers each Close with 1000', { answerClose: () => [Buffer.of(3, 232)] }],
  ['6455-5.5.1-11 6455-7.1.2-2 6455-7.1.7-1', 'never closes TCP', { leaves: 'never' }],
  ['6455-5.5.1-13 6455-7.1.1-5', 'closes TCP before the server does', { leavesFirst: true }],
  ['6455-5.5.1-14 6455-7.1.1-6', 'never closes TCP', { leaves: 'never' }],
  ['6455-5.5.1-15', 'never closes TCP', { leaves: 'never' }],
  [
    '6455-7.1.2-1 6455-7.4-1',
    'loses the reason',
    frames(
      ({ first }) => first === 0x88,
      (one) => ({ ...one, payload: one.payload.subarray(0, 2) }),
    ),
  ],
  ['6455-7.1.7-1', 'does not look at frames, nor at text', ignores('opcode', 'utf-8')],
  ['6455-7.1.7-7', 'reads on behind a fault', { readsOn: true }],
  ['6455-7.1.7-8 6455-7.2.1-3 6455-7.3-2', 'closes when nothing happens', { idle: 100 }],
  ['6455-7.2.1-2', 'stays when the server has left', { leaves: 'never' }, 'silent'],
  [
    '6455-7.2.3-1 6455-7.2.3-4',
    'comes back sooner each time',
    { comesBack: (round) => 400 / 2 ** round },
  ],
  ['6455-7.2.3-2', 'comes back at once', { comesBack: () => 0 }],
];

const CODES: readonly Row[] = [
  ['6455-7.1.7-5 6455-7.4.1-3 6455-10.4-2 6455-10.7-3', 'does not say why it fails', SILENT],
  [
    '6455-7.4.1-1 6455-7.4.2-3/client-a 6455-7.4.2-3/client-b 6455-7.4.2-3/client-c 6455-7.4.2-3/client-d',
    'answers with 1002',
    { answerClose: () => [Buffer.of(3, 234), Buffer.of(3, 234)] },
  ],
  [
    '6455-7.4.1-4/client-a 6455-7.4.1-5/client-a 6455-7.4.1-6/client-a 6455-7.4.2-1/client-a 6455-7.4.2-1/client-b 6455-7.4.2-1/client-c 6455-7.4.2-1/client-d 6455-7.4.2-2 6455-7.4.2-3/client-e 6455-7.4.2-3/client-f',
    'takes any code',
    ignores('close code'),
  ],
  [
    '6455-7.4.1-4/client-b 6455-7.4.1-5/client-b 6455-7.4.1-6/client-b 6455-7.4.2-1/client-e',
    'sends any code',
    { takesOrder: () => true },
  ],
  ['6455-10.7-1', 'stays whatever comes', { leaves: 'never', failure: () => undefined }, 'silent'],
];

const COMPRESSION: readonly Row[] = [
  ['7692-5-1', 'calls it something else', { offer: 'deflate-message' }],
  [
    '7692-5-2',
    'offers it twice',
    { offer: 'permessage-deflate; client_max_window_bits, permessage-deflate' },
  ],
  ['7692-5-4 7692-7.2.2-8', 'remembers 512 octets', mangles(({ length }) => length > 512)],
  [
    '7692-5-5',
    'says how large its window is',
    { offer: 'permessage-deflate; client_max_window_bits=12' },
  ],
  ['7692-5-10', 'compresses twice', ignores('once')],
  ['7692-5-14', 'takes any extension', ignores('offered')],
  ['7692-5.1-1 7692-7-5 7692-7-6 7692-7-7 7692-7-8', 'takes any parameters', ignores('parameters')],
  [
    '7692-7.1.1.1-1',
    'offers that the server begins anew',
    { offer: 'permessage-deflate; server_no_context_takeover' },
  ],
  [
    '7692-7.1.1.2-1',
    'offers to begin anew',
    { offer: 'permessage-deflate; client_no_context_takeover' },
  ],
  ['7692-7.1.1.2-3 7692-7.2.1-9', 'keeps what it was told to forget', { heeds: false }],
  [
    '7692-7.1.2.1-1',
    'offers a window of the server',
    { offer: 'permessage-deflate; server_max_window_bits=10' },
  ],
  [
    '7692-7.1.2.1-2/client-a',
    'offers a window of 16 bits',
    { offer: 'permessage-deflate; server_max_window_bits=16' },
  ],
  ['7692-7.1.2.1-2/client-b', 'takes no answer', REFUSES],
  ['7692-7.1.2.2-1', 'says nothing of its window', { offer: 'permessage-deflate' }],
  [
    '7692-7.1.2.2-2',
    'says that its window is of 08 bits',
    { offer: 'permessage-deflate; client_max_window_bits=08' },
  ],
  [
    '7692-5-15 7692-6-1 7692-6.1-6 7692-6.2-1 7692-6.2-2 7692-7.2.1-2 7692-7.2.1-3 7692-7.2.1-4 7692-7.2.1-6 7692-7.2.2-1',
    'can not inflate',
    mangles(() => true),
  ],
  ['7692-6.1-2', 'sets no RSV1', frames(isData, (one) => ({ ...one, first: one.first & ~0x40 }))],
  [
    '7692-6.1-3',
    'sets RSV1 on control frames',
    frames(isControl, (one) => ({ ...one, first: one.first | 0x40 })),
  ],
  [
    '7692-6.1-4',
    'sets RSV1 on continuation frames',
    frames(isData, (one) => ({ ...one, first: one.first | 0x40 })),
  ],
  [
    '7692-6.1-5',
    'lets RSV1 stand anywhere',
    { ignores: ['reserved'], answerClose: () => [Buffer.alloc(0)] },
  ],
  ['7692-6.1-7', 'takes text that is not UTF-8', ignores('utf-8')],
  ['7692-7.2.1-1', 'leaves the end where it is', { keepsTail: true }],
  [
    '7692-7.2.1-7',
    'leaves the last octets of each fragment away',
    frames(
      ({ first, payload }) => first < 0x80 && payload.length > 4,
      (one) => ({ ...one, payload: one.payload.subarray(0, -4) }),
    ),
  ],
  [
    '7692-6.1-1 7692-7.2.1-8',
    'sends what can not be inflated',
    frames(isData, (one) => ({ ...one, payload: Buffer.alloc(one.payload.length, 0xff) })),
  ],
  ['7692-7.2.1-10', 'begins each message anew', { deflates: 'anew' }],
  ['7692-7.2.1-14', 'uses a window of any size', { heeds: false }],
  ['7692-7.2.2-2', 'takes what is not DEFLATE', ignores('deflate', 'utf-8')],
  ['7692-7.2.2-4 7692-7.2.3.2-1', 'forgets what came before', { window: 1 }],
];

export const ROWS: readonly Row[] = [
  ...ADDRESSES,
  ...REQUESTS,
  ...ANSWERS,
  ...FRAMES,
  ...MESSAGES,
  ...CONTROLS,
  ...CLOSING,
  ...CODES,
  ...COMPRESSION,
];
