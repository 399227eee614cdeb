import type { Verdict } from './probe.ts';
import type { Mortal } from './program.ts';
import type { Result } from './run-probes.ts';

/** Where clients are waited for. */
export interface Awaiting {
  /** Whether nobody will come any more, so that it is no use to wait long. */
  isDeserted: boolean;
}

/** Verdicts that may have come of a failure of the program itself. */
const DOUBTFUL: readonly Verdict[] = ['fail', 'departure', 'inconclusive'];

/** What becomes of the clients of one probe, where they are programs. */
export class Mortality {
  readonly #server: Awaiting | undefined;
  readonly #accounts: string[] = [];
  #alive = 0;

  /** @param server - Told when all clients have failed. */
  constructor(server?: Awaiting) {
    this.#server = server;
  }

  /** Begins to look after a client. */
  watch<Client extends Mortal>(client: Client): Client {
    this.#alive++;
    if (this.#server !== undefined) this.#server.isDeserted = false;
    void client.whenFailed?.then((account) => {
      this.#accounts.push(account);
      this.#alive--;
      if (this.#server !== undefined) this.#server.isDeserted = this.#alive === 0;
    });
    return client;
  }

  /** The result; where something is wrong, with the clients that have failed. */
  toldIn(result: Result): Result {
    if (!DOUBTFUL.includes(result.verdict) || this.#accounts.length === 0) return result;
    const accounts = [...new Set(this.#accounts)];
    return { ...result, received: [result.received, ...accounts].join('; ') };
  }
}
