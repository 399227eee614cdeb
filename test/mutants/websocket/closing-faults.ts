/**
 * What a server can do wrong at the end of a connection.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7 | RFC 6455 §5.5.1, §7 and §10}
 * @module
 */

import type { Socket } from 'node:net';

import { type Fault, is, late, type Row, sends } from './fault.ts';
import { closePayload } from './frames.ts';
import { RIGHT } from './script.ts';

/** Later than soon. */
const LATE = 500;

/** Hangs up where it should say why it fails the connection. */
const HANGS_UP: Fault = {
  fails: (_, connection) => {
    connection.isOver = true;
    connection.script.ends(connection);
  },
};

/** Says that it fails the connection, and goes on. */
const GOES_ON: Fault = {
  fails: (code, connection) => connection.send(8, closePayload(code)),
};

/** Begins a message that never ends where it should fail the connection. */
const FLOODS: Fault = {
  fails: (_, connection) => {
    connection.isOver = true;
    connection.socket.write(Buffer.concat([Buffer.of(0x01, 0x00), Buffer.alloc(100_002)]));
  },
};

/** Answers each Close, and reads on behind it. */
const READS_ON: Fault = {
  close: (payload, connection) => connection.send(8, payload),
};

/** Faults in the closing handshake. @see RFC 6455 §5.5.1 and §7.1 */
export const closingFaults: readonly Row[] = [
  [
    '6455-5.5.1-1',
    'takes no Close without a code',
    { mindsFrame: ({ opcode, length }) => opcode === 8 && length === 0 },
  ],
  ['6455-5.5.1-2', 'takes half a code', { overlooks: (fault) => fault === 'half a close code' }],
  [
    '6455-5.5.1-3/a 6455-5.5.1-3/b',
    'takes no reason',
    { mindsFrame: ({ opcode, length }) => opcode === 8 && length > 2 },
  ],
  [
    '6455-5.5.1-3/b 6455-5.5.1-3/c',
    'takes reasons of 122 octets at most',
    { mindsFrame: ({ opcode, length }) => opcode === 8 && length > 124 },
  ],
  [
    '6455-5.5.1-4/a 6455-5.5.1-4/b 6455-5.5.1-4/c',
    'takes a reason that is not UTF-8',
    { overlooks: (fault, { opcode }) => fault === 'text not UTF-8' && opcode === 8 },
  ],
  ['6455-5.5.1-6/a 6455-5.5.1-7/b', 'goes on behind a Close', READS_ON],
  [
    '6455-5.5.1-6/b',
    'lets its application send behind its Close',
    { ...READS_ON, isMute: () => false },
  ],
  [
    '6455-5.5.1-7/a',
    'sends two Closes',
    { sends: (frame) => (is(8)(frame) ? [frame, frame] : [frame]) },
  ],
  ['6455-5.5.1-7/a', 'answers no Close', { close: () => {} }, 'silent'],
  [
    '6455-5.5.1-8',
    'takes its time to answer a Close',
    {
      close: (payload, connection) =>
        late(LATE, () => RIGHT.close(payload, connection))(connection),
    },
  ],
  ['6455-5.5.1-9', 'drops a message when a Close comes behind it', { message: () => {} }],
  [
    '6455-5.5.1-10',
    'answers every Close with 1000',
    { close: (_, connection) => RIGHT.close(closePayload(1000), connection) },
  ],
  [
    '6455-5.5.1-11 6455-5.5.1-12 6455-7.1.1-3 6455-7.1.1-4 6455-7.1.2-2 6455-7.1.7-3/a 6455-7.1.7-3/b',
    'leaves it to the client to close TCP',
    { ends: () => {} },
  ],
  [
    '6455-5.5.1-12 6455-7.1.1-3 6455-7.1.1-4',
    'takes its time to close TCP',
    { ends: late(LATE, RIGHT.ends) },
  ],
  [
    '6455-7.1.1-1',
    'resets the connection',
    { ends: late(50, ({ socket }) => (socket as Socket).resetAndDestroy()) },
  ],
  ['6455-7.1.7-7/a 6455-7.1.7-7/b 6455-7.1.7-7/c 6455-10.7-1', 'reads on behind a fault', GOES_ON],
  ['6455-7.1.7-3/a', 'sends fragments for ever in place of failing', FLOODS],
  ['6455-10.7-1', 'serves nobody once there was a fault', servesUntilFault],
];

/** Codes that may come. Who fails on 1002 answers what who takes it answers. */
const TAKEN: readonly number[] = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011];

/** Faults in close codes. @see RFC 6455 §7.4 */
export const closeCodeFaults: readonly Row[] = [
  [
    '6455-7.1.7-5/a 6455-7.1.7-5/b 6455-7.1.7-5/c 6455-7.4.1-3/a 6455-7.4.1-3/b 6455-10.4-2/a 6455-10.7-3 6455-5.1-3',
    'hangs up on faults',
    HANGS_UP,
  ],
  [
    '6455-7.1.7-5/a 6455-7.4.1-3/a 6455-10.4-2/a 6455-10.7-3',
    'says of every fault that all is well',
    { fails: (_, connection) => RIGHT.fails(1000, connection) },
  ],
  [
    '6455-7.4.1-3/b 6455-10.4-2/b',
    'says 1008 of what is too big',
    { fails: (code, connection) => RIGHT.fails(code === 1009 ? 1008 : code, connection) },
  ],
  [
    '6455-7.4.1-3/c',
    'says of a fault of its application that all is well',
    { fails: (code, connection) => RIGHT.fails(code === 1011 ? 1000 : code, connection) },
  ],
  [
    '6455-7.4.1-4/b 6455-7.4.1-5/b 6455-7.4.1-6/b 6455-7.4.2-1/e',
    'lets its application close with any code',
    { maySendCode: () => true },
  ],
  ...rows('6455-7.4.1-1', 'abcdefghi', TAKEN, hangsUpOn),
  ...rows(
    '6455-7.4.1-1',
    'abdefghi',
    TAKEN.filter((code) => code !== 1002),
    refusesCode,
  ),
  [
    '6455-7.4.2-2/g',
    'answers a code that it does not know with 1008',
    {
      close: (payload, connection) =>
        RIGHT.close(codeIn(payload) === 1013 ? closePayload(1008) : payload, connection),
    },
  ],
  ...rows('6455-7.4.2-2', 'g', [1013], refusesCode),
  ...rows('6455-7.4.1-1', 'j', [1011], refusesCode),
  ...rows('6455-7.4.2-1', 'f', [404], takesCode),
  ...rows('6455-7.4.2-2', 'f', [1099], takesCode),
  ...rows('6455-7.4.2-3', 'g', [4096], refusesCode),
  ...rows('6455-7.4.2-3', 'h', [32_768], takesCode),
  ...rows('6455-7.4.2-3', 'abcd', [3000, 3999, 4000, 4999], refusesCode),
  ...rows('6455-7.4.1-4', 'a', [1005], takesCode),
  ...rows('6455-7.4.1-5', 'a', [1006], takesCode),
  ...rows('6455-7.4.1-6', 'a', [1015], takesCode),
  ...rows('6455-7.4.2-1', 'abcd', [0, 1, 500, 999], takesCode),
  ...rows('6455-7.4.2-2', 'abcde', [1004, 1016, 1100, 2000, 2999], takesCode),
  ...rows('6455-7.4.2-3', 'ef', [5000, 65_535], takesCode),
];

/** Faults with what its application wants. @see RFC 6455 §7.1.2 and §10.4 */
export const applicationFaults: readonly Row[] = [
  [
    '6455-5.5.1-15',
    'answers a Close when it has sent one',
    {
      close: (payload, connection) => {
        connection.send(8, payload);
        connection.script.ends(connection);
      },
    },
  ],
  ['6455-6.1-1', 'sends what its application says behind its Close', { isMute: () => false }],
  [
    '6455-7.1.2-1 6455-7.4-1',
    'leaves the reason of its application out',
    sends(is(8), ({ payload }) => ({ payload: payload.subarray(0, 2) })),
  ],
  [
    '6455-7.1.2-1 6455-7.3-1 6455-7.4.1-2',
    'closes with 1000, whatever its application says',
    sends(is(8), () => ({ payload: closePayload(1000) })),
  ],
  ['6455-7.2.2-1', 'goes on when its application gives up', { terminates: () => {} }, 'silent'],
  [
    '6455-7.2.2-1',
    'says in a Close that there was none',
    { terminates: (connection) => connection.send(8, closePayload(1006)) },
  ],
  [
    '6455-10.4-1/a 6455-10.4-1/b',
    'waits for 2^40 octets',
    { overlooks: (fault) => fault === 'message too long' },
    'silent',
  ],
  [
    '6455-10.4-2/b',
    'limits frames, but not messages',
    { overlooks: (fault, { length }) => fault === 'message too long' && length <= 1_024 },
    'silent',
  ],
];

/** A row for each code, of the probe with its letter. */
function rows(
  clause: string,
  letters: string,
  codes: readonly number[],
  rowOf: (probe: string, code: number) => Row,
): Row[] {
  return codes.map((code, index) => rowOf(`${clause}/${letters[index]}`, code));
}

function hangsUpOn(probe: string, code: number): Row {
  const close: Fault['close'] = (payload, connection) =>
    codeIn(payload) === code ? HANGS_UP.fails!(code, connection) : RIGHT.close(payload, connection);
  return [probe, `hangs up on code ${code}`, { close }];
}

function refusesCode(probe: string, code: number): Row {
  const isCloseCode: Fault['isCloseCode'] = (one) => one !== code && RIGHT.isCloseCode(one);
  return [probe, `takes no code ${code}`, { isCloseCode }];
}

function takesCode(probe: string, code: number): Row {
  const isCloseCode: Fault['isCloseCode'] = (one) => one === code || RIGHT.isCloseCode(one);
  return [probe, `takes code ${code}`, { isCloseCode }];
}

function codeIn(payload: Uint8Array): number {
  return payload[0]! * 256 + payload[1]!;
}

/** Refuses every handshake once it has failed a connection. */
function servesUntilFault(): Fault {
  let isBroken = false;
  return {
    minds: () => isBroken,
    fails: (code, connection) => {
      isBroken = true;
      RIGHT.fails(code, connection);
    },
  };
}
