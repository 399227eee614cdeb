import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** How long the good peer waits between two exchanges, in milliseconds. */
const PAUSE = 10;

/** Beyond this many milliseconds the server does not serve any more. */
const LONGEST_WAIT = 30_000;

/** A peer that keeps to the protocols, and looks at every answer. */
export class GoodPeer {
  /** Echoes and responses that came back as they should. */
  exchanges = 0;
  /** The longest that one took, in milliseconds. */
  slowest = 0;

  readonly #port: number;
  #stopped = false;
  #done: Promise<void> = Promise.resolve();

  constructor(port: number) {
    this.#port = port;
  }

  start(): void {
    this.#done = this.#exchange();
    // What goes wrong is told by stop().
    this.#done.catch(() => {});
  }

  /** Ends after the exchange under way. Rejects when one of them failed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #exchange(): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/`, { perMessageDeflate: false });
    await once(socket, 'open');
    while (!this.#stopped) {
      await this.#time(() => this.#echo(socket));
      if (this.exchanges % 10 === 0) await this.#time(() => this.#get());
      await sleep(PAUSE);
    }
    socket.close();
    await once(socket, 'close');
  }

  async #time(exchange: () => Promise<void>): Promise<void> {
    const start = performance.now();
    await exchange();
    this.exchanges++;
    this.slowest = Math.max(this.slowest, performance.now() - start);
  }

  async #echo(socket: WebSocket): Promise<void> {
    const text = `${this.exchanges} ${'☄'.repeat(this.exchanges % 200)}`;
    const echoed = once(socket, 'message', { signal: AbortSignal.timeout(LONGEST_WAIT) });
    socket.send(text);
    const [data] = (await echoed) as [Buffer];
    assert.equal(data.toString(), text);
  }

  async #get(): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/`, {
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), 'ok');
  }
}
