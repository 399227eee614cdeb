import type { EntryFormat } from '../../src/channel/batch.ts';
import type { Entry } from '../../src/channel/entry.ts';

/** Records, each on a line with what else is to be known of its entry, that can be read again. */
export class RecordLines implements EntryFormat {
  readonly #mark: string;

  /** @param mark Tells this format from others. */
  constructor(mark: string) {
    this.#mark = mark;
  }

  encode(entries: readonly Entry[]): Uint8Array {
    const lines = entries.map(({ id, channel, record }) => {
      return JSON.stringify([this.#mark, id, channel, Buffer.from(record).toString()]);
    });
    return Buffer.from(lines.join('\n'));
  }

  /** The entries that were encoded; nothing if that was done in another format. */
  decode(octets: Uint8Array): Entry[] | undefined {
    const lines = Buffer.from(octets).toString().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as [string, string, string, string]);
    if (rows.some(([mark]) => mark !== this.#mark)) return undefined;
    return rows.map(([, id, channel, record]) => ({ id, channel, record: Buffer.from(record) }));
  }
}
