/**
 * A client of WebSocket that is a program of its own.
 *
 * @module
 */

import { end, start } from '../command-client.ts';
import type { WebSocketClient } from './subject.ts';

/**
 * A client, each connection of which is a run of a command. In its arguments `{url}` stands for the
 * address, and `{protocols}` for the subprotocols to ask for, with commas between.
 *
 * @param onFailure - Told when the command can't be started.
 */
export function webSocketClientOf(
  [program, ...args]: readonly string[],
  onFailure: (error: Error) => void = () => {},
): WebSocketClient {
  return (address, protocols) => {
    const filled = args.map((arg) =>
      arg.replaceAll('{url}', address).replaceAll('{protocols}', protocols.join()),
    );
    const child = start(program!, filled, onFailure);
    // What it says is its own business, but it must not come to a stop for it.
    child.stdout.resume();
    return () => end(child);
  };
}
