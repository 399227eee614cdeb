import assert from 'node:assert/strict';
import type { LiveTransport } from '../../src/hub/live-transport.ts';
import { type Asking, LivePeer } from '../support/live-peer.ts';
import { until } from '../support/until.ts';

/** How many messages one request brings. */
const BATCH = 100;

/** Reads by one transport, round after round, without any cleverness. */
export class PlainReader {
  readonly #port: number;
  readonly #transport: LiveTransport;
  readonly #asking: Asking;
  #peer: LivePeer;
  #rounds = 0;
  /** The entries of the rounds before. */
  readonly #entries: unknown[] = [];
  /** The channels that something is missing of, as it was told. */
  readonly gaps: string[] = [];

  private constructor(port: number, transport: LiveTransport, asking: Asking, peer: LivePeer) {
    this.#port = port;
    this.#transport = transport;
    this.#asking = asking;
    this.#peer = peer;
  }

  /** Connects, and waits until the first answer or connection is ready. */
  static async open(port: number, transport: LiveTransport, asking: Asking): Promise<PlainReader> {
    const peer = await LivePeer.open(port, transport, asking);
    return new PlainReader(port, transport, asking, peer);
  }

  get session(): string {
    return this.#peer.ready.session;
  }

  get rounds(): number {
    return this.#rounds;
  }

  get headers(): LivePeer['headers'] {
    return this.#peer.headers;
  }

  /** Reads on until so many entries have come; gives their data. */
  async read(count: number): Promise<unknown[]> {
    const enough = (): boolean => this.#entries.length + this.#peer.entries.length >= count;
    while (!enough()) {
      await until(() => enough() || this.#peer.state !== 'open');
      if (!enough()) await this.#nextRound();
    }
    return [...this.#entries, ...this.#peer.entries];
  }

  /** Sends numbers from 0 to the server; resolves when all are acknowledged. */
  async send(count: number): Promise<void> {
    const messages = Array.from({ length: count }, (_, i) => ({ n: i + 1, data: i }));
    if (this.#transport === 'websocket') {
      for (const message of messages) this.#peer.send(message);
      await this.#peer.until(({ ack }) => ack === count);
      return;
    }
    const session = encodeURIComponent(this.session);
    for (let i = 0; i < count; i += BATCH) {
      const answer = await fetch(`http://127.0.0.1:${this.#port}/live?session=${session}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(messages.slice(i, i + BATCH)),
      });
      assert.equal(await answer.text(), `{"ack":${Math.min(i + BATCH, count)}}`);
    }
  }

  leave(): void {
    this.#peer.leave();
  }

  async #nextRound(): Promise<void> {
    const { session, cursor } = { session: this.session, cursor: this.#peer.cursor };
    assert.ok(this.#peer.bye, `it was cut: ${this.#peer.text.slice(-200)}`);
    this.#entries.push(...this.#peer.entries);
    this.#rounds++;
    const query = { ...this.#asking.query, session, cursor };
    this.#peer = await LivePeer.open(this.#port, this.#transport, { ...this.#asking, query });
    const { gaps } = this.#peer.ready;
    this.gaps.push(...gaps);
    for (const { gap } of this.#peer.records) this.gaps.push(...(gap ?? []));
  }
}
