import assert from 'node:assert/strict';
import type { LiveTransport } from '../../src/hub/live-transport.ts';
import { type Asking, LivePeer, type LiveRecord } from '../support/live-peer.ts';
import { until } from '../support/until.ts';

/** How many messages one request brings. */
const BATCH = 100;

/** Reads by one transport, connection after connection, without any cleverness. */
export class PlainReader {
  readonly #port: number;
  readonly #transport: LiveTransport;
  readonly #asking: Asking;
  #peer: LivePeer;
  /** That of the connection before. */
  #cursor = '';
  /** The records of the connections before. */
  readonly #before: LiveRecord[] = [];

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
    return this.records.findLast(({ ready }) => ready !== undefined)!.ready!.session;
  }

  get headers(): LivePeer['headers'] {
    return this.#peer.headers;
  }

  /** All records that came. */
  get records(): readonly LiveRecord[] {
    return [...this.#before, ...this.#peer.records];
  }

  /** The channels that something is missing of, as it was told; `''` is the inbox. */
  get gaps(): string[] {
    return this.records.flatMap(({ ready, gap }) => gap ?? ready?.gaps ?? []);
  }

  /** The data of the entries, in order. */
  get entries(): unknown[] {
    return this.records.filter(({ id }) => id !== undefined).map(({ data }) => data);
  }

  /** Reads on until so many entries have come; gives their data. */
  async read(count: number): Promise<unknown[]> {
    await this.readUntil(() => this.entries.length >= count);
    return this.entries;
  }

  /** Reads on until this holds. */
  async readUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      await until(() => isEnough() || this.#peer.state !== 'open');
      if (isEnough()) return;
      assert.ok(this.#peer.bye, `it was cut: ${this.#peer.text.slice(-200)}`);
      this.reconnect();
    }
  }

  /** Waits until the round of a poll has ended, or until some more entries have come otherwise. */
  async stay(): Promise<void> {
    const peer = this.#peer;
    const isPoll = this.#transport === 'long-poll' || this.#transport === 'jsonp';
    const enough = this.entries.length + 10;
    await until(() => (isPoll ? peer.state !== 'open' : this.entries.length >= enough));
  }

  /** Leaves, and reads on from its cursor. A poll may be held, so nothing is waited for. */
  reconnect(): void {
    const peer = this.#peer;
    const session = this.session;
    peer.leave();
    this.#before.push(...peer.records);
    this.#cursor = peer.cursor || this.#cursor;
    const query = { ...this.#asking.query, session, cursor: this.#cursor };
    this.#peer = LivePeer.start(this.#port, this.#transport, { ...this.#asking, query });
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
}
