/**
 * Much: messages of up to 16 MiB, in few frames and in many, in segments of any length, and one message
 * after the other.
 *
 * A server may limit what it takes, of octets or of frames. One that closes with 1009 or 1008 is judged up
 * to its limit; of one that cuts the connection off while it is sent more, so that a Close frame would be
 * lost, nothing can be said, and neither of one that has not returned all of it in time.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.4 | RFC 6455 §5.4, §6 and §10.4}
 * @module
 */

import { type Case, eachOf } from '../each-of.ts';
import { type Finding, finding, inconclusive, notApplicable } from '../probe.ts';
import { converses, type Judgement } from '../websocket-judgements.ts';
import {
  binary,
  type Conversation,
  closeCodeOf,
  fragmented,
  type Happening,
  text,
} from '../websocket-wire.ts';

const KiB = 1_024;
const MiB = 1_024 * KiB;

/** What is sent: a text, or octets. */
type Kind = 'text' | 'binary';

/** What a text has over and over. */
const WORDS = 'A comet is seen for a while; ';

/** Messages in one frame, up to 16 MiB. */
export function largeFrames(kind: Kind): Judgement {
  const sizes = [126, 127, 128, 65_534, 65_537, 256 * KiB, MiB, 4 * MiB, 8 * MiB, 16 * MiB];
  return eachOf(`${kind} messages of up to 16 MiB, each in one frame`, () =>
    cases(sizes, (size) => returns(kind, size, (payload) => [[payload]])),
  );
}

/** A message of 4 MiB in frames of each size. */
export function manyFragments(kind: Kind): Judgement {
  const sizes = [4 * MiB, MiB, 256 * KiB, 64 * KiB, 16 * KiB, 4 * KiB, KiB, 256, 64];
  return eachOf(`a ${kind} message of 4 MiB in frames of 4 MiB to 64 octets`, () =>
    cases(sizes, (size) => returns(kind, 4 * MiB, (payload) => [piecesOf(payload, size)])),
  );
}

/** A message of 1 MiB, written to TCP in pieces of each size. */
export function manySegments(kind: Kind): Judgement {
  const sizes = [64 * KiB, 2 * KiB, KiB, 512, 256, 128, 64];
  return eachOf(`a ${kind} message of 1 MiB, written in pieces of 64 KiB to 64 octets`, () =>
    cases(sizes, (size) => returns(kind, MiB, (payload) => [[payload]], size)),
  );
}

/** Many messages, each sent when the one before has come back. */
export function manyMessages(count: number): Judgement {
  const sizes = [0, 16, 64, 256, KiB, 4 * KiB];
  const kinds: readonly Kind[] = ['text', 'binary'];
  return eachOf(`${count} times text and binary of 0 to 4,096 octets, one after the other`, () =>
    sizes.flatMap((size) =>
      kinds.map(
        (kind): Case => [
          `${kind} of ${size} octets`,
          returns(kind, size, (payload) => Array.from({ length: count }, () => [payload])),
        ],
      ),
    ),
  );
}

function* cases(sizes: readonly number[], judgement: (size: number) => Judgement): Iterable<Case> {
  for (const size of sizes) yield [`${size.toLocaleString('en')} octets`, judgement(size)];
}

/**
 * Messages come back as they were, each before the next is sent.
 *
 * @param inFragments - the messages, each as the payloads of its frames.
 * @param segment - how many octets are handed to TCP at once.
 */
function returns(
  kind: Kind,
  size: number,
  inFragments: (payload: Buffer) => Iterable<readonly Uint8Array[]>,
  segment = 64 * KiB,
): Judgement {
  const payload = Buffer.alloc(size, kind === 'text' ? WORDS : OCTETS);
  const opcode = kind === 'text' ? 0x01 : 0x02;
  const expected = kind === 'text' ? text(payload.toString()) : binary(payload);
  return converses([], expected, {}, async (conversation) => {
    for (const fragments of inFragments(payload)) {
      await conversation.wire.sendInPieces(Buffer.concat(fragmented(opcode, fragments)), segment);
      const happened = await answerOf(conversation);
      if (happened !== expected) return otherwise(expected, happened);
    }
    return finding(true, expected, expected);
  });
}

/** What comes back; the frames that it came in are let go of. */
async function answerOf(conversation: Conversation): Promise<Happening> {
  const happened = await conversation.next();
  conversation.frames.length = 0;
  return happened;
}

function otherwise(expected: string, happened: Happening): Finding {
  if (happened === 'reset') return inconclusive(expected, 'cut off while it was still sent');
  // So much may take longer than a probe waits, of a server that is slow or has more to do.
  if (happened === 'silence') return inconclusive(expected, 'not back in time');
  const isLimit = [1008, 1009].includes(closeCodeOf(happened) ?? 0);
  if (!isLimit) return finding(false, expected, happened);
  return notApplicable(expected, `more than it takes, ${happened}`);
}

function piecesOf(payload: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(payload.length / size) }, (_, index) =>
    payload.subarray(index * size, (index + 1) * size),
  );
}

/** Octets of every value, in a period that no power of two divides. */
const OCTETS = Buffer.from(Array.from({ length: 251 }, (_, index) => (index * 7) % 256));
