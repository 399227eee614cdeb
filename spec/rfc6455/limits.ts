/**
 * What a server does with octets that mean harm: too many, or none that make sense.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-10 | RFC 6455 §10}
 * @module
 */

import { createHash } from 'node:crypto';

import { finding, type Probe } from '../probe.ts';
import { ends, fails, failsWith, type Judgement, serverProbes } from '../websocket-judgements.ts';
import { REFLECTOR } from '../websocket-reflector.ts';
import { isEnd } from '../websocket-role.ts';
import { Conversation, clientFrame, text } from '../websocket-wire.ts';

export const limits: readonly Probe[] = serverProbes({
  '6455-10.4-1': {
    'fails on a frame of 2^40 octets before any of them comes': fails(
      [1009, 1002],
      '82 ff 0000010000000000 k',
    ),
    'fails on a fragment of 2^40 octets before any of them comes': fails(
      [1009, 1002],
      '02 81 k 00',
      '00 ff 0000010000000000 k',
    ),
  },
  '6455-10.4-2': {
    'fails on a message that is too big in one frame': failsWith(
      [1009, 1002],
      '81 ff 0000010000000000 k',
    ),
    'fails on a message that becomes too big in its fragments': ends(
      endlessMessage(100),
      'Close 1009, then the end',
      ({ before, code }) => before.length === 0 && code === 1009,
      REFLECTOR,
    ),
  },
  '6455-10.7-1': {
    'fails on octets that are no frames, and serves the next connection': survives(8),
  },
  '6455-10.7-3': {
    'sends a Close with a code before it fails on octets that are no frames': failsWith(
      [1002],
      'ff ff ff ff ff ff ff ff',
    ),
  },
});

/** A message that never ends, in so many fragments of 100 octets: ten times what a reflector takes. */
function endlessMessage(count: number): Buffer[] {
  const piece = Buffer.alloc(100, 'a');
  const rest = Array.from({ length: count - 1 }, () => clientFrame(0x00, piece));
  return [clientFrame(0x01, piece), Buffer.concat(rest)];
}

/** Several connections each get octets by chance, the same ones in each run; then one gets a frame. */
function survives(count: number): Judgement {
  const expected = 'each connection closed, and the next one served';
  return {
    sends: `1,024 octets by chance on ${count} connections`,
    judge: async (subject) => {
      const conversations = await Promise.all(
        Array.from({ length: count }, () => Conversation.open(subject)),
      );
      const endings = await Promise.all(conversations.map(endingOf));
      const next = await Conversation.open(subject);
      await next.send('81 85 k 48656c6c6f');
      const received = [...endings, await next.next()];
      const isEnded = endings.every(isEnd);
      return finding(isEnded && received.at(-1) === text('Hello'), expected, received.join(', '));
    },
  };
}

/** How a conversation ends that is sent nonsense, which begins with a reserved opcode. */
async function endingOf(conversation: Conversation, index: number): Promise<string> {
  await conversation.send('8b', nonsense(1_024, index));
  return (await conversation.toEnd()).at(-1)!;
}

/** Octets without meaning, each from the digest of the one before. */
function nonsense(length: number, seed: number): Buffer {
  const pieces = [createHash('sha1').update(`${seed}`).digest()];
  while (pieces.length * 20 < length)
    pieces.push(createHash('sha1').update(pieces.at(-1)!).digest());
  return Buffer.concat(pieces).subarray(0, length);
}
