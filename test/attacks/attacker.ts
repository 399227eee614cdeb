/**
 * The attacker's side: starts a victim, opens connections to it, and asks what it has come to.
 *
 * @module
 */

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

import { openingHandshake } from '../../spec/opening-handshake.ts';
import type { Subject } from '../../spec/probe.ts';
import { Conversation } from '../../spec/websocket-wire.ts';
import { Wire } from '../../spec/wire.ts';
import type { Doors, State, VictimOptions } from './victim.ts';

/** How long a conversation waits for what has to come, in milliseconds. */
const TIMEOUT = 10_000;

/** How many lines of what a victim wrote last are told when it has ended. */
const LAST_LINES = 20;

/** A victim in a process of its own. */
export class Victim implements Subject {
  readonly host = '127.0.0.1';
  readonly path = '/';
  readonly timeout: number = TIMEOUT;
  readonly patience = 250;
  readonly port: number;
  readonly securePort: number;
  readonly #process: ChildProcess;
  readonly #end: Promise<never>;

  private constructor(child: ChildProcess, end: Promise<never>, { port, securePort }: Doors) {
    this.#process = child;
    this.#end = end;
    this.port = port;
    this.securePort = securePort;
  }

  /** Starts one, lets it be attacked, and sees that it has kept its countenance. */
  static async attack(
    options: VictimOptions,
    attack: (victim: Victim) => Promise<void>,
  ): Promise<void> {
    const victim = await Victim.start(options);
    try {
      await attack(victim);
      await victim.assertUnharmed();
    } finally {
      victim.stop();
    }
  }

  /** Starts one, for several attacks. */
  static async start(options: VictimOptions): Promise<Victim> {
    const script = fileURLToPath(new URL('./victim.js', import.meta.url));
    const child = fork(script, [JSON.stringify(options)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    const end = endOf(child);
    const [doors] = (await Promise.race([once(child, 'message'), end])) as [Doors];
    return new Victim(child, end, doors);
  }

  /** Of its process. */
  get pid(): number {
    return this.#process.pid!;
  }

  /** Sees that nothing went wrong in it that should not, and that it echoes for a peer without malice. */
  async assertUnharmed(): Promise<void> {
    assert.deepEqual((await this.state()).faults, []);
    const conversation = await this.converse();
    await conversation.send('81 85 k 48656c6c6f');
    assert.equal(await conversation.next(), 'text "Hello"');
    conversation.wire.close();
  }

  /** Ends it. */
  stop(): void {
    this.#process.disconnect();
  }

  /** What it has come to. */
  async state(): Promise<State> {
    const answer = once(this.#process, 'message');
    // To one that has ended nothing can be sent; that it has is told by its end.
    this.#process.send('state', () => {});
    return ((await Promise.race([answer, this.#end])) as [State])[0];
  }

  /** What it has come to, asked again until the condition holds, or a second has passed. */
  async stateWhen(condition: (state: State) => boolean, patience = 1_000): Promise<State> {
    const deadline = Date.now() + patience;
    let state = await this.state();
    while (!condition(state) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      state = await this.state();
    }
    return state;
  }

  /** A connection that reads and records. */
  connect(port: number = this.port): Promise<Wire> {
    return Wire.connect(this.host, port, this.timeout);
  }

  /** An open WebSocket connection, with these extensions offered. */
  async converse(extensions?: string): Promise<Conversation> {
    const fields = { 'Sec-WebSocket-Extensions': extensions };
    const conversation = await Conversation.open(this, { fields });
    assert.ok(conversation.isOpen, conversation.response.head);
    return conversation;
  }

  /** A socket on which the opening handshake has succeeded, and which records nothing. */
  async socket(extensions?: string): Promise<Socket> {
    const socket = connect({
      host: this.host,
      port: this.port,
      allowHalfOpen: true,
      noDelay: true,
    });
    socket.on('error', () => {});
    const fields = { 'Sec-WebSocket-Extensions': extensions };
    socket.write(openingHandshake(this, { fields }), 'latin1');
    const [head] = (await once(socket, 'data')) as [Buffer];
    assert.match(head.toString('latin1'), /^HTTP\/1\.1 101 .*\r\n\r\n$/s);
    return socket;
  }
}

/** Fails when the process ends, and says how, with what it wrote last. Nobody has to wait for it. */
function endOf(child: ChildProcess): Promise<never> {
  const lines: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
    lines.splice(0, lines.length - LAST_LINES);
  });
  const end = once(child, 'close').then(([code, signal]) => {
    throw new Error(`the victim ended with ${signal ?? `exit code ${code}`}:\n${lines.join('\n')}`);
  });
  end.catch(() => {});
  return end;
}

/**
 * Writes a piece again and again, until so many octets were written, the peer takes no more, or it is gone.
 * Returns how many octets were written.
 */
export async function flood(socket: Socket, piece: Uint8Array, octets: number): Promise<number> {
  let written = 0;
  while (written < octets && !socket.destroyed) {
    written += piece.length;
    if (!socket.write(piece) && !(await isTaken(socket))) break;
  }
  return written;
}

/** Whether the peer takes what was written, within half a second. */
function isTaken(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('drain', () => resolve(true));
    socket.once('close', () => resolve(false));
    setTimeout(resolve, 500, false);
  });
}
