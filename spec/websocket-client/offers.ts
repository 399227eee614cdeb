/**
 * What a client offers in Sec-WebSocket-Extensions.
 *
 * @module
 */

import { captured, recognise } from '../models/grammar.ts';
import { inWhitespace } from '../models/http-grammar.ts';
import { SecWebSocketExtensions } from '../models/opening-handshake.ts';
import type { Parameters } from '../models/permessage-deflate.ts';
import { fieldValuesOf, type Visit } from '../scripted-server.ts';

/** One extension that is offered. */
export interface Offer {
  readonly extension: string;
  readonly parameters: Parameters;
}

/** The extensions offered, in order; none where the field is malformed. */
export function offersOf(visit: Visit): Offer[] {
  const value = fieldValuesOf(visit, 'Sec-WebSocket-Extensions').join(', ');
  const rule = inWhitespace(SecWebSocketExtensions);
  if (captured(rule, value, 'extension') === undefined) return [];
  const offers: { extension: string; parameters: [string, string | undefined][] }[] = [];
  for (const [name, octets] of recognise(rule, Buffer.from(value, 'latin1')).captures) {
    const parameters = offers.at(-1)?.parameters ?? [];
    if (name === 'extension') offers.push({ extension: octets, parameters: [] });
    if (name === 'name') parameters.push([octets, undefined]);
    if (name === 'value') parameters.at(-1)![1] = octets.replaceAll(/["\\]/g, '');
  }
  return offers;
}

export function isDeflate({ extension }: Offer): boolean {
  return extension === 'permessage-deflate';
}

/** The first offer of permessage-deflate. */
export function deflateOfferOf(visit: Visit): Offer | undefined {
  return offersOf(visit).find(isDeflate);
}

/** Whether one of the offers of permessage-deflate has this parameter. */
export function hasParameter(visit: Visit, name: string): boolean {
  return offersOf(visit)
    .filter(isDeflate)
    .some(({ parameters }) => parameters.some(([one]) => one === name));
}

/** Why what is about permessage-deflate does not apply; nothing when it was offered. */
export function unlessOffered(visit: Visit): string | undefined {
  return deflateOfferOf(visit) === undefined ? 'it offers no permessage-deflate' : undefined;
}
