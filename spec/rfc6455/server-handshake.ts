/**
 * What a server answers to an opening handshake.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2 | RFC 6455 §4.2.2}
 * @module
 */

import {
  accepts,
  answers,
  atMost,
  type Demand,
  field,
  isErrorStatus,
  judgesAnswer,
  refuses,
} from '../handshake-judgements.ts';
import { fieldList, fieldValue, fieldValues } from '../models/response.ts';
import { describeHandshake, type HandshakeChanges, SAMPLE_ACCEPT } from '../opening-handshake.ts';
import { finding, notApplicable, offer, type Probe } from '../probe.ts';
import { happens, type Judgement, serverProbes } from '../websocket-judgements.ts';
import { may } from '../websocket-reflector.ts';
import { Conversation, text } from '../websocket-wire.ts';

const speaks13: Demand = {
  says: '13 among the values of Sec-WebSocket-Version',
  holds: (response) => fieldList(response, 'sec-websocket-version').includes('13'),
};

/** @see RFC 9110 §15.5.22 */
const namesProtocolWith426: Demand = {
  says: 'with a 426 also Upgrade: websocket',
  holds: (response) =>
    response.status !== 426 || fieldList(response, 'upgrade').includes('websocket'),
};

const noContent: Demand = {
  says: 'no content, and nothing that frames one',
  holds: (response) =>
    fieldValue(response, 'content-length') === undefined &&
    fieldValue(response, 'transfer-encoding') === undefined,
};

const wellFormed: Demand = {
  says: 'a well-formed head',
  holds: ({ version, faults }) => version === 'HTTP/1.1' && faults.length === 0,
};

const isDecision: Demand = {
  says: '101 or an error status',
  holds: ({ status }) => status === 101 || isErrorStatus(status),
};

export const serverHandshake: readonly Probe[] = serverProbes({
  '6455-4.2.2-6': {
    'answers version 99 with an error, and says which version it speaks': refuses(
      version('99'),
      [400, 426],
      speaks13,
    ),
    'answers version 12 with an error, and says which version it speaks': refuses(
      version('12'),
      [400, 426],
      speaks13,
    ),
    'says what to upgrade to when it answers with 426': answers(namesProtocolWith426, {
      handshake: version('99'),
    }),
  },
  '6455-4.4-1': {
    'says that it speaks version 13 when asked for 25': speaks13When('25'),
    'says that it speaks version 13 when asked for 12': speaks13When('12'),
  },
  '6455-11.3.5-1': {
    'may name its versions in several lines': mayNameVersionsInLines(),
  },
  '6455-4.2.2-7': {
    'answers a handshake for a resource that it does not have with an error': refuses({
      target: '/nowhere-that-exists',
    }),
  },
  '6455-4.2.2-8': {
    'chooses a subprotocol that was asked for': choosesAmong(['x-unknown', 'superchat', 'chat']),
  },
  '6455-4.2.2-9': {
    'names no subprotocol when none was asked for': accepts(
      {},
      atMost(0, 'Sec-WebSocket-Protocol'),
    ),
    'names no subprotocol, or refuses, when it knows none of those asked for': answers(
      isDecision,
      { handshake: protocol('x-unknown') },
      [atMost(0, 'Sec-WebSocket-Protocol')],
    ),
  },
  '6455-11.3.4-1': {
    'accepts subprotocols that come in two lines': accepts(protocol(['chat', 'superchat'])),
  },
  '6455-11.3.4-2': {
    'names its subprotocol in one line at most': accepts(
      protocol('chat, superchat'),
      atMost(1, 'Sec-WebSocket-Protocol'),
    ),
  },
  '6455-4.2.2-12': {
    'accepts with a 101 that is well-formed and has no content': accepts({}, wellFormed, noContent),
  },
  '6455-4.2.2-13': {
    'says Upgrade: websocket': accepts({}, field('Upgrade', 'websocket')),
  },
  '6455-4.2.2-14': {
    'says Connection: Upgrade': accepts({}, field('Connection', 'Upgrade')),
  },
  '6455-4.2.2-15': {
    'makes the accept value from the key': accepts({}, acceptValue(SAMPLE_ACCEPT)),
    'makes another accept value from another key': accepts(
      { fields: { 'Sec-WebSocket-Key': 'AAECAwQFBgcICQoLDA0ODw==' } },
      acceptValue('Bz3qJYTGdOe8gUSpLosEdiLKDrk='),
    ),
  },
  '6455-11.3.3-1': {
    'gives the accept value in one line': accepts({}, atMost(1, 'Sec-WebSocket-Accept')),
  },
  '6455-4.2.2-16': {
    'reads a frame that came in the same segment as the handshake': happens([], [text('Hello')], {
      early: '81 85 k 48656c6c6f',
    }),
    'may send a greeting as soon as the connection is open': may(
      [],
      text('Hello'),
      '?greeting=Hello',
    ),
  },
});

function version(value: string): HandshakeChanges {
  return { fields: { 'Sec-WebSocket-Version': value } };
}

function protocol(value: string | readonly string[]): HandshakeChanges {
  return { fields: { 'Sec-WebSocket-Protocol': value } };
}

function speaks13When(asked: string): Judgement {
  return answers(speaks13, { handshake: version(asked) });
}

function mayNameVersionsInLines(): Judgement {
  const expected = 'Sec-WebSocket-Version in one line or several';
  return judgesAnswer({ handshake: version('99') }, (response) => {
    const lines = fieldValues(response, 'sec-websocket-version');
    if (lines.length === 0) return notApplicable(expected, 'it names no version');
    return offer(lines.length > 1, expected, `${lines.length}: ${lines.join(', ')}`);
  });
}

/** The accept value is to be compared octet by octet: base64 knows case. */
function acceptValue(value: string): Demand {
  return {
    says: `Sec-WebSocket-Accept: ${value}`,
    holds: (response) => fieldValue(response, 'sec-websocket-accept') === value,
  };
}

/** The subprotocol of the answer, if there is one, is among those that were asked for. */
function choosesAmong(asked: readonly string[]): Judgement {
  const handshake = protocol(asked.join(', '));
  const expected = `one of ${asked.join(', ')}, just as it was asked for`;
  return {
    sends: describeHandshake(handshake),
    judge: async (subject) => {
      const { response } = await Conversation.open(subject, handshake);
      const chosen = fieldValue(response, 'sec-websocket-protocol');
      if (chosen === undefined) return notApplicable(expected, 'it chose none of them');
      return finding(asked.includes(chosen), expected, chosen);
    },
  };
}
