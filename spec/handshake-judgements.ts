/**
 * How the probes of RFC 6455 judge the answer to an opening handshake.
 *
 * @module
 */

import { ifHeard } from './http-probe.ts';
import { fieldValue, fieldValues, type Response, summaryOf } from './models/response.ts';
import { describeHandshake, type HandshakeChanges } from './opening-handshake.ts';
import { type Finding, finding } from './probe.ts';
import { at, type Judgement, type Place } from './websocket-judgements.ts';
import { Conversation } from './websocket-wire.ts';

/** A demand on the answer to an opening handshake. */
export interface Demand {
  readonly says: string;
  readonly holds: (response: Response) => boolean;
}

/** The server answers the opening handshake with 101, and the answer meets the demands. */
export function accepts(handshake: HandshakeChanges, ...demands: readonly Demand[]): Judgement {
  return answers(isAcceptance, { handshake }, demands);
}

/** The server answers with a complete HTTP response whose status is an error: one of `statuses`, if named. */
export function refuses(
  handshake: HandshakeChanges,
  statuses: readonly number[] = [],
  ...demands: readonly Demand[]
): Judgement {
  return answers(isRefusal(statuses), { handshake }, demands);
}

/** The answer to an opening handshake meets all the demands. */
export function answers(demand: Demand, place: Place, further: readonly Demand[] = []): Judgement {
  const demands = [demand, ...further];
  const expected = demands.map(({ says }) => says).join(', ');
  return judgesAnswer(place, (response) => {
    const missing = demands.filter(({ holds }) => !holds(response)).map(({ says }) => says);
    const remark = missing.length === 0 ? '' : `; not so: ${missing.join(', ')}`;
    return ifHeard(
      finding(missing.length === 0, expected, `${summaryOf(response)}${remark}`),
      response,
    );
  });
}

/** Sends an opening handshake and judges the answer to it. */
export function judgesAnswer(place: Place, judge: (response: Response) => Finding): Judgement {
  const { handshake = {} } = place;
  return at(place, describeHandshake(handshake), async (subject, path) => {
    const { response } = await Conversation.open(subject, handshake, { path });
    return judge(response);
  });
}

/** The handshake is accepted. */
export const isAcceptance: Demand = { says: '101', holds: ({ status }) => status === 101 };

/** The handshake is not accepted, whatever else is made of it. */
export const isNoAcceptance: Demand = {
  says: 'a response other than 101',
  holds: ({ status }) => ![0, 101, 500].includes(status),
};

/**
 * Whether a status is the client's fault, or something that the server does not know: an error other than
 * that the server broke down over the handshake.
 */
export function isErrorStatus(status: number): boolean {
  return (status >= 400 && status < 500) || status === 501 || status === 505;
}

/** The handshake is refused: with one of `statuses`, or with any error when none are named. */
export function isRefusal(statuses: readonly number[] = []): Demand {
  return {
    says: statuses.length === 0 ? 'an error status' : statuses.join(' or '),
    holds: ({ status }) =>
      statuses.length === 0 ? isErrorStatus(status) : statuses.includes(status),
  };
}

/** A field with this value, in whatever case. */
export function field(name: string, value: string): Demand {
  return {
    says: `${name}: ${value}`,
    holds: (response) => fieldValue(response, name)?.toLowerCase() === value.toLowerCase(),
  };
}

/** At most so many lines of a field. */
export function atMost(count: number, name: string): Demand {
  return {
    says: count === 0 ? `no ${name}` : `at most ${count} line of ${name}`,
    holds: (response) => fieldValues(response, name).length <= count,
  };
}
