/**
 * How the probes of WebSocket clients judge: each function here takes what the scripted server says and
 * what has to come of it, and makes a judgement.
 *
 * @module
 */

import type { Frame } from '../models/frame-reader.ts';
import { type Finding, finding, inconclusive, notApplicable } from '../probe.ts';
import type { Visit } from '../scripted-server.ts';
import { type Conclusion, conclude, listed, Role, written } from '../websocket-role.ts';
import {
  closeCodeOf,
  ENDINGS,
  type Happening,
  octetsOf,
  type Segment,
  serverFrame,
  Talk,
  text,
  withoutKeys,
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
class ServedTalk extends Talk {
  readonly #patience: number;

  constructor(wire: Wire, patience: number) {
    super(wire);
    this.#patience = patience;
  }

  /**
   * All that happens, with the ending. As a server has to, this side closes TCP once there is a Close frame;
   * a client that does nothing at all is asked whether it is there, by a Ping.
   */
  override async toEnd(): Promise<Happening[]> {
    const happenings: Happening[] = [];
    while (!ENDINGS.includes(happenings.at(-1) ?? '')) {
      if (await this.wire.isQuiet(this.#patience)) await this.send(PING);
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
  judge: (talk: Talk, subject: WebSocketClientSubject) => Promise<Finding>,
): ClientJudgement {
  const { answer = {}, early = '', unsuited, protocols } = reception;
  const { judge: judgeVisit } = requests(
    expected,
    async (visit, subject) => {
      const reason = unsuited?.(visit);
      if (reason !== undefined) return notApplicable(expected, reason);
      const head = Buffer.from(answerTo(visit, answer), 'latin1');
      await visit.wire.send(Buffer.concat([head, octetsOf(early)]));
      const talk = new ServedTalk(visit.wire, subject.patience);
      await talk.send(...segments);
      return judge(talk, subject);
    },
    reception,
  );
  const first = `${describeAnswer(answer)}${asking(protocols)}`;
  return {
    sends: [first, ...(early === '' ? [] : [`${early}`]), ...written(segments)].join(' | '),
    judge: judgeVisit,
  };
}

/** Clients, to whom servers send the same frames as they are sent, without the masking keys. */
export const CLIENT: Role<WebSocketClientSubject, Reception> = new Role(
  serverFrame,
  (segments, ...rest) => serves(segments.map(withoutKeys), ...rest),
);
export const { happens, ends, fails, failsWith } = CLIENT;

/** In a talk about everything that an echo can be brought to send, each frame is like this. */
export function sends(expected: string, isGood: (frame: Frame) => boolean): ClientJudgement {
  return CLIENT.sendsWithout(expected, (frame, index) => {
    if (isGood(frame)) return undefined;
    const { opcode, reserved, masked, payload } = frame;
    const shown = `opcode ${opcode}, RSV ${reserved}, MASK ${masked ? 1 : 0}`;
    return `frame ${index + 1}: ${shown}, ${payload.length} octets`;
  });
}

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
    const happened = await talk.toEnd();
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
  judge: (talk: Talk, first: Happening, subject: WebSocketClientSubject) => Promise<Finding>,
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

/** The request line. */
export function lineOf({ head }: Visit): string {
  return head.slice(0, head.indexOf('\r\n'));
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
