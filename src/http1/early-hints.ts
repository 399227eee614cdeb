import { type OutgoingFields, requireFieldValue } from './outgoing-fields.ts';

/** Why hints can't be sent. */
export const BEGUN = 'the answer has begun: hints come too late';

/** A target, and parameters behind it: the rest is for who reads it to judge. @see RFC 8288 §3 */
const LINK = /^<[^<>\s]*>[\t ]*(?:;.*)?$/;

/**
 * The fields of a 103 (Early Hints).
 *
 * @param links - Values of Link, one or more.
 * @throws TypeError when one is none.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8297#section-2 | RFC 8297 §2}
 */
export function earlyHints(links: string | readonly string[]): OutgoingFields {
  const link = typeof links === 'string' ? [links] : links;
  if (link.length === 0) throw new TypeError('there is nothing to hint at');
  for (const each of link) {
    requireFieldValue('Link', each);
    if (!LINK.test(each)) throw new TypeError('a link is <target>; name=value, …');
  }
  return { link };
}
