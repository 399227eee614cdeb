/**
 * The negotiation of permessage-deflate, clause by clause: what is wrong with an offer, and with an answer
 * to one.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1 | RFC 7692 §7.1}
 * @module
 */

/** The parameters of one element of Sec-WebSocket-Extensions, in order. */
export type Parameters = readonly (readonly [name: string, value: string | undefined])[];

/** A value of `_max_window_bits`: "8" to "15", no leading zeros. */
const BITS: readonly (string | undefined)[] = ['8', '9', '10', '11', '12', '13', '14', '15'];

/** Which values each parameter may have; `undefined` is none. */
const IN_OFFERS: ReadonlyMap<string, readonly (string | undefined)[]> = new Map([
  ['server_no_context_takeover', [undefined]],
  ['client_no_context_takeover', [undefined]],
  ['server_max_window_bits', BITS],
  ['client_max_window_bits', [undefined, ...BITS]],
]);

const IN_ANSWERS: typeof IN_OFFERS = new Map([...IN_OFFERS, ['client_max_window_bits', BITS]]);

/** The clauses that an offer breaks, for which it has to be declined. */
export function faultsOfOffer(offer: Parameters): string[] {
  const faults: string[] = [];
  if (offer.some(([name]) => !IN_OFFERS.has(name))) faults.push('7692-7-1');
  if (offer.some(([name, value]) => !(IN_OFFERS.get(name) ?? [value]).includes(value))) {
    faults.push('7692-7-2');
  }
  if (hasRepeats(offer)) faults.push('7692-7-3');
  return faults;
}

/** The clauses that an answer breaks when `offer` was made, for which a client has to fail. */
export function faultsOfAnswer(answer: Parameters, offer: Parameters): string[] {
  const faults: string[] = [];
  if (answer.some(([name]) => !IN_ANSWERS.has(name))) faults.push('7692-7-5');
  if (answer.some(([name, value]) => !(IN_ANSWERS.get(name) ?? [value]).includes(value))) {
    faults.push('7692-7-6');
  }
  if (hasRepeats(answer)) faults.push('7692-7-7');
  const [offered, answered] = [new Map(offer), new Map(answer)];
  const lacks = (name: string) => offered.has(name) && !answered.has(name);
  if (lacks('server_no_context_takeover')) faults.push('7692-7.1.1.1-2');
  const most = Number(offered.get('server_max_window_bits') ?? 15);
  const isWider = Number(answered.get('server_max_window_bits') ?? 15) > most;
  if (lacks('server_max_window_bits') || isWider) faults.push('7692-7.1.2.1-3');
  if (answered.has('client_max_window_bits') && !offered.has('client_max_window_bits')) {
    faults.push('7692-7.1.2.2-5');
  }
  return faults;
}

function hasRepeats(parameters: Parameters): boolean {
  return new Set(parameters.map(([name]) => name)).size < parameters.length;
}
