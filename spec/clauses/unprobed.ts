/**
 * Clauses that bind a server and could be observed, but have no probe, each with the reason.
 *
 * @module
 */

/** The reasons, by the ids of the clauses. */
export const UNPROBED: Readonly<Record<string, string>> = {
  '9110-15.6.4-1':
    'a 503 comes when a limit on clients is reached, and no limit is known that a probe may exhaust',
  '6585-4-1':
    'a 429 comes when a rate is limited, and neither a plain subject nor a reflector limits one',
  '6585-4-2': 'there is no 429 to look at, see 6585-4-1',
};
