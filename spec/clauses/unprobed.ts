/**
 * Clauses that bind a client and could be observed, but have no probe, each with the reason. Of those
 * that bind a server, each has one.
 *
 * @module
 */

/** The reasons for the clauses of `sse`, by their ids. */
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

/** The same for the clauses of the other lists that bind a client alone. */
export const UNPROBED_OF_CLIENTS: Readonly<Record<string, string>> = {
  '6202-2.1-3':
    'what a client polls, and how its rounds end, is for its application; the client of encke is seen to in its own tests',
  '6202-3.2-1':
    'what a client falls back to is for its application; the client of encke is seen to in its own tests',
  '6202-4.1-1':
    "which requests are one client's is for its application; the client of encke is seen to in its own tests",
  '6202-4.1-2':
    'which of the requests is a poll is for its application; the client of encke is seen to in its own tests',
};

/** Why a clause that can be observed has no probe; nothing for one that has, or is not listed. */
export function reasonWithout(id: string): string | undefined {
  const reasons = [UNPROBED_OF_EVENT_SOURCE, UNPROBED_OF_WEBSOCKET_CLIENT, UNPROBED_OF_CLIENTS];
  return reasons.map((each) => each[id]).find((reason) => reason !== undefined);
}
