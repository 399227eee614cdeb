import type { Library } from './websocket-peers.ts';

/** A server that was looked at. */
export type Peer = 'node:http' | Library;

/** The WebSocket libraries among them. */
export const LIBRARIES: readonly Library[] = ['ws', 'websocket', 'faye-websocket'];

const MAJOR = Number.parseInt(process.versions.node, 10);

/** From version 26 on, `node:http` reads content before it hands a connection over. */
const READING_CONTENT: readonly Peer[] = MAJOR >= 26 ? ['websocket'] : LIBRARIES;

/**
 * What servers were seen to do against the standards before there was a judge. A judge that lets
 * one of them pass has a hole: each of the probes has to fail on each of the peers.
 */
const SEEN: readonly (readonly [provocation: string, probes: string, peers: readonly Peer[]])[] = [
  ['two lines of Host', '9112-3.2-8', ['node:http']],
  ['Host with a space and a slash', '9112-3.2-9/a', ['node:http']],
  ['a transfer coding that nobody knows, then chunked', '9112-6.1-9', ['node:http']],
  ['GET with the target *', '9112-3.2.4-3/a', ['node:http']],
  ['a request line of HTTP/2.0', '9110-15.6.6-1', ['node:http']],
  ['a method that nobody knows, and one in lower case', '9110-9.1-2', ['node:http']],
  ['heads that the parser refuses, or that are too large', '9110-6.6.1-1', ['node:http']],
  ['204 with framing fields of the application', '9112-6.1-7/b 9110-8.6-5/b', ['node:http']],
  ['205 with content of the application', '9110-15.3.6-1', ['node:http']],
  ['a POST right behind a slow GET that closes', '9112-9.6-6/b 9112-9.3.2-3/c', ['node:http']],
  ['a handshake of HTTP/1.0', '6455-4.2.1-3 9110-7.8-12 9110-15.2-1/b', LIBRARIES],
  ['a handshake that expects 100', '9110-7.8-13', LIBRARIES],
  ['a handshake with content', '9110-7.8-10', LIBRARIES],
  ['a handshake with content, which is read as frames', '6455-4.2.1-2/b', READING_CONTENT],
  ['a handshake without Host', '6455-4.2.1-5 9112-3.2-7/c', ['ws', 'faye-websocket']],
  ['a handshake by POST', '6455-4.2.1-2/a', ['websocket']],
  ['a key of two octets', '6455-4.2.1-8/c', ['websocket', 'faye-websocket']],
  ['a key of 15 octets', '6455-4.2.1-8/d', ['websocket', 'faye-websocket']],
  ['two keys', '6455-11.3.1-1', ['websocket', 'faye-websocket']],
  ['version 013', '6455-4.3-2/a', ['ws', 'websocket']],
  ['version 12', '6455-4.2.2-6/b 6455-4.4-1/b', ['faye-websocket']],
  ['subprotocols that are no list', '6455-4.3-2/c', ['websocket', 'faye-websocket']],
  ['a subprotocol named twice', '6455-4.2.1-1/a', ['websocket', 'faye-websocket']],
  ['extensions with empty parameters', '6455-9.1-1/a', ['websocket']],
  ['a frame that is not masked', '6455-5.1-2/a', ['websocket']],
  ['an offer with an unknown parameter, then a good one', '7692-7-1/c', ['ws']],
  ['a window of 08 bits', '7692-7-2/c', ['ws']],
  ['lengths that are not minimal', '6455-5.2-8/a 6455-5.2-8/b', LIBRARIES],
];

/** The probes that have to fail on a peer. */
export function probesSeen(peer: Peer): string[] {
  return SEEN.filter(([, , peers]) => peers.includes(peer)).flatMap(([, ids]) => ids.split(' '));
}
