import { type Connection, connect, type TransportName } from '../../src/client.ts';
import type { Ledger } from './push-ledger.ts';
import type { Random } from './random.ts';

/** A client that is `connect` of Node: by one transport, or by whichever gets through. */
export class ConnectReader {
  readonly ledger: Ledger;
  readonly #connection: Connection<{ readonly n: number }>;

  constructor(
    transports: readonly TransportName[] | undefined,
    port: number,
    ledger: Ledger,
    random: Random,
  ) {
    this.ledger = ledger;
    this.#connection = connect<{ readonly n: number }>(`http://127.0.0.1:${port}/events`, {
      channels: ledger.channels,
      cursor: ledger.cursor,
      transports,
      backoff: () => random.below(200),
      onstate: (state) => {
        if (state === 'open') ledger.opened(this.#connection.session!);
      },
      ongap: ({ channels, cursor }) => {
        ledger.gap(channels, cursor);
        ledger.hasSession(this.#connection.session!);
      },
      onentry: ({ id, channel, data }) => {
        ledger.hasSession(this.#connection.session!);
        ledger.entry(id, channel, data.n);
      },
      onclose: (error) => {
        if (error !== undefined) ledger.faults.push(`${ledger.kind}: closed by ${error}`);
      },
    });
  }

  /** It watches its connection itself. */
  check(): void {}

  stop(): void {
    this.#connection.close();
  }
}
