/**
 * What the application behind a server may do, and what the server makes of it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.1.2 | RFC 6455 §4.2.2, §7}
 * @module
 */

import {
  answers,
  field,
  isAcceptance,
  isNoAcceptance,
  isRefusal,
  judgesAnswer,
} from '../handshake-judgements.ts';
import { summaryOf } from '../models/response.ts';
import { offer, type Probe } from '../probe.ts';
import { type Judgement, type Place, serverProbes } from '../websocket-judgements.ts';
import { command, concludes, may, REFLECTOR } from '../websocket-reflector.ts';

const LISTED = 'http://app.example';
const FOREIGN = 'http://evil.example';

export const application: readonly Probe[] = serverProbes({
  '6455-4.2.1-10': {
    'decides about a handshake without Origin by a rule of its own': answers(
      { says: '101 or 403', holds: ({ status }) => status === 101 || status === 403 },
      from(undefined),
    ),
  },
  '6455-4.2.2-2': {
    'may ask for authentication': mayAnswer(401, 'WWW-Authenticate', 'Basic'),
  },
  '6455-4.2.2-3': {
    'may redirect': mayAnswer(302, 'Location', 'http://app.example/'),
  },
  '6455-4.2.2-4': {
    'may let a listed origin in': answers(isAcceptance, from(LISTED)),
  },
  '6455-4.2.2-5': {
    'answers a handshake that it does not want with an error': answers(isRefusal(), from(FOREIGN)),
  },
  '6455-10.2-1': {
    'refuses a foreign origin': answers(isNoAcceptance, from(FOREIGN)),
    'refuses an origin that begins like a listed one': answers(
      isNoAcceptance,
      from('http://app.example.evil'),
    ),
    'refuses an origin that ends like a listed one': answers(
      isNoAcceptance,
      from('http://evil-app.example'),
    ),
    'refuses the origin null': answers(isNoAcceptance, from('null')),
  },
  '6455-10.2-2': {
    'refuses a foreign origin with 403': answers(isRefusal([403]), from(FOREIGN)),
  },
  '6455-5.5.1-15': {
    'sends one Close when both sides send theirs at the same time': concludes(
      'close 1000',
      ['close 1000'],
      { crossing: true },
    ),
  },
  '6455-6.1-1': {
    'sends nothing behind its Close, even when its application does': concludes('close-then-send', [
      'close 1000',
    ]),
  },
  '6455-7.1.2-1': {
    'begins the closing handshake with the code and reason of its application': concludes(
      'close 4001 bye',
      ['close 4001 "bye"'],
    ),
  },
  '6455-7.2.2-1': {
    'closes the connection when its application gives it up': concludes('terminate', []),
  },
  '6455-7.3-1': {
    'may close whenever it wants': may([command('close 1001')], 'close 1001'),
  },
  '6455-7.4-1': {
    'may give a reason for closing': may([command('close 1000 done')], 'close 1000 "done"'),
  },
  '6455-7.4.1-2': {
    'may say 1003 for data of a type that it does not take': may(['82 81 k 00'], 'close 1003'),
  },
});

/** A handshake with this origin at the reflector, which lets only one in. */
function from(origin: string | undefined): Place {
  return { ...REFLECTOR, handshake: { fields: { Origin: origin } } };
}

/** The answer to an upgrade may be up to the application. */
function mayAnswer(status: number, name: string, value: string): Judgement {
  const demand = field(name, value);
  const query = `?status=${status}&field=${encodeURIComponent(`${name}:${value}`)}`;
  const expected = `${status} with ${demand.says}, or no such answer`;
  return judgesAnswer({ reflector: query }, (response) =>
    offer(response.status === status && demand.holds(response), expected, summaryOf(response)),
  );
}
