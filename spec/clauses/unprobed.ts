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

/** The same for the clauses of `sse` that bind a client. */
export const UNPROBED_OF_EVENT_SOURCE: Readonly<Record<string, string>> = {
  'html-9.2.2-2': 'only a page has an origin, and credentials that could be sent to another',
  'html-17.6-3': 'only a page has an origin, so that a stream can be of another',
};
