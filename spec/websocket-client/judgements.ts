/**
 * How the probes of WebSocket clients judge: each function here takes what the scripted server says and
 * what has to come of it, and makes a judgement.
 *
 * @module
 */

import type { Frame } from '../models/frame-reader.ts';
import { type Finding, finding, inconclusive, notApplicable } from '../probe.ts';
import type { Visit } from '../scripted-server.ts';
import { type Conclusion, conclude, isFailed, listed } from '../websocket-judgements.ts';
import {
  closeCodeOf,
  ENDINGS,
  type Happening,
  octetsOf,
  type Segment,
  Talk,
  text,
} from '../websocket-wire.ts';
import type { Wire } from '../wire.ts';
import { type AnswerChanges, answerTo, describeAnswer } from './answer.ts';
import { ADDRESS, type ClientJudgement, type WebSocketClientSubject } from './subject.ts';

/** How a client comes to the server, and is received. */
export interface Reception {
  /** Where it is sent. */
  readonly address?: string;
  /** The subprotocols that it is to ask for. */
  readonly protocols?: readonly string[];
  readonly answer?: AnswerChanges;
  /** Octets that come in the same segment as the answer. */
  readonly early?: Segment;
  /** Why a request does not suit the probe, which is not applicable then; nothing when it does. */
  readonly unsuited?: (visit: Visit) => string | undefined;
}

/** A talk with a client, from the server's side. */
export class ServedTalk extends Talk {
  /** The opening handshake. */
  readonly visit: Visit;

  constructor(visit: Visit) {
    super(visit.wire);
    this.visit = visit;
  }

  /**
   * All that happens, with the ending. As a server has to, this side closes TCP once there is a Close frame;
   * a client that does nothing at all is asked whether it is there, by a Ping.
   */
  async toEndAsServer(patience: number): Promise<Happening[]> {
    const happenings: Happening[] = [];
    while (!ENDINGS.includes(happenings.at(-1) ?? '')) {
      if (await this.wire.isQuiet(patience)) await this.send(PING);
      const happening = await this.next();
      happenings.push(happening);
      if (happening === PONG) return [...happenings, 'silence'];
      if (closeCodeOf(happening) !== undefined) this.wire.end();
    }
    return happenings;
  }
}

/** A Ping that asks whether anybody is there, and its answer. */
const PING = '89 05 7468657265';
const PONG = 'pong 7468657265';

/** The text message `fence` in one frame. */
export const FENCE = '81 05 66656e6365';

/** Waits for the client's opening handshake, and judges it. */
export function requests(
  expected: string,
  judge: (visit: Visit, subject: WebSocketClientSubject) => Finding | Promise<Finding>,
  { address = ADDRESS, protocols }: Reception = {},
): ClientJudgement {
  return {
    sends: `the client is sent to ${address}${asking(protocols)}`,
    judge: async (subject) => {
      subject.start(address, protocols);
      const visit = await subject.server.next();
      return visit === undefined ? noRequest(expected) : judge(visit, subject);
    },
  };
}

/** Lets the client in, says what there is to say, and judges what comes of it. */
export function serves(
  segments: readonly Segment[],
  expected: string,
  reception: Reception,
  judge: (talk: ServedTalk, subject: WebSocketClientSubject) => Promise<Finding>,
): ClientJudgement {
  const { answer = {}, early = '', unsuited, protocols } = reception;
  const { judge: judgeVisit } = requests(
    expected,
    async (visit, subject) => {
      const reason = unsuited?.(visit);
      if (reason !== undefined) return notApplicable(expected, reason);
      const head = Buffer.from(answerTo(visit, answer), 'latin1');
      await visit.wire.send(Buffer.concat([head, octetsOf(early)]));
      const talk = new ServedTalk(visit);
      await talk.send(...segments);
      return judge(talk, subject);
    },
    reception,
  );
  const words = segments.map((octets) =>
    typeof octets === 'string' ? octets : `${octets.length} octets`,
  );
  const first = `${describeAnswer(answer)}${asking(protocols)}`;
  return {
    sends: [first, ...(early === '' ? [] : [`${early}`]), ...words].join(' | '),
    judge: judgeVisit,
  };
}

/**
 * Just this happens next. Behind it a text is sent, whose echo must be the next that comes, so that nothing
 * more can have happened.
 */
export function happens(
  segments: readonly Segment[],
  expected: readonly Happening[],
  reception: Reception = {},
): ClientJudgement {
  return serves(segments, listed(expected), reception, async (talk) => {
    const happened = await talk.take(expected.length);
    if (listed(happened) !== listed(expected))
      return finding(false, listed(expected), listed(happened));
    await talk.send(FENCE);
    const next = await talk.next();
    const isFence = next === text('fence');
    return finding(isFence, listed(expected), listed(isFence ? happened : [...happened, next]));
  });
}

/** The connection ends, and how it does is judged. */
export function ends(
  segments: readonly Segment[],
  expected: string,
  holds: (conclusion: Conclusion) => boolean,
  reception: Reception = {},
): ClientJudgement {
  return serves(segments, expected, reception, async (talk, { patience }) => {
    const happened = await talk.toEndAsServer(patience);
    return finding(holds(conclude(happened)), expected, listed(happened));
  });
}

/**
 * The client fails the connection: it closes it, and nothing else happens before. The Close frame may be
 * missing, but if there is one, it has one of the codes. @see RFC 6455 §7.1.7
 */
export function fails(codes: readonly number[], ...segments: readonly Segment[]): ClientJudgement {
  const expected = `the connection failed with ${codes.join(' or ')}`;
  return ends(segments, expected, (conclusion) => isFailed(conclusion, [...codes, undefined]));
}

/** The client fails the connection, and says why in a Close frame with one of the codes. */
export function failsWith(
  codes: readonly number[],
  ...segments: readonly Segment[]
): ClientJudgement {
  const expected = `Close ${codes.join(' or ')}, then the end`;
  return ends(segments, expected, (conclusion) => isFailed(conclusion, codes));
}

/** In a talk about everything that an echo can be brought to send, each frame is like this. */
export function sendsWell(expected: string, isGood: (frame: Frame) => boolean): ClientJudgement {
  return serves(TALK, expected, {}, async (talk, { patience }) => {
    const happened = await talk.toEndAsServer(patience);
    const bad = talk.frames.findIndex((frame) => !isGood(frame));
    if (bad !== -1) {
      const { opcode, reserved, masked, payload } = talk.frames[bad]!;
      const shown = `opcode ${opcode}, RSV ${reserved}, MASK ${masked ? 1 : 0}`;
      return finding(false, expected, `frame ${bad + 1}: ${shown}, ${payload.length} octets`);
    }
    const isWhole = closeCodeOf(happened.at(-2) ?? '') !== undefined;
    if (!isWhole) return inconclusive(expected, listed(happened));
    return finding(true, expected, `${talk.frames.length} frames, none that breaks it`);
  });
}

/** Text, binary messages with each form of length, fragments, Pings, and a Close. */
const TALK: readonly Segment[] = [
  '81 05 48656c6c6f 81 00',
  serverFrame(0x82, Buffer.alloc(125)),
  serverFrame(0x82, Buffer.alloc(126)),
  serverFrame(0x82, Buffer.alloc(65_535)),
  serverFrame(0x82, Buffer.alloc(65_536)),
  '01 03 48656c 89 00 80 02 6c6f',
  serverFrame(0x89, Buffer.alloc(125)),
  '88 02 03e8',
];

/**
 * The client does not take the answer for one that opens the connection: no message is sent back, and no
 * Ping answered. That it has to close TCP then is a clause of its own.
 */
export function refuses(answer: AnswerChanges, reception: Reception = {}): ClientJudgement {
  const expected = 'the connection failed, and no message sent back';
  return serves([FENCE], expected, { ...reception, answer }, async (talk, { patience }) => {
    const isSilent = async () => talk.wire.isQuiet(patience);
    if (await isSilent()) {
      await talk.send(PING);
      if (await isSilent()) return finding(true, expected, 'nothing, and TCP left open');
    }
    const happened = await talk.toEndAsServer(patience);
    return finding(isRefused(conclude(happened)), expected, listed(happened));
  });
}

/** Whether the connection was closed, perhaps behind a Close frame, with no message before. */
export function isRefused({ before, after, ending }: Conclusion): boolean {
  return before.length + after.length === 0 && ending !== 'silence';
}

/** The client takes the answer for one that opens the connection. */
export function accepts(answer: AnswerChanges, reception: Reception = {}): ClientJudgement {
  return happens([], [], { ...reception, answer });
}

/**
 * The client is told something in words that not every client understands: one that sends them back is not
 * judged.
 */
export function told(
  words: string,
  expected: string,
  judge: (talk: ServedTalk, first: Happening, subject: WebSocketClientSubject) => Promise<Finding>,
  reception: Reception = {},
): ClientJudgement {
  return serves([command(words)], expected, reception, async (talk, subject) => {
    const first = await talk.next();
    if (first === text(words)) {
      return notApplicable(expected, `told "${words}", it sends that back`);
    }
    return judge(talk, first, subject);
  });
}

/** A text message that tells the client what to do. */
export function command(words: string): Buffer {
  return serverFrame(0x81, Buffer.from(words));
}

/** A server's frame around a payload, for payloads too long to be written out. */
export function serverFrame(first: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length <= 125 ? 2 : length <= 65_535 ? 4 : 10);
  header[0] = first;
  header[1] = length <= 125 ? length : length <= 65_535 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

/** What a client has sent so far on a connection, however it was read since. */
export function heardOn({ transcript }: Wire): Buffer {
  const received = transcript.filter(({ direction }) => direction === 'received');
  return Buffer.concat(received.map(({ octets }) => octets));
}

/** The request line. */
export function lineOf({ head }: Visit): string {
  return head.slice(0, head.indexOf('\r\n'));
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Nothing can be said of a client that did not come. */
function noRequest(expected: string): Finding {
  return inconclusive(expected, 'no opening handshake came');
}

function asking(protocols: readonly string[] = []): string {
  return protocols.length === 0
    ? ''
    : `, to ask for ${protocols.map((one) => JSON.stringify(one)).join(', ')}`;
}
