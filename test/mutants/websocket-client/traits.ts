/**
 * What a scripted client of WebSocket does, and what it does otherwise when it is a mutant.
 *
 * @module
 */

import { createHash, randomBytes } from 'node:crypto';

import { faultsOfAnswer, type Parameters } from '../../../spec/models/permessage-deflate.ts';

/** An address, taken apart. */
export interface Address {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly target: string;
}

/** A frame's header. */
export interface Header {
  readonly fin: boolean;
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly lengthBits: 7 | 16 | 64;
  readonly length: bigint;
}

/** Where the connection is when a header comes. */
export interface Place {
  readonly isInMessage: boolean;
  readonly compresses: boolean;
}

/** The answer to an opening handshake. */
export interface Answer {
  readonly statusLine: string;
  readonly lines: readonly string[];
  /** The values of all lines with this name. */
  values(name: string): string[];
}

/** What a client has sent to open a connection. */
export interface Opening {
  readonly key: string;
  readonly protocols: readonly string[];
  readonly offer: string | undefined;
}

/** What is wrong with an answer, by the name of the rule. */
export const ANSWER_RULES = {
  response: ({ statusLine }) => !/^HTTP\/\d\.\d \d{3}( |$)/.test(statusLine),
  version: ({ statusLine }) => /^HTTP\/1\.0/.test(statusLine),
  status: ({ statusLine }) => / \d{3}/.test(statusLine) && !/ 101( |$)/.test(statusLine),
  line: ({ lines }) => lines.some((line) => !/^[\w-]+:/.test(line)),
  upgrade: ({ values }) => values('upgrade').join().toLowerCase() !== 'websocket',
  connection: ({ values }) => !elementsOf(values('connection')).includes('upgrade'),
  accept: ({ values }, { key }) => values('sec-websocket-accept').join() !== acceptOf(key),
  protocol: ({ values }, { protocols }) =>
    values('sec-websocket-protocol').some((one) => !protocols.includes(one)),
  grammar: ({ values }) => values('sec-websocket-extensions').some((one) => !isExtensions(one)),
  offered: ({ values }, { offer }) =>
    extensionsOf(values('sec-websocket-extensions')).some(
      ({ name }) => name !== 'permessage-deflate' || offer === undefined,
    ),
  once: ({ values }) => extensionsOf(values('sec-websocket-extensions')).length > 1,
  parameters: ({ values }, { offer = '' }) =>
    extensionsOf(values('sec-websocket-extensions')).some(
      ({ parameters }) =>
        faultsOfAnswer(parameters, extensionsOf([offer])[0]?.parameters ?? []).length > 0,
    ),
} as const satisfies Record<string, (answer: Answer, opening: Opening) => boolean>;

/** What is wrong with a frame by its header, by the name of the rule. */
export const FRAME_RULES = {
  reserved: ({ reserved, opcode }, { compresses }) =>
    reserved !== 0 && !(compresses && reserved === 4 && (opcode === 1 || opcode === 2)),
  opcode: ({ opcode }) => ![0, 1, 2, 8, 9, 10].includes(opcode),
  masked: ({ masked }) => masked,
  control: ({ opcode, fin }) => opcode >= 8 && !fin,
  controlLength: ({ opcode, length }) => opcode >= 8 && length > 125n,
  continuation: ({ opcode }, { isInMessage }) => opcode === 0 && !isInMessage,
  interleaved: ({ opcode }, { isInMessage }) => (opcode === 1 || opcode === 2) && isInMessage,
  shortest: ({ lengthBits, length }) =>
    (lengthBits === 16 && length <= 125n) || (lengthBits === 64 && length <= 65_535n),
} as const satisfies Record<string, (header: Header, place: Place) => boolean>;

/** Further rules, which the client itself looks after. */
export type OtherRule = 'size' | 'utf-8' | 'close code' | 'half a code' | 'reason' | 'deflate';

/** The name of a rule. */
export type Rule = keyof typeof ANSWER_RULES | keyof typeof FRAME_RULES | OtherRule;

/** What a client does. */
export interface Traits {
  /** The rules that it does not look at. */
  readonly ignores: readonly Rule[];
  /** Where it goes; nothing for an address that it does not take. */
  readonly readAddress: (text: string) => Address | undefined;
  /** Whether it asks for these subprotocols. */
  readonly takesProtocols: (protocols: readonly string[]) => boolean;
  readonly key: () => string;
  /** The lines of its opening handshake, which it may change. */
  readonly lines: (lines: readonly string[]) => readonly string[];
  /** What it sends right behind its opening handshake. */
  readonly early: string;
  /** What it offers in Sec-WebSocket-Extensions. */
  readonly offer: string | undefined;
  /** Whether it says in TLS whom it wants. */
  readonly namesHost: boolean;
  readonly usesTls: boolean;
  /** How many connections it lets be opened at once. */
  readonly atOnce: number;
  /** How soon it comes back, in milliseconds, the first time and each time after; it need not. */
  readonly comesBack: ((round: number) => number) | undefined;
  readonly maskingKey: () => Buffer;
  /** A frame that it is about to send, which it may change. */
  readonly frame: (frame: OutgoingFrame) => OutgoingFrame | undefined;
  /** How many octets its frames have at most. */
  readonly frameSize: number;
  /** What it makes of a message that has come. */
  readonly message: (opcode: number, payload: Buffer) => readonly [number, Buffer] | undefined;
  /** The Pong to a Ping; none, if it gives none. */
  readonly pong: (payload: Buffer, place: Place) => Buffer | undefined;
  /** The payload of the answer to a Close, in order; none, if it does not answer. */
  readonly answerClose: (payload: Buffer) => readonly Buffer[];
  /** After how many milliseconds it answers a Close. */
  readonly closesAfter: number;
  /** The Close that it fails with; none, if it just leaves. */
  readonly failure: (code: number) => Buffer | undefined;
  /** What it does about TCP when it fails, and when the closing handshake is over. */
  readonly leaves: 'fin' | 'reset' | 'never';
  /** Whether it closes TCP before the server does. */
  readonly leavesFirst: boolean;
  /** Whether it goes on reading behind a fault. */
  readonly readsOn: boolean;
  /** Whether it sends what its application gives it once it has sent a Close. */
  readonly sendsBehindClose: boolean;
  /** What closes the connection though nothing happens, after so many milliseconds. */
  readonly idle: number | undefined;
  /** Whether it has no use for a Pong. */
  readonly failsOnPong: boolean;
  /** What it does with a Ping or a Close that its application wants sent. */
  readonly takesOrder: (words: string) => boolean;
  /** How it compresses a message, given what it has sent before; not at all if it gives nothing. */
  readonly deflates: 'anew' | 'on' | 'never';
  /** Whether it leaves the end of what it has compressed where it is. */
  readonly keepsTail: boolean;
  /** Whether it compresses as the server has said. */
  readonly heeds: boolean;
  /** How many octets of what was inflated it remembers. */
  readonly window: number;
  /** The segment in which the answer came is all that it reads of it. */
  readonly losesRest: boolean;
}

/** A frame to be sent, before it is masked. */
export interface OutgoingFrame {
  readonly first: number;
  readonly payload: Buffer;
  readonly masks?: boolean;
  /** The octets of its length, where they are not the fewest. */
  readonly lengthBits?: 7 | 16 | 64;
}

/** A client that does all as it has to be. */
export const RIGHT: Traits = {
  ignores: [],
  readAddress,
  takesProtocols: (protocols) =>
    protocols.every((one) => /^[\w-]+$/.test(one)) && new Set(protocols).size === protocols.length,
  key: () => randomBytes(16).toString('base64'),
  lines: (lines) => lines,
  early: '',
  offer: 'permessage-deflate; client_max_window_bits',
  namesHost: true,
  usesTls: true,
  atOnce: 1,
  comesBack: undefined,
  maskingKey: () => randomBytes(4),
  frame: (frame) => frame,
  frameSize: 16_384,
  message: (opcode, payload) => [opcode, payload],
  pong: (payload) => payload,
  answerClose: (payload) => [payload.subarray(0, 2)],
  closesAfter: 0,
  failure: (code) => Buffer.of(code >> 8, code % 256),
  leaves: 'fin',
  leavesFirst: false,
  readsOn: false,
  sendsBehindClose: false,
  idle: undefined,
  failsOnPong: false,
  takesOrder: (words) =>
    !/^ping (?:12[6-9]|\d{4})/.test(words) && !/^close (?:999|1005|1006|1015)\b/.test(words),
  deflates: 'on',
  keepsTail: false,
  heeds: true,
  window: 32_768,
  losesRest: false,
};

function readAddress(text: string): Address | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search, hash } = new URL(text);
  if (!['ws:', 'wss:'].includes(protocol) || hash !== '') return undefined;
  const target = pathname + search;
  return { secure: protocol === 'wss:', host: hostname, port: Number(port), target };
}

/** @see RFC 6455 §4.2.2 */
export function acceptOf(key: string): string {
  const text = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  return createHash('sha1').update(text).digest('base64');
}

function elementsOf(values: readonly string[]): string[] {
  return values.join().toLowerCase().split(/ *, */);
}

const EXTENSIONS =
  /^ *[\w-]+(?: *; *[\w-]+(?: *= *(?:[\w-]+|"[\w-]+"))?)*(?: *, *[\w-]+(?: *; *[\w-]+(?: *= *(?:[\w-]+|"[\w-]+"))?)*)* *$/;

function isExtensions(value: string): boolean {
  return EXTENSIONS.test(value);
}

function extensionsOf(values: readonly string[]): { name: string; parameters: Parameters }[] {
  if (values.length === 0 || values.join() === '') return [];
  return values
    .join()
    .split(',')
    .map((element) => {
      const [name = '', ...parameters] = element.split(';').map((part) => part.trim());
      const pairs = parameters.map((parameter) => {
        const [key = '', value] = parameter.split('=');
        return [key.trim(), value?.trim().replaceAll('"', '')] as const;
      });
      return { name, parameters: pairs };
    });
}
