/**
 * Every combination of the parameters of permessage-deflate, with messages of many sizes in fragments of
 * many sizes, compressed as was agreed and read as was agreed.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1 | RFC 7692 §7.1 and §7.2}
 * @module
 */

import { constants, deflateRawSync } from 'node:zlib';

import { type Case, eachOf } from '../each-of.ts';
import { type Finding, finding, notApplicable } from '../probe.ts';
import type { Judgement } from '../websocket-judgements.ts';
import { type Conversation, fragmented } from '../websocket-wire.ts';
import { answered, deflates, inflated, isAnswer, OFFER, valueIn } from './judgements.ts';

/** A message to be echoed. */
interface Message {
  readonly content: Buffer;
  /** How many octets of it a frame has, once it is compressed. */
  readonly fragment: number;
}

/** What was agreed upon. */
interface Agreement {
  readonly serverKeeps: boolean;
  readonly clientKeeps: boolean;
  readonly serverBits: number;
  readonly clientBits: number;
}

const EXPECTED = 'each message back, compressed as agreed';
const DEFLATE_TAIL = 4;
const MAX_WINDOW_BITS = 15;

/** zlib can't keep to a window of 256 octets, so that what it makes for one refers to nothing. */
const SMALLEST_OF_ZLIB = 9;

/** Messages as applications send them: from what hardly gets shorter to what vanishes. */
const CONTENTS: Readonly<Record<string, (size: number) => Buffer>> = {
  'one octet over and over': (size) => Buffer.alloc(size, 'a'),
  prose: (size) => Buffer.alloc(size, 'A comet comes and goes, and is seen by those who look up. '),
  records: (size) => Buffer.alloc(size, Buffer.from(records())),
  digits: (size) => Buffer.from(various(size).map((octet) => 0x30 + (octet % 10))),
  noise: (size) => Buffer.from(various(size)),
};

const WINDOWS = ['8', '9', '10', '11', '12', '13', '14', '15'];

/** Each combination, with two messages behind each other that have much in common. */
export function everyCombination(): Judgement {
  const few = ['8', '9', '15'];
  const content = CONTENTS['records']!(3_000);
  const messages = [content, content, Buffer.of(0)].map((one) => ({ content: one, fragment: 700 }));
  return compressed('each combination of the parameters, with three messages', () =>
    combinations(few).map((offer) => [offer, talks(offer, () => messages)]),
  );
}

/** Each combination, with messages of every size in fragments of many sizes. */
export function everyCombinationAtLength(): Judgement {
  const sizes = [0, 1, 16, 125, 126, 1_024, 8_192, 32_768, 65_535, 65_536];
  const fragments = [1, 64, 1_000, 16_384, 2 ** 20];
  const messages = () =>
    Object.values(CONTENTS).flatMap((contentOf, which) =>
      sizes.map((size, index) => ({
        content: contentOf(size),
        fragment: Math.max(fragments[(which + index) % fragments.length]!, size / 500),
      })),
    );
  return compressed('each combination of the parameters, with messages of every size', () =>
    combinations(WINDOWS).map((offer) => [offer, talks(offer, messages)]),
  );
}

/** Many messages of each size and kind, in fragments of many sizes. */
export function everySize(count: number): Judgement {
  const sizes = [16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072];
  const fragments = [2 ** 20, 256];
  return compressed(`${count} messages of each size and kind, compressed`, () =>
    Object.entries(CONTENTS).flatMap(([kind, contentOf]) =>
      sizes.flatMap((size) =>
        fragments.map((fragment): Case => {
          const name = `${kind}, ${size} octets, in frames of ${fragment}`;
          const messages = () => Array(count).fill({ content: contentOf(size), fragment });
          return [name, talks(OFFER, messages)];
        }),
      ),
    ),
  );
}

/** Judges the cases, if the server compresses at all. */
function compressed(sends: string, cases: () => Iterable<Case>): Judgement {
  const judgement = eachOf(sends, cases);
  const ordinary = answered(OFFER, EXPECTED, isAnswer);
  return {
    ...judgement,
    judge: async (subject) => {
      const { verdict, received } = await ordinary.judge(subject);
      if (verdict === 'pass') return judgement.judge(subject);
      return notApplicable(EXPECTED, received);
    },
  };
}

/** All ways to make an offer. */
function combinations(windows: readonly string[]): string[] {
  const server = ['', ...windows.map((bits) => `; server_max_window_bits=${bits}`)];
  const client = ['', ...['', ...windows.map((bits) => `=${bits}`)].map(clientWindow)];
  return ['', '; server_no_context_takeover'].flatMap((serverTakeover) =>
    ['', '; client_no_context_takeover'].flatMap((clientTakeover) =>
      server.flatMap((serverBits) =>
        client.map((clientBits) =>
          ['permessage-deflate', serverTakeover, clientTakeover, serverBits, clientBits].join(''),
        ),
      ),
    ),
  );
}

function clientWindow(value: string): string {
  return `; client_max_window_bits${value}`;
}

/**
 * Has each message echoed before the next is sent. An offer that is declined is as good as one that is
 * accepted: what is declined needs no judge.
 */
function talks(offers: string, messages: () => readonly Message[]): Judgement {
  const judgement = deflates(
    [],
    EXPECTED,
    async (conversation, answer) => {
      const agreement = agreementOf(answer);
      const sent = new Context();
      const received = new Context();
      for (const [index, message] of messages().entries()) {
        const { content } = message;
        await conversation.send(framesOf(message, sent, agreement));
        const fault = await faultOf(conversation, content, received, agreement);
        if (fault === undefined) continue;
        return finding(false, EXPECTED, `${answer}: message ${index + 1}, ${fault}`);
      }
      return finding(true, EXPECTED, answer);
    },
    { offers },
  );
  return { ...judgement, judge: async (subject) => unlessDeclined(await judgement.judge(subject)) };
}

function unlessDeclined(result: Finding): Finding {
  return result.verdict === 'not applicable' ? finding(true, EXPECTED, result.received) : result;
}

/** What was agreed upon by an answer. @see RFC 7692 §7.1 */
function agreementOf(answer: string): Agreement {
  return {
    serverKeeps: !answer.includes('server_no_context_takeover'),
    clientKeeps: !answer.includes('client_no_context_takeover'),
    serverBits: valueIn(answer, 'server_max_window_bits') ?? MAX_WINDOW_BITS,
    clientBits: valueIn(answer, 'client_max_window_bits') ?? MAX_WINDOW_BITS,
  };
}

/** What a side has sent before, as far back as any window goes. */
class Context {
  #content: Buffer = Buffer.of(0);

  /** What a message may refer to. */
  before(isKept: boolean, bits: number): Buffer {
    return isKept ? this.#content.subarray(-(2 ** bits)) : Buffer.of(0);
  }

  add(content: Uint8Array): void {
    this.#content = Buffer.concat([this.#content, content]).subarray(-(2 ** MAX_WINDOW_BITS));
  }
}

/** A message as a client sends it that makes use of all that was agreed. @see RFC 7692 §7.2.1 */
function framesOf({ content, fragment }: Message, sent: Context, agreement: Agreement): Buffer {
  const { clientBits, clientKeeps } = agreement;
  const canRefer = clientBits >= SMALLEST_OF_ZLIB;
  const deflated = deflateRawSync(content, {
    windowBits: Math.max(clientBits, SMALLEST_OF_ZLIB),
    ...(canRefer ? { dictionary: sent.before(clientKeeps, clientBits) } : {}),
    strategy: canRefer ? constants.Z_DEFAULT_STRATEGY : constants.Z_HUFFMAN_ONLY,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  sent.add(content);
  const payload = deflated.length > DEFLATE_TAIL ? deflated.subarray(0, -DEFLATE_TAIL) : EMPTY;
  const size = Math.ceil(fragment);
  const count = Math.max(1, Math.ceil(payload.length / size));
  const pieces = Array.from({ length: count }, (_, index) =>
    payload.subarray(index * size, (index + 1) * size),
  );
  return Buffer.concat(fragmented(0x42, pieces));
}

/** An empty block, which an empty message is sent as. @see RFC 7692 §7.2.3.6 */
const EMPTY = Buffer.of(0);

/** What is wrong with the echo of a message; nothing when it keeps to what was agreed. */
async function faultOf(
  conversation: Conversation,
  content: Buffer,
  received: Context,
  { serverKeeps, serverBits }: Agreement,
): Promise<string | undefined> {
  const happened = await conversation.next();
  const frames = conversation.frames.filter(({ opcode }) => opcode < 8);
  conversation.frames.length = 0;
  if (frames.length === 0) return happened;
  const payload = Buffer.concat(frames.map((frame) => frame.payload));
  const isCompressed = frames[0]!.reserved === 4;
  const echo = isCompressed
    ? inflated(payload, serverBits, received.before(serverKeeps, serverBits))
    : payload;
  if (echo === undefined) return `does not inflate as was agreed: ${happened}`;
  if (!echo.equals(content)) return `came back as ${happened}`;
  if (isCompressed) received.add(content);
  return undefined;
}

function records(): string {
  const record = (index: number) => ({
    id: index,
    user: `user-${(index * 7) % 41}`,
    seen: index % 3 === 0,
  });
  return JSON.stringify(Array.from({ length: 400 }, (_, index) => record(index)));
}

/** Octets without a pattern, the same ones in each run. */
function various(size: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}
