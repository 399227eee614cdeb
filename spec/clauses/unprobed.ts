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
  'html-9.2.1-1':
    'that a stream is finished is for an application to say, and no subject has one that is',
  'html-9.2.1-2': 'that a stream is elsewhere is for an application to say',
  'html-17.6-5':
    'capacity ends where a limit is reached, and no limit is known that a probe may exhaust; encke answers an event stream with 200 and a bye that says when to come back, since any other status would end a plain EventSource for good',
  '7692-7.2.1-5':
    'whether a server ever sends a block with BFINAL is up to it, and nothing makes it send one',
  '6202-2.2-4': 'no limit on held polls is known that a probe may exhaust',
  '6202-5.5-1':
    'a poll that is held for 20 to 60 s takes longer than a probe may; that the time can be settled is seen by 6202-2.2-6',
  '6202-6-2': 'no limit on held connections is known that a probe may exhaust',
};

/** The same for the clauses of `sse` that bind a client. */
export const UNPROBED_OF_EVENT_SOURCE: Readonly<Record<string, string>> = {
  'html-9.2.2-2': 'only a page has an origin, and credentials that could be sent to another',
  'html-17.6-3': 'only a page has an origin, so that a stream can be of another',
};

/** The same for the clauses of RFC 6455 and 7692 that bind a client. */
export const UNPROBED_OF_WEBSOCKET_CLIENT: Readonly<Record<string, string>> = {
  '6455-3-1': 'ports 80 and 443 are not for a probe to listen on',
  '6455-4.1-7': 'how a client is told of a proxy is up to its program',
  '6455-4.1-12': 'how a client is told whom to trust is up to its program',
  '6455-4.1-13': 'how a client is told to trust the certificate of a probe is up to its program',
  '6455-4.1-25': 'only a page has an origin',
  '6455-7.4.1-7': 'nothing makes a client insist on an extension',
  '7692-7.2.1-5':
    'whether a client ever sends a block with BFINAL is up to it, and nothing makes it send one',
};
