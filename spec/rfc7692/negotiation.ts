/**
 * Offers of permessage-deflate, and what a server may answer.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1 | RFC 7692 §5 and §7.1}
 * @module
 */

import { offer, type Probe } from '../probe.ts';
import { serverProbes } from '../websocket-judgements.ts';
import { text } from '../websocket-wire.ts';
import {
  acceptedOrDeclined,
  acceptsOne,
  acceptsToo,
  answered,
  declined,
  echoes,
  isAnswer,
  OFFER,
  passesOver,
  valueIn,
} from './judgements.ts';

export const negotiation: readonly Probe[] = serverProbes({
  '7692-5-3': {
    'takes the first of two offers': answered(
      'permessage-deflate; server_max_window_bits=10, permessage-deflate',
      'server_max_window_bits of at most 10',
      (answer) => (valueIn(answer, 'server_max_window_bits') ?? 15) <= 10,
    ),
  },
  '7692-5-6': {
    'accepts by naming the extension with its parameters': acceptsOne(
      OFFER,
      'permessage-deflate once, with parameters of an answer, each once',
    ),
  },
  '7692-5-7': {
    'limits its window as it is asked to, or declines': acceptedOrDeclined(
      'permessage-deflate; server_max_window_bits=8',
      /server_max_window_bits="?8\b/,
    ),
  },
  '7692-5-8': {
    'says which requests of the offer hold': acceptedOrDeclined(
      'permessage-deflate; server_no_context_takeover; server_max_window_bits=12',
      /(?=.*server_no_context_takeover).*server_max_window_bits="?(?:[89]|1[0-2])\b/,
    ),
  },
  '7692-5-9': {
    'accepts one extension that uses RSV1': acceptsOne(
      `${OFFER}, permessage-bzip2`,
      'permessage-deflate alone',
    ),
  },
  '7692-5-13': {
    'names no extension when all offers are declined': declined('permessage-deflate; foo=1'),
  },
  '7692-5-15': {
    'takes compressed messages once it has accepted': echoes(
      ['c1 87 k f248cdc9c90700'],
      [text('Hello')],
    ),
  },
  '7692-7-1': {
    'declines an unknown parameter': declined('permessage-deflate; foo'),
    'declines an unknown parameter among others': declined(`${OFFER}; window=15`),
    'declines an offer with an unknown parameter, and takes the one behind it':
      passesOver('permessage-deflate; foo'),
  },
  '7692-7-2': Object.fromEntries(
    [
      ...['7', '16', '08', 'abc', '0', '100'].map((bits) => `server_max_window_bits=${bits}`),
      'server_max_window_bits',
      'client_max_window_bits=0',
      'client_max_window_bits=16',
      'server_no_context_takeover=1',
      'client_no_context_takeover=true',
    ].map((parameter) => [`declines ${parameter}`, declined(`permessage-deflate; ${parameter}`)]),
  ),
  '7692-7-3': {
    'declines a repeated parameter': declined(
      'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
    ),
    'declines a parameter repeated with another value': declined(
      'permessage-deflate; server_max_window_bits=10; server_max_window_bits=11',
    ),
  },
  '7692-7-4': {
    'declines what it can do in no way, or does it': acceptedOrDeclined(
      'permessage-deflate; server_no_context_takeover; server_max_window_bits=8',
      /(?=.*server_no_context_takeover).*server_max_window_bits="?8\b/,
    ),
  },
  '7692-7.1.1.1-2': {
    'repeats server_no_context_takeover': acceptedOrDeclined(
      'permessage-deflate; server_no_context_takeover',
      /server_no_context_takeover/,
    ),
  },
  '7692-7.1.1.1-3': {
    'supports server_no_context_takeover': acceptsToo(
      'permessage-deflate; server_no_context_takeover',
      'the offer accepted',
    ),
  },
  '7692-7.1.1.1-4': mayAnswer('server_no_context_takeover'),
  '7692-7.1.1.2-2': mayAnswer('client_no_context_takeover'),
  '7692-7.1.2.1-2': {
    'answers with a window of 8 to 15': answered(
      'permessage-deflate; server_max_window_bits=15; client_max_window_bits=15',
      'windows of 8 to 15, without leading zeros',
      isAnswer,
    ),
  },
  '7692-7.1.2.1-3': {
    'answers a window with the same or a smaller one, or declines': acceptedOrDeclined(
      'permessage-deflate; server_max_window_bits=10',
      /server_max_window_bits="?(?:[89]|10)\b/,
    ),
  },
  '7692-7.1.2.1-4': mayAnswer('server_max_window_bits'),
  '7692-7.1.2.2-3': mayAnswer('client_max_window_bits'),
  '7692-7.1.2.2-4': {
    'gives client_max_window_bits a value': answered(
      OFFER,
      'client_max_window_bits absent, or 8 to 15',
      (answer) => !answer.includes('client_max_window_bits') || isAnswer(answer),
    ),
  },
  '7692-7.1.2.2-5': {
    'does not limit the window of a client that can not': answered(
      'permessage-deflate',
      'an answer without client_max_window_bits',
      (answer) => !answer.includes('client_max_window_bits'),
    ),
  },
});

/** The server may say so without being asked. */
function mayAnswer(parameter: string) {
  return {
    [`may answer with ${parameter} unasked`]: answered(OFFER, `${parameter}, or not`, (answer) =>
      offer(answer.includes(parameter), `${parameter}, or not`, answer),
    ),
  };
}
