/**
 * Conversations with a subject's reflector: a WebSocket application that does what it is told, since an
 * echo can't show what a server makes of its application.
 *
 * - An upgrade with `?status=S&field=NAME:VALUE` is refused with that status and field.
 * - Of origins only `http://app.example` is let in. Who names no origin is let in too.
 * - `?greeting=TEXT` is sent as soon as the connection is open.
 * - The text `close CODE REASON` makes it close so; `close-then-send` close with 1000 and then send a text;
 *   `fail` fail by a fault in its own code; `terminate` give the connection up; `ping COUNT` send a Ping of
 *   so many octets; `flood` send texts until it is closed. Where the server does not let it, it sends the
 *   text `refused`.
 * - It does not take binary messages, for which it closes with 1003, nor any of more than 1,024 octets.
 *
 * @module
 */

import { finding, offer } from './probe.ts';
import { converses, type Judgement, type Place } from './websocket-judgements.ts';
import { listed } from './websocket-role.ts';
import {
  type Conversation,
  clientFrame,
  closeCodeOf,
  type Happening,
  type Segment,
} from './websocket-wire.ts';

/** A conversation with the reflector. */
export const REFLECTOR: Place = { reflector: '' };

/** A text message that tells the reflector what to do. */
export function command(words: string): Buffer {
  return clientFrame(0x81, Buffer.from(words));
}

/**
 * The reflector is told to end the connection, its Close is answered, and then the connection ends.
 *
 * @param expected - what happens, up to the end, which may be a FIN or a reset. A Close that is expected
 * without a reason may have one.
 */
export function concludes(
  words: string,
  expected: readonly Happening[],
  { crossing = false }: { crossing?: boolean } = {},
): Judgement {
  const segments = crossing
    ? [Buffer.concat([command(words), closeFrame(1000)])]
    : [command(words)];
  const outcome = listed([...expected, 'the end']);
  return converses(segments, outcome, REFLECTOR, async (conversation) => {
    const happened = await concluded(conversation, crossing);
    const isEnded = ['fin', 'reset'].includes(happened.at(-1)!);
    const isExpected =
      happened.length === expected.length + 1 &&
      expected.every(
        (happening, i) => happened[i] === happening || happened[i]!.startsWith(`${happening} "`),
      );
    return finding(isEnded && isExpected, outcome, listed(happened));
  });
}

/** The reflector is told to do what must not be done: something else happens next. */
export function never(words: string, forbidden: Happening): Judgement {
  const expected = `anything but ${forbidden}`;
  return converses([command(words)], expected, REFLECTOR, async (conversation) => {
    const happened = await conversation.next();
    return finding(happened !== forbidden && happened !== 'silence', expected, happened);
  });
}

/** This may happen next, behind an upgrade with this query. */
export function may(segments: readonly Segment[], happening: Happening, query = ''): Judgement {
  const expected = `${happening}, or something else`;
  return converses(segments, expected, { reflector: query }, async (conversation) => {
    const happened = await conversation.next();
    return offer(happened === happening, expected, happened);
  });
}

/** All that happens, with the peer's Close answered unless a Close was sent before. */
async function concluded(conversation: Conversation, isClosing: boolean): Promise<Happening[]> {
  const happened = await conversation.take(1);
  const code = closeCodeOf(happened[0]!);
  if (code === undefined) return happened;
  if (!isClosing) await conversation.send(closeFrame(code));
  happened.push(...(await conversation.toEnd()));
  return happened;
}

function closeFrame(code: number): Buffer {
  return clientFrame(0x88, Buffer.of(code >> 8, code & 0xff));
}
