/**
 * The extensions that a client offers, and what it makes of those that the server names.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-9.1 | RFC 6455 §9}
 * @module
 */

import { matches } from '../models/grammar.ts';
import { inWhitespace } from '../models/http-grammar.ts';
import { SecWebSocketExtensions } from '../models/opening-handshake.ts';
import { faultsOfOffer } from '../models/permessage-deflate.ts';
import { finding, offer } from '../probe.ts';
import { fieldValuesOf, type Visit } from '../scripted-server.ts';
import { accepts, refuses, requests } from './judgements.ts';
import { isDeflate, offersOf, unlessOffered } from './offers.ts';
import { type ClientJudgement, type ClientProbe, clientProbes } from './subject.ts';

export const extensions: readonly ClientProbe[] = clientProbes({
  '6455-4.1-39': {
    'fails on an extension that it did not offer': naming('x-unknown'),
    'fails on such an extension behind one that it offered': naming(
      'permessage-deflate, x-unknown',
    ),
  },
  '6455-4.3-1': {
    'takes a quoted value for what it says': accepts(
      extension('permessage-deflate; server_max_window_bits="10"'),
      { unsuited: unlessOffered },
    ),
    'fails on a quoted value that is no token': naming(
      'permessage-deflate; server_max_window_bits="1 0"',
    ),
  },
  '6455-9-4': {
    'offers permessage-deflate with parameters that it has': requests(
      'offers by RFC 7692',
      (visit) => {
        const faults = offersOf(visit)
          .filter(isDeflate)
          .flatMap(({ parameters }) => faultsOfOffer(parameters));
        return finding(faults.length === 0, 'offers by RFC 7692', shown(visit));
      },
    ),
  },
  '6455-9.1-1': {
    'offers extensions by their grammar': requests('a list of extensions, or none', (visit) => {
      const values = fieldValuesOf(visit, 'Sec-WebSocket-Extensions');
      const isRight = values.every((value) => matches(inWhitespace(SecWebSocketExtensions), value));
      return finding(isRight, 'a list of extensions, or none', shown(visit));
    }),
    'fails on a parameter without a name': naming('permessage-deflate;;'),
    'fails on a parameter that is only a value': naming('permessage-deflate; =10'),
    'fails on an extension without a name': naming('; server_no_context_takeover'),
    'fails on two names without a comma': naming('permessage-deflate permessage-deflate'),
  },
  '6455-9.1-2': {
    'fails on a quoted value with a space': naming(
      'permessage-deflate; client_max_window_bits="1 0"',
    ),
  },
  '6455-9.1-3': {
    'may offer extensions in several lines': requests('several lines, or one', (visit) => {
      const { length } = fieldValuesOf(visit, 'Sec-WebSocket-Extensions');
      return offer(length > 1, 'several lines, or one', shown(visit));
    }),
  },
  '6455-9.1-5': {
    'fails on a parameter that the extension does not have': naming('permessage-deflate; foo'),
  },
  '6455-9.1-8': {
    'takes the extension that the server chose': accepts(extension('permessage-deflate'), {
      unsuited: unlessOffered,
    }),
  },
});

/** An answer with these extensions fails the connection. */
function naming(extensions: string): ClientJudgement {
  return refuses(extension(extensions));
}

function extension(extensions: string) {
  return { fields: { 'Sec-WebSocket-Extensions': extensions } };
}

function shown(visit: Visit): string {
  return fieldValuesOf(visit, 'Sec-WebSocket-Extensions').join(' and ') || 'no extensions';
}
