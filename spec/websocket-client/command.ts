/**
 * A client of WebSocket that is a program of its own.
 *
 * @module
 */

import { Program } from '../program.ts';
import type { WebSocketClient } from './subject.ts';

/**
 * A client, each connection of which is a run of a command. In its arguments `{url}` stands for the
 * address, and `{protocols}` for the subprotocols to ask for, with commas between.
 *
 * @param onStart - Told of each program that is started.
 */
export function webSocketClientOf(
  command: readonly string[],
  onStart: (program: Program) => void = () => {},
): WebSocketClient {
  return (address, protocols) => {
    const filled = command.map((word) =>
      word.replaceAll('{url}', address).replaceAll('{protocols}', protocols.join()),
    );
    const program = new Program(filled);
    onStart(program);
    // What it says is its own business, but it must not come to a stop for it.
    program.output.resume();
    const { whenFailed } = program;
    return Object.assign(() => program.end(), { whenFailed });
  };
}
