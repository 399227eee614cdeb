/**
 * How extensions are offered, accepted and declined, and the grammar of the handshake's fields.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-9 | RFC 6455 §9}
 * @module
 */

import {
  accepts,
  answers,
  atMost,
  type Demand,
  isErrorStatus,
  refuses,
} from '../handshake-judgements.ts';
import { fieldList, type Response } from '../models/response.ts';
import { describeHandshake, type HandshakeChanges } from '../opening-handshake.ts';
import { type Finding, finding, notApplicable, offer, type Probe } from '../probe.ts';
import { type Judgement, serverProbes } from '../websocket-judgements.ts';
import { Conversation } from '../websocket-wire.ts';

const offerDeclined: Demand = {
  says: 'the offer not accepted',
  holds: (response) => isErrorStatus(response.status) || extensionsOf(response).length === 0,
};

/** What a server may answer to an offer of permessage-deflate. @see RFC 7692 §7.1 */
const DEFLATE_ANSWER =
  /^permessage-deflate(?:; *(?:(?:server|client)_no_context_takeover|(?:server|client)_max_window_bits="?(?:[89]|1[0-5])"?))*$/;

export const extensions: readonly Probe[] = serverProbes({
  '6455-4.2.2-10': {
    'accepts only extensions that were offered, each at most once': acceptsOnlyDeflate([
      'permessage-deflate, x-unknown',
    ]),
  },
  '6455-4.2.2-11': {
    'lists no extension when none was offered': accepts({}, atMost(0, 'Sec-WebSocket-Extensions')),
  },
  '6455-4.3-1': {
    'reads a quoted parameter like a plain one': acceptsOnlyDeflate([
      'permessage-deflate; server_max_window_bits="10"',
    ]),
    'does not accept an offer with a quoted parameter that is no token': declines('x-foo; a="b c"'),
  },
  '6455-4.3-2': {
    'refuses a version with a leading zero': refusesField('Sec-WebSocket-Version', '013'),
    'refuses a list in place of a version': refusesField('Sec-WebSocket-Version', '13, 8'),
    'refuses subprotocols that are no list': refusesField('Sec-WebSocket-Protocol', 'a,,b;'),
    'refuses an empty key': refusesField('Sec-WebSocket-Key', ''),
  },
  '6455-9-2': {
    'may accept an extension': deflating('permessage-deflate', (answer) =>
      offer(answer !== undefined, 'an extension, or none', answer ?? 'none'),
    ),
  },
  '6455-9-3': {
    'lists no extension that was not offered': acceptsOnly(['x-foo, x-bar'], []),
  },
  '6455-9-4': {
    'answers with parameters that the extension defines': deflating(
      'permessage-deflate; client_max_window_bits',
      judgeDeflateAnswer,
    ),
  },
  '6455-9.1-1': Object.fromEntries(
    ['permessage-deflate;;', '=x', 'a b', ';a'].map((offers) => [
      `refuses ${JSON.stringify(offers)} for extensions`,
      refusesField('Sec-WebSocket-Extensions', offers),
    ]),
  ),
  '6455-9.1-2': {
    'does not accept an offer with a quoted value that is no token': declines(
      'permessage-deflate; client_max_window_bits="1 0"',
    ),
  },
  '6455-9.1-3': {
    'accepts offers that come in two lines': acceptsOnlyDeflate(['x-foo', 'permessage-deflate']),
  },
  '6455-11.3.2-1': {
    'reads two lines of offers as one list': acceptsOnly(['x-foo', 'x-bar'], []),
  },
  '6455-9.1-5': {
    'declines an offer with a parameter that the extension does not define':
      declines('permessage-deflate; foo'),
  },
  '6455-9.1-8': {
    'takes the first offer that it can accept': takesFirstOffer(),
  },
  '6455-11.3.2-2': {
    'lists its extensions in one line at most': accepts(
      offering('permessage-deflate, x-foo'),
      atMost(1, 'Sec-WebSocket-Extensions'),
    ),
  },
});

function offering(extensions: string | readonly string[]): HandshakeChanges {
  return { fields: { 'Sec-WebSocket-Extensions': extensions } };
}

function refusesField(name: string, value: string): Judgement {
  return refuses({ fields: { [name]: value } });
}

function declines(offers: string): Judgement {
  return answers(offerDeclined, { handshake: offering(offers) });
}

function acceptsOnlyDeflate(lines: readonly string[]): Judgement {
  return acceptsOnly(lines, ['permessage-deflate']);
}

/** The handshake is accepted, each extension of the answer is one of `names`, and none comes twice. */
function acceptsOnly(lines: readonly string[], names: readonly string[]): Judgement {
  return accepts(offering(lines), {
    says: `no extension but ${names.join(', ') || 'those offered'}, none of them twice`,
    holds: (response) => {
      const accepted = extensionsOf(response).map((extension) => extension.split(';', 1)[0]!);
      const isOnce = new Set(accepted).size === accepted.length;
      return isOnce && accepted.every((name) => names.includes(name));
    },
  });
}

/** The elements of Sec-WebSocket-Extensions in the answer. */
function extensionsOf(response: Response): string[] {
  return fieldList(response, 'sec-websocket-extensions');
}

/** Offers an extension, and judges the answer: what was accepted, or nothing. */
function deflating(offers: string, judge: (answer: string | undefined) => Finding): Judgement {
  return {
    sends: describeHandshake(offering(offers)),
    judge: async (subject) => {
      const { response } = await Conversation.open(subject, offering(offers));
      return judge(extensionsOf(response)[0]);
    },
  };
}

function judgeDeflateAnswer(answer: string | undefined): Finding {
  const expected = 'the parameters of permessage-deflate, with values in their ranges';
  if (answer === undefined) return notApplicable(expected, 'it accepts no extension');
  return finding(DEFLATE_ANSWER.test(answer), expected, answer);
}

/** Of two offers, the second is only for those who can't accept the first. */
function takesFirstOffer(): Judgement {
  const first = 'permessage-deflate; server_max_window_bits=9';
  const both = offering(`${first}, permessage-deflate`);
  const expected = 'what the first offer alone is answered with, if that is accepted';
  return {
    sends: `${describeHandshake(offering(first))}; ${describeHandshake(both)}`,
    judge: async (subject) => {
      const [alone] = extensionsOf((await Conversation.open(subject, offering(first))).response);
      const [chosen] = extensionsOf((await Conversation.open(subject, both)).response);
      if (chosen === undefined) return notApplicable(expected, 'it accepts no extension');
      return finding(alone === undefined || alone === chosen, expected, chosen);
    },
  };
}
