/**
 * A client of WebSocket under test, and the scripted server that it is sent to.
 *
 * It sends back each message as it came. Where it can, it does what a text tells it to instead:
 *
 * - `close CODE REASON` closes so, `close` without a code; `close-then-send` closes with 1000 and sends
 *   a text behind it; `ping COUNT` sends a Ping of so many octets; `flood COUNT` sends so many texts,
 *   unless it is closed before; `connect` opens another connection to the same address. Where the client does not let it, it sends the
 *   text `refused`.
 *
 * @module
 */

import type { Probe } from '../probe.ts';
import type { Mortal } from '../program.ts';
import type { ScriptedServer } from '../scripted-server.ts';
import { type JudgementOf, probesOf, type TableOf } from '../websocket-role.ts';

/**
 * Sends a client to an address, to ask there for these subprotocols, and returns a way to end it. What it
 * can't be sent to, or can't ask for, it says in any way but by throwing.
 */
export type WebSocketClient = (address: string, protocols: readonly string[]) => Ending;

/** Ends a client. */
export interface Ending extends Mortal {
  (): void;
}

/** A client under test, with the server that it is sent to. */
export interface WebSocketClientSubject {
  readonly server: ScriptedServer;
  /** How long to wait for what has to happen, in milliseconds. */
  readonly timeout: number;
  /** How long nothing has to happen before it counts as never happening, in milliseconds. */
  readonly patience: number;
  /**
   * Sends the client to an address, in which `{port}` stands for the server's port. It asks for no
   * subprotocol if none is named.
   */
  start(address?: string, protocols?: readonly string[]): void;
}

/** The address that clients are sent to if nothing else is said. */
export const ADDRESS = 'ws://127.0.0.1:{port}/';

/** A probe of a client. */
export type ClientProbe = Probe<WebSocketClientSubject>;

/** The same without its name. */
export type ClientJudgement = JudgementOf<WebSocketClientSubject>;

/** Makes probes of tables: they have `client` behind the clause's id, and a letter where there are several. */
export function clientProbes(...tables: readonly TableOf<WebSocketClientSubject>[]): ClientProbe[] {
  return probesOf('client', tables);
}
