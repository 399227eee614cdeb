import { eventStream, longPoll, stream } from './fetching.ts';
import type { Platform, Transport } from './types.ts';
import { webSocket } from './web-socket.ts';

/** What is tried unless something else is asked for, best first. */
const TRANSPORTS: readonly Transport[] = [webSocket, eventStream, stream, longPoll];

/**
 * Asks for one poll, and hears nothing of the answer but its status: a WebSocket that is refused does
 * not tell a script why.
 */
export const question: Transport = {
  name: longPoll.name,
  isFetch: true,
  isPoll: true,
  open: (attempt) => longPoll.open(Object.assign({}, attempt, { receive() {} })),
};

/**
 * The transports to try of those asked for, which this platform has.
 *
 * @throws TypeError when one is none.
 */
export function transportsOf(
  asked: readonly (string | Transport)[] = TRANSPORTS,
  { WebSocket }: Platform,
): Transport[] {
  const transports = asked
    .map((transport) => (typeof transport === 'string' ? named(transport) : transport))
    .filter((transport) => transport !== webSocket || WebSocket);
  if (transports.length === 0) throw new TypeError('no transport');
  if (transports.includes(webSocket) && !transports.some(({ isFetch }) => isFetch))
    transports.push(question);
  return transports;
}

function named(name: string): Transport {
  const found = TRANSPORTS.find((transport) => transport.name === name);
  if (!found) throw new TypeError(`no transport: ${name}`);
  return found;
}
