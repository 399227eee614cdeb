/**
 * What a server asks of an opening handshake before it accepts it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1 | RFC 6455 §4.2.1}
 * @module
 */

import {
  accepts,
  answers,
  isErrorStatus,
  isNoAcceptance,
  refuses,
} from '../handshake-judgements.ts';
import { summaryOf } from '../models/response.ts';
import {
  describeHandshake,
  type FieldChanges,
  type HandshakeChanges,
} from '../opening-handshake.ts';
import { finding, type Probe } from '../probe.ts';
import { type Judgement, serverProbes } from '../websocket-judgements.ts';
import { Conversation, text } from '../websocket-wire.ts';

const A_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ANOTHER_KEY = 'AAECAwQFBgcICQoLDA0ODw==';

export const openingHandshake: readonly Probe[] = serverProbes({
  '6455-4.2.1-1': {
    'refuses a handshake that names a subprotocol twice': refuses(
      fields({ 'Sec-WebSocket-Protocol': 'a, a' }),
    ),
    'refuses a handshake with a line that is no field': refuses(fields({ 'X Foo': 'bar' })),
  },
  '6455-4.2.1-2': {
    'refuses a POST': refuses({ method: 'POST' }),
    'refuses a handshake with content, or sets the content apart from the frames': setsContentApart(
      'Content-Length: 5',
      'hello',
    ),
    'refuses chunked content, or sets the chunks apart from the frames': setsContentApart(
      'Transfer-Encoding: chunked',
      '5\r\nhello\r\n0\r\n\r\n',
    ),
  },
  '6455-4.2.1-3': {
    'does not upgrade HTTP/1.0': answers(isNoAcceptance, { handshake: { version: 'HTTP/1.0' } }),
  },
  '6455-4.2.1-4': {
    'accepts a request target with scheme and host': accepts({ target: '{scheme}://{host}{path}' }),
  },
  '6455-4.2.1-5': {
    'refuses a handshake without Host': refuses(fields({ Host: undefined }), [400]),
  },
  '6455-4.2.1-6': {
    'does not upgrade without Upgrade': doesNotUpgrade({ Upgrade: undefined }),
    'does not upgrade to websocket when asked for h2c': doesNotUpgrade({ Upgrade: 'h2c' }),
    'reads Upgrade in whatever case': accepts(fields({ Upgrade: 'WebSocket' })),
  },
  '6455-4.2.1-7': {
    'finds the upgrade option among others, in whatever case': accepts(
      fields({ Connection: 'keep-alive, uPgRaDe' }),
    ),
    'does not upgrade without the upgrade option': doesNotUpgrade({ Connection: 'keep-alive' }),
  },
  '6455-4.2.1-8': {
    'refuses a handshake without a key': refusesKey(undefined),
    'refuses a key of 2 octets': refusesKey('abc='),
    'refuses a key that is not base64': refusesKey('abc'),
    'refuses a key of 15 octets': refusesKey('AAECAwQFBgcICQoLDA0O'),
    'refuses a key of 17 octets': refusesKey('AAECAwQFBgcICQoLDA0ODxA='),
    'refuses a key without its padding': refusesKey('dGhlIHNhbXBsZSBub25jZQ'),
  },
  '6455-11.3.1-1': {
    'refuses a handshake with two keys': refusesKey([A_KEY, ANOTHER_KEY]),
  },
  '6455-4.2.1-9': {
    'refuses a handshake without a version': refusesVersion(undefined),
    'refuses version 12': refusesVersion('12'),
  },
  '6455-11.3.5-2': {
    'refuses a handshake with two versions': refusesVersion(['13', '12']),
  },
  '6455-4.2.1-11': {
    'asks for none of the optional fields': accepts({}),
  },
  '6455-4.2.1-12': {
    'ignores a field that it does not know': accepts(fields({ 'X-Foo': 'bar' })),
  },
  '6455-4.2.1-13': {
    'accepts the fields in any order': accepts({ reversed: true }),
  },
  '6455-10.7-4': {
    'answers a handshake whose request line is broken with an error status': refuses({
      method: 'G\u0001T',
    }),
  },
});

/** An ordinary handshake with other fields. */
function fields(changed: FieldChanges): HandshakeChanges {
  return { fields: changed };
}

function doesNotUpgrade(changed: FieldChanges): Judgement {
  return answers(isNoAcceptance, { handshake: { fields: changed } });
}

function refusesKey(key: string | readonly string[] | undefined): Judgement {
  return refuses(fields({ 'Sec-WebSocket-Key': key }), [400]);
}

function refusesVersion(version: string | readonly string[] | undefined): Judgement {
  return refuses(fields({ 'Sec-WebSocket-Version': version }), [400, 426]);
}

/**
 * The handshake, its content and a frame come in one segment: the server refuses, or the frame is the
 * first thing that it reads.
 */
function setsContentApart(framing: string, content: string): Judgement {
  const [name, value] = framing.split(': ') as [string, string];
  const handshake = { fields: { [name]: value }, content };
  const early = '81 85 k 48656c6c6f';
  const expected = 'an error status; or 101, and then the echo of the frame behind the content';
  return {
    sends: `${describeHandshake(handshake)}, then ${early}`,
    judge: async (subject) => {
      const conversation = await Conversation.open(subject, handshake, { early });
      const answer = summaryOf(conversation.response);
      if (!conversation.isOpen)
        return finding(isErrorStatus(conversation.response.status), expected, answer);
      const happening = await conversation.next();
      return finding(happening === text('Hello'), expected, `${answer}, then ${happening}`);
    },
  };
}
