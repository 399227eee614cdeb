/**
 * permessage-deflate as a client offers it, and what it makes of the answers.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1 | RFC 7692 §5, §7.1}
 * @module
 */

import { faultsOfOffer } from '../models/permessage-deflate.ts';
import { finding, notApplicable, offer } from '../probe.ts';
import { COMPRESSIBLE, inflateAlone } from '../rfc7692/judgements.ts';
import { HELLO, HELLO_AGAIN, TWICE } from '../rfc7692/messages.ts';
import { fieldValuesOf, type Visit } from '../scripted-server.ts';
import { binary } from '../websocket-wire.ts';
import { answering, echoed, echoes, FAR_BACK, FAR_BACK_MEANS } from './deflating.ts';
import { ends, FENCE, isRefused, refuses, requests } from './judgements.ts';
import { deflateOfferOf, hasParameter, isDeflate, offersOf, unlessOffered } from './offers.ts';
import { type ClientJudgement, type ClientProbe, clientProbes } from './subject.ts';

const BITS = 'client_max_window_bits';

export const compression: readonly ClientProbe[] = clientProbes({
  '7692-5-1': {
    'offers compression by its name': requests('permessage-deflate', (visit) => {
      const names = offersOf(visit).map(({ extension }) => extension);
      if (names.length === 0) return notApplicable('permessage-deflate', 'it offers no extension');
      return finding(names.includes('permessage-deflate'), 'permessage-deflate', names.join());
    }),
  },
  '7692-5-2': {
    'may offer compression in several ways': mayOffer(
      'several offers',
      (visit) => offersOf(visit).filter(isDeflate).length > 1,
    ),
  },
  '7692-5-4': {
    'inflates what refers 32,768 octets back where it has said nothing else': echoes(
      [FAR_BACK],
      [binary(FAR_BACK_MEANS)],
      { unless: ['server_max_window_bits'] },
    ),
  },
  '7692-5-5': {
    'may say how large its own window is at most': mayOffer('a value', (visit) =>
      valuesOf(visit, BITS).some((value) => value !== undefined),
    ),
  },
  '7692-5-10': {
    'fails when it is to compress twice': failsOn('permessage-deflate, permessage-deflate'),
  },
  '7692-5-14': {
    'fails on compression that it has not offered': refuses(answering('permessage-bzip2')),
  },
  '7692-5.1-1': {
    'says 1010 when it can not go on as the server wants to, or does not begin': ends(
      [FENCE],
      'the end, and if there is a Close, 1010',
      (conclusion) => isRefused(conclusion) && [1010, undefined].includes(conclusion.code),
      { answer: answering('permessage-deflate; foo'), unsuited: unlessOffered },
    ),
  },
  '7692-7-5': {
    'fails on a parameter that there is not': failsOn('permessage-deflate; foo=1'),
  },
  '7692-7-6': Object.fromEntries(
    [
      BITS,
      `${BITS}=7`,
      `${BITS}=16`,
      `${BITS}=012`,
      'server_max_window_bits',
      'server_max_window_bits=020',
      'server_max_window_bits=012',
      'server_max_window_bits=7',
      'server_max_window_bits=16',
      'server_no_context_takeover=true',
      'client_no_context_takeover=1',
    ].map((parameter) => [`fails on ${parameter}`, failsOn(`permessage-deflate; ${parameter}`)]),
  ),
  '7692-7-7': {
    'fails on a parameter that is there twice': failsOn(
      'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
    ),
    'fails on a window that is there twice': failsOn(
      'permessage-deflate; server_max_window_bits=10; server_max_window_bits=12',
    ),
  },
  '7692-7-8': {
    'fails on a window of its own about which it said nothing': refuses(
      answering(`permessage-deflate; ${BITS}=10`),
      {
        unsuited: (visit) =>
          unlessOffered(visit) ?? (hasParameter(visit, BITS) ? `it offers ${BITS}` : undefined),
      },
    ),
  },
  '7692-7.1.1.1-1': mayName('server_no_context_takeover'),
  '7692-7.1.1.2-1': mayName('client_no_context_takeover'),
  '7692-7.1.1.2-3': {
    'begins anew with each message when it is told to': echoed(
      [COMPRESSIBLE, COMPRESSIBLE],
      'messages that inflate each by itself, or are not compressed',
      inflateAlone,
      { answer: 'permessage-deflate; client_no_context_takeover', mayBePlain: true },
    ),
  },
  '7692-7.1.2.1-1': mayName('server_max_window_bits'),
  '7692-7.1.2.1-2': {
    'says windows of 8 to 15 bits': says('server_max_window_bits'),
    'takes windows of 8 to 15 bits': echoes([HELLO, HELLO_AGAIN], TWICE, {
      answer: 'permessage-deflate; server_max_window_bits=9',
    }),
  },
  '7692-7.1.2.2-1': mayName(BITS),
  '7692-7.1.2.2-2': {
    'says windows of its own of 8 to 15 bits': says(BITS),
  },
});

/** An answer with these extensions, to a client that offers to compress, fails the connection. */
function failsOn(extensions: string): ClientJudgement {
  return refuses(answering(extensions), { unsuited: unlessOffered });
}

function mayOffer(what: string, isOffered: (visit: Visit) => boolean): ClientJudgement {
  const expected = `${what}, or not`;
  return requests(expected, (visit) => {
    const reason = unlessOffered(visit);
    if (reason !== undefined) return notApplicable(expected, reason);
    return offer(isOffered(visit), expected, shown(visit));
  });
}

function mayName(parameter: string): Record<string, ClientJudgement> {
  return {
    [`may offer ${parameter}`]: mayOffer(parameter, (visit) => hasParameter(visit, parameter)),
  };
}

/** The values of a parameter, wherever it is offered, are such as there may be. */
function says(parameter: string): ClientJudgement {
  const expected = `proper values of ${parameter}, if any`;
  return requests(expected, (visit) => {
    if (deflateOfferOf(visit) === undefined) return notApplicable(expected, unlessOffered(visit)!);
    const isRight = valuesOf(visit, parameter).every(
      (value) => faultsOfOffer([[parameter, value]]).length === 0,
    );
    return finding(isRight, expected, shown(visit));
  });
}

function valuesOf(visit: Visit, parameter: string): (string | undefined)[] {
  const parameters = offersOf(visit)
    .filter(isDeflate)
    .flatMap((one) => one.parameters);
  return parameters.filter(([name]) => name === parameter).map(([, value]) => value);
}

function shown(visit: Visit): string {
  return fieldValuesOf(visit, 'Sec-WebSocket-Extensions').join(' and ');
}
