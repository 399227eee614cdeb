/**
 * What peers do where they do not keep a clause, in a sentence for each: by peer, and by clause or probe.
 *
 * @module
 */

import type { Fault, Outcome } from './peer.ts';

/** The peers each of whose faults has to be explained here. */
export const NEEDING_EXPLANATION: readonly string[] = [
  'ws server',
  'websocket server',
  'faye-websocket server',
  'node:http server',
  'encke server',
  'encke WebSocket client',
  'encke EventSource client',
  'encke HTTP client',
  'ws client',
  'websocket client',
  'faye-websocket client',
  'undici client',
  'undici EventSource client',
  'undici fetch client',
  'node:http client',
];

/** On what a peer runs: what that does is explained there. */
const BASES: Readonly<Record<string, readonly string[]>> = {
  'ws server': ['http upgrade', 'node:http server'],
  'websocket server': ['http upgrade', 'node:http server'],
  'faye-websocket server': ['http upgrade', 'node:http server'],
  'sockjs server': ['faye-websocket server', 'http upgrade', 'node:http server'],
  'engine.io server': ['http upgrade', 'node:http server'],
};

const AS_FRAMES = 'Takes a handshake with content, and reads the content as frames.';
const VERSION_10 = 'Upgrades HTTP/1.0.';
const NOT_MINIMAL = 'Takes lengths that are not written in the fewest octets.';
const NO_HOST = 'Takes a handshake without Host.';
const ANY_KEY = 'Takes any Sec-WebSocket-Key, or two of them.';
const NO_VERSION = 'Refuses a version without saying which it speaks.';
const TWICE = 'Takes a subprotocol that is named twice.';
const MASKED = 'Takes frames that a server has masked.';
const ASKS_ANYTHING = 'Asks for the subprotocols that it is given, whatever they are.';
const SIDE_BY_SIDE = 'Opens connections to one server side by side.';
const CLOSES_FIRST = 'Closes TCP itself once both Closes are there.';
const STATUS_10 = 'Takes a 101 of HTTP/1.0.';
const NO_EXTENSIONS = 'Does not look at Sec-WebSocket-Extensions in an answer.';
const CODE_1015 = 'Takes and sends close code 1015.';
const NO_PARAMETERS = 'Does not look at the parameters of permessage-deflate in an answer.';
const ANY_RESERVED_BIT = 'Lets RSV1 stand on control and continuation frames.';
const LEAVES_TE = 'Sends TE as the application says, without naming it in Connection.';
const CHUNKS_TO_10 = 'Sends chunks to a server that speaks HTTP/1.0.';
const NO_FOLDING = 'Takes a folded field for a fault.';
const REUSED_BEHIND_10 = 'Uses a connection again behind an answer of HTTP/1.0 in chunks.';
const CHUNKED_WITH_PARAMETERS =
  'Takes chunked with a parameter for a coding that it does not know.';
const CODING_WITH_PARAMETERS = 'Takes parameters on transfer codings.';
const COMMON_NAME = 'Takes the common name of a certificate that names no host.';
const LEAVES_OPTIONS =
  'Sends Upgrade and TE as the application says, without naming them in Connection.';
const NO_HTTP_12 = 'Takes HTTP/1.2 for a fault.';
const CLOSES_BEHIND_103 = 'Closes the connection for a close in a 103.';
const CONTENT_TYPE = 'Leaves it to the application to say what type its content has.';
const USER_AGENT = 'Leaves it to the application to give its name.';
const EXPECTATION =
  'Tells the application of a 417, and leaves it to it to ask without the expectation.';
const NO_PROTOCOL = 'Says 426 without an Upgrade that says to what.';

const EXPLANATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ws server': {
    '6455-4.2.1-2': AS_FRAMES,
    '6455-4.2.1-3': VERSION_10,
    '6455-4.2.1-5': NO_HOST,
    '6455-4.3-2': 'Takes version 013 for 13.',
    '6455-5.2-8': NOT_MINIMAL,
    '7692-7-1':
      'Refuses the whole handshake for one offer that it has to decline, in place of taking the next.',
    '7692-7-2': 'Takes server_max_window_bits=08.',
  },
  'websocket server': {
    '6455-4.2.1-1': TWICE,
    '6455-4.2.1-2/a': 'Takes a handshake by POST.',
    '6455-4.2.1-2': AS_FRAMES,
    '6455-4.2.1-3': VERSION_10,
    '6455-4.2.1-6': 'Takes Upgrade: h2c for websocket.',
    '6455-4.2.1-8': ANY_KEY,
    '6455-11.3.1-1': ANY_KEY,
    '6455-4.2.2-6': NO_PROTOCOL,
    '9110-7.8-7': 'Takes Upgrade: h2c for websocket.',
    '9110-7.8-8': NO_PROTOCOL,
    '9110-7.8-11': NO_PROTOCOL,
    '9110-15.5.22-1': NO_PROTOCOL,
    '6455-4.2.2-16': 'Loses octets that come in the same segment as the handshake.',
    '6455-4.3-2': 'Takes versions like 013 and "13, 8", and subprotocols that are no list.',
    '6455-11.3.5-2': 'Takes two versions.',
    '6455-5.1-2': 'Takes frames that are not masked.',
    '6455-5.2-8': NOT_MINIMAL,
    '6455-5.5.1-4': 'Does not look at the UTF-8 of a close reason.',
    '6455-5.5.1-10': 'Answers every Close with 1000.',
    '6455-7.4.1-3': 'Says 1002 where a frame is too big.',
    '6455-7.4.1-6': 'Takes close code 1015.',
    '6455-9.1-1': 'Does not look at the grammar of extensions.',
  },
  'faye-websocket server': {
    '6455-4.2.1-1': TWICE,
    '6455-4.2.1-2': AS_FRAMES,
    '6455-4.2.1-3': VERSION_10,
    '6455-4.2.1-5': NO_HOST,
    '6455-4.2.1-8': ANY_KEY,
    '6455-11.3.1-1': ANY_KEY,
    '6455-4.2.2-6': NO_VERSION,
    '6455-4.4-1': NO_VERSION,
    '6455-4.3-2': 'Takes an empty key, and subprotocols that are no list.',
    '6455-5.2-8': NOT_MINIMAL,
    '9112-9.6-1': 'Refuses a handshake and closes, without the close option.',
  },
  'ws client': {
    '6455-4.1-3': SIDE_BY_SIDE,
    '6455-4.1-4': SIDE_BY_SIDE,
    '6455-4.1-41': STATUS_10,
    '6455-5.2-8': NOT_MINIMAL,
    '6455-5.5.1-13': CLOSES_FIRST,
    '6455-7.1.1-5': CLOSES_FIRST,
    '7692-5-10': 'Takes an answer that accepts permessage-deflate twice.',
    '7692-7-6': 'Takes windows with leading zeros in an answer.',
  },
  'websocket client': {
    '6455-4.1-2': 'Connects for addresses of other schemes.',
    '6455-4.1-3': SIDE_BY_SIDE,
    '6455-4.1-4': SIDE_BY_SIDE,
    '6455-11.1.1-1': 'Leaves a path that is not ASCII as it is.',
    '6455-4.1-30': ASKS_ANYTHING,
    '6455-4.1-37': 'Wants Upgrade to be the only connection option of an answer.',
    '6455-4.1-39': NO_EXTENSIONS,
    '6455-4.1-40': 'Takes a subprotocol that it did not ask for.',
    '6455-4.1-41': STATUS_10,
    '6455-4.3-1': NO_EXTENSIONS,
    '6455-9.1-1': NO_EXTENSIONS,
    '6455-9.1-2': NO_EXTENSIONS,
    '6455-9.1-5': NO_EXTENSIONS,
    '6455-5.5.1-4': 'Does not look at the UTF-8 of a close reason.',
    '6455-5.5.1-10': 'Answers every Close with 1000.',
    '6455-5.5.1-13': CLOSES_FIRST,
    '6455-7.1.1-5': CLOSES_FIRST,
    '6455-7.4.1-3': 'Says 1002 where a frame is too big.',
    '6455-7.4.1-6': CODE_1015,
    '7692-5-14': NO_EXTENSIONS,
    '6455-5.1-5': MASKED,
    '6455-5.2-8': NOT_MINIMAL,
    '6455-5.2-9': 'Drops empty texts, in its W3C interface.',
  },
  'faye-websocket client': {
    '6455-4.1-3': SIDE_BY_SIDE,
    '6455-4.1-4': SIDE_BY_SIDE,
    '6455-4.1-37': 'Wants Upgrade to be the only connection option of an answer.',
    '6455-4.1-41': 'Takes answers whose status line is not one of HTTP/1.1.',
    '6455-5.5.1-13': CLOSES_FIRST,
    '6455-7.1.1-5': CLOSES_FIRST,
    '6455-4.1-30': ASKS_ANYTHING,
    '6455-5.1-5': MASKED,
    '6455-5.2-8': NOT_MINIMAL,
  },
  'undici client': {
    '6455-4.1-3': SIDE_BY_SIDE,
    '6455-4.1-4': SIDE_BY_SIDE,
    '6455-4.1-37': 'Wants Upgrade to be the only connection option of an answer.',
    '6455-4.1-38': 'Takes no whitespace around Sec-WebSocket-Accept.',
    '6455-4.1-41': STATUS_10,
    '6455-4.3-1': NO_PARAMETERS,
    '6455-5.2-8': NOT_MINIMAL,
    '6455-5.6-1': 'Loses a byte order mark at the beginning of a text.',
    '6455-7.2.1-1': 'Leaves TCP open when an opening handshake fails.',
    '6455-9.1-1': NO_PARAMETERS,
    '6455-9.1-2': NO_PARAMETERS,
    '6455-9.1-5': NO_PARAMETERS,
    '7692-5.1-1': NO_PARAMETERS,
    '7692-6.1-5': ANY_RESERVED_BIT,
    '7692-7-5': NO_PARAMETERS,
    '7692-7-6': NO_PARAMETERS,
    '7692-7-7': NO_PARAMETERS,
    '7692-7.2.1-4': 'Inflates nothing behind a block with BFINAL.',
  },
  'undici EventSource client': {
    'html-9.2.3-5': 'Sends the last event ID in latin1.',
    'html-17.6-4': 'Keeps an event of any length.',
  },
  'encke HTTP client': {
    '9110-8.3-1/client':
      'Sends the fields that it is given: what the type of the content is, only an application knows. Its WebSocket and its EventSource send no content.',
    '9110-10.1.5-1':
      'Sends the fields that it is given: the name is that of the application, which may give it in headers.',
    '9110-10.1.1-5': EXPECTATION,
    '9112-9.5-6':
      'Content is one piece, and on its way as a whole before an answer can come. Its WebSocket and its EventSource send none.',
  },
  'undici fetch client': {
    '9112-7.4-2': LEAVES_TE,
    '9110-10.1.4-1': LEAVES_TE,
    '9110-7.6.1-1/client': LEAVES_TE,
    '9112-6.3-18': CHUNKS_TO_10,
    '9112-5.1-3/client': 'Takes the whitespace behind a field value for a part of it.',
    '9110-5.5-1/client': 'Takes the whitespace behind a field value for a part of it.',
    '9112-5.2-4': NO_FOLDING,
    '9112-6.1-14/client': REUSED_BEHIND_10,
    '9112-7.1-5/client': CHUNKED_WITH_PARAMETERS,
    '9112-7.2-1/client': CODING_WITH_PARAMETERS,
    '9110-4.3.4-2': COMMON_NAME,
    '9112-9.8-3': 'Ends TCP without saying that TLS ends.',
    '9110-6.2-3/client': NO_HTTP_12,
    '9110-15.2-2': 'Takes a 100 that it did not ask for for a fault.',
    '8297-2-3/b': CLOSES_BEHIND_103,
  },
  'node:http client': {
    '9112-7.4-2': LEAVES_TE,
    '9110-10.1.4-1': LEAVES_TE,
    '9112-6.1-3': 'Sends a Transfer-Encoding without chunked, if the application says so.',
    '9112-6.2-1/client':
      'Sends both Content-Length and Transfer-Encoding, if the application says so.',
    '9112-6.3-17/a': 'Sends the content of a DELETE without its length.',
    '9112-6.3-18': CHUNKS_TO_10,
    '9112-5.2-4': NO_FOLDING,
    '9112-6.1-14/client': REUSED_BEHIND_10,
    '9112-7.1-5/client': CHUNKED_WITH_PARAMETERS,
    '9112-7.2-1/client': CODING_WITH_PARAMETERS,
    '9112-9.2-3': 'Keeps a connection on which something came unasked.',
    '9112-9.5-6': 'Goes on with content that the server has refused.',
    '9112-9.6-2':
      'Uses a connection again behind a request with close, which the application wrote.',
    '9112-9.6-3':
      'Leaves a connection open behind a request with close, which the application wrote.',
    '9110-4.3.4-2': COMMON_NAME,
    '9110-7.6.1-1/client': LEAVES_OPTIONS,
    '9110-7.8-11/client': LEAVES_OPTIONS,
    '9110-8.3-1/client': CONTENT_TYPE,
    '9110-10.1.5-1': USER_AGENT,
    '9110-10.1.1-1': 'Expects 100 without content, if the application says so.',
    '9110-10.1.1-5': EXPECTATION,
    '9110-6.2-3/client': NO_HTTP_12,
    '9110-15-2': 'Hands statuses that are none to the application.',
    '8297-2-3/b': CLOSES_BEHIND_103,
  },
  'http upgrade': {
    '9110-7.8-10': AS_FRAMES,
    '9110-7.8-12': VERSION_10,
    '9110-15.2-1': VERSION_10,
    '9110-7.8-13': 'Upgrades a request that expects 100 without sending it.',
    '9112-3.2-7/c': NO_HOST,
  },
  'node:http server': {
    '6585-5-2': 'Sends 431 without content.',
    '8297-2-2': 'Sends early hints to HTTP/1.0.',
    '9110-15.3.6-1': 'Sends content with 205, if the application writes some.',
    '9110-15.5-1': 'The errors of its own have no content.',
    '9110-15.6.6-1': 'Serves HTTP/2.0.',
    '9110-17.5-1/a': 'Resets a connection whose client is still sending when it is refused.',
    '9110-17.5-1/b': 'Reads a chunk-size of any length.',
    '9110-4.2.1-1': 'Leaves it to the application to refuse an absolute target without a host.',
    '9110-4.2.4-2': 'Leaves userinfo in a target to the application.',
    '9110-5.5-1': 'Takes the whitespace behind a field value for a part of it.',
    '9112-5.1-3': 'Takes the whitespace behind a field value for a part of it.',
    '9110-5.6.3-3': 'Refuses whitespace in a chunk extension.',
    '9110-6.2-3/a': 'Refuses HTTP/1.2.',
    '9110-6.2-3/b': 'Serves HTTP/2.0.',
    '9110-6.5.1-1': 'Sends Content-Length as a trailer, if the application says so.',
    '9110-6.6.1-1': 'The errors of its own have no Date.',
    '9110-7.4-1': 'Leaves the scheme of a target to the application.',
    '9110-8.6-5': 'Sends Content-Length with 204, if the application says so.',
    '9110-8.6-9': 'Sends more content than was announced, if the application does.',
    '9110-9.1-2': 'Answers methods that it does not know with 400.',
    '9112-2.2-10': 'Takes a request line without a version.',
    '9112-3-2': 'Answers a long method with 400.',
    '9112-3-3': 'Answers a long target with 431.',
    '9112-3.2-8': 'Takes two lines of Host.',
    '9112-3.2-9': 'Does not look at what is in Host.',
    '9112-3.2.4-3': 'Leaves the target * to the application.',
    '9112-6.1-14': 'Goes on behind HTTP/1.0 with Transfer-Encoding.',
    '9112-6.1-7': 'Sends Transfer-Encoding with 204, if the application says so.',
    '9112-6.1-9': 'Hands content to the application that it can not decode.',
    '9112-6.2-1': 'Sends both Content-Length and Transfer-Encoding, if the application says so.',
    '9112-6.3-14': 'The errors of its own have no length.',
    '9112-7.1.1-2': 'Limits chunk extensions one by one, not altogether.',
    '9112-7.2-1': 'Takes parameters on transfer codings.',
    '9112-9.3.2-3': 'Forgets the request under way when it refuses the next.',
    '9112-9.6-11': 'Resets a connection whose client is still sending when it is refused.',
    '9112-9.6-12': 'Forgets the request under way when the client closes its side.',
    '9112-9.6-6': 'Reads on behind a request that closes.',
  },
};

/** What a peer does, where that is known. */
export function explanationOf(
  { name, role }: Pick<Outcome, 'name' | 'role'>,
  { probe, clause }: Pick<Fault, 'probe' | 'clause'>,
): string | undefined {
  const peer = `${name} ${role}`;
  return [peer, ...(BASES[peer] ?? [])]
    .map((one) => EXPLANATIONS[one] ?? {})
    .map((sentences) => sentences[probe] ?? sentences[clause])
    .find((sentence) => sentence !== undefined);
}

/** All that is explained, as peer and clause or probe. */
export function explained(): (readonly [peer: string, what: string])[] {
  return Object.entries(EXPLANATIONS).flatMap(([peer, sentences]) =>
    Object.keys(sentences).map((what) => [peer, what] as const),
  );
}
