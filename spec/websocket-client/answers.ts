/**
 * What a client makes of the answer to its opening handshake.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 * @module
 */

import type { FieldChange } from '../opening-handshake.ts';
import { SAMPLE_ACCEPT } from '../opening-handshake.ts';
import { finding } from '../probe.ts';
import type { AnswerChanges } from './answer.ts';
import { accepts, ends, FENCE, isRefused, refuses, serves } from './judgements.ts';
import { type ClientJudgement, type ClientProbe, clientProbes } from './subject.ts';

const CHAT = { protocols: ['chat'] };

export const answers: readonly ClientProbe[] = clientProbes({
  '6455-4.1-34': {
    'opens the connection when the answer is right': accepts({}),
    'fails on an answer that is no response': refuses({ statusLine: 'WEBSOCKET OK' }),
  },
  '6455-4.1-35': Object.fromEntries(
    ['200 OK', '204 No Content', '302 Found', '401 Unauthorized', '404 Not Found', '503 Later'].map(
      (status) => [`does not open the connection on ${status}`, neverOpens(status)],
    ),
  ),
  '6455-4.1-36': {
    'fails on an answer without Upgrade': refuses(having('Upgrade', undefined)),
    'fails on an upgrade to something else': refuses(having('Upgrade', 'h2c')),
    'fails on an upgrade to something more': refuses(having('Upgrade', 'websocket, h2c')),
    'takes Upgrade: WebSocket': accepts(having('Upgrade', 'WebSocket')),
  },
  '6455-4.1-37': {
    'fails on an answer without Connection': refuses(having('Connection', undefined)),
    'fails on Connection: keep-alive': refuses(having('Connection', 'keep-alive')),
    'takes Upgrade among other options': accepts(having('Connection', 'keep-alive, upgrade')),
  },
  '6455-4.1-38': {
    'fails on an answer without Sec-WebSocket-Accept': refuses(proving(undefined)),
    'fails on an empty Sec-WebSocket-Accept': refuses(proving('')),
    'fails on the proof for another key': refuses(proving(SAMPLE_ACCEPT)),
    'fails on a proof with something behind it': refuses(proving('{accept}=')),
    'takes whitespace around the proof': accepts(proving(' \t{accept}\t ')),
  },
  '6455-4.1-40': {
    'fails on a subprotocol that it did not ask for': refuses(choosing('other'), CHAT),
    'fails on a subprotocol where it asked for none': refuses(choosing('chat')),
    'fails on its subprotocol in letters of another case': refuses(choosing('CHAT'), CHAT),
    'fails on several subprotocols': refuses(choosing('chat, superchat'), {
      protocols: ['chat', 'superchat'],
    }),
    'takes the subprotocol that was chosen': accepts(choosing('superchat'), {
      protocols: ['chat', 'superchat'],
    }),
  },
  '6455-4.1-41': {
    'fails on a 101 of HTTP/1.0': refuses({ statusLine: 'HTTP/1.0 101 Switching Protocols' }),
    'fails on two lines of Sec-WebSocket-Accept': refuses(proving(['{accept}', '{accept}'])),
    'fails on a line that is no field line': refuses({ line: 'no colon' }),
    'fails on a field name with a space behind it': refuses({ line: 'X-Name : value' }),
  },
  '6455-7.2.1-1': {
    'closes TCP when the handshake fails': ends(
      [FENCE],
      'the end, perhaps behind a Close frame',
      isRefused,
      { answer: proving(SAMPLE_ACCEPT) },
    ),
  },
});

function having(name: string, value: FieldChange): AnswerChanges {
  return { fields: { [name]: value } };
}

function proving(value: FieldChange): AnswerChanges {
  return having('Sec-WebSocket-Accept', value);
}

function choosing(protocol: string): AnswerChanges {
  return having('Sec-WebSocket-Protocol', protocol);
}

/** An answer that is right but for its status, and a message behind it, which nobody sends back. */
function neverOpens(status: string): ClientJudgement {
  const expected = 'no frame from the client';
  const answer = { statusLine: `HTTP/1.1 ${status}` };
  return serves([FENCE], expected, { answer }, async ({ wire }, { patience }) => {
    await wire.isQuiet(2 * patience);
    const { waiting, ending } = wire;
    const received = waiting.length === 0 ? `none, and ${ending}` : waiting.toString('hex', 0, 64);
    return finding(waiting.length === 0, expected, received);
  });
}
