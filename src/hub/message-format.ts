import { OutputList } from '../bytes/output.ts';
import type { EntryFormat } from '../channel/batch.ts';
import { writeFrame } from '../websocket/encode-frame.ts';
import { writeSharedText } from '../websocket/message-compression.ts';
import { Opcode } from '../websocket/opcode.ts';

/**
 * Entries on a WebSocket: a record a text message, of one frame each. What a server sends is not
 * masked, so the octets are the same for all sockets.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.1 | RFC 6455 §5.1}
 */
export const messageFormat: EntryFormat = {
  encode(entries) {
    const output = new OutputList();
    for (const { record } of entries) writeFrame(output, Opcode.Text, record, undefined);
    return output.take();
  },
};

/**
 * The same compressed, for the sockets that have agreed on it: a record refers to no other, so the octets
 * are the same for all sockets whose clients read as large a window.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1.1.1 | RFC 7692 §7.1.1.1}
 */
export class CompressedMessageFormats {
  readonly #threshold: number;
  readonly #formats = new Map<number, EntryFormat>();

  /** @param threshold - Records of fewer octets are sent as they are. */
  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** The format for windows of 2 to the power of `bits`. */
  of(bits: number): EntryFormat {
    const format = this.#formats.get(bits) ?? {
      encode: (entries) => {
        const output = new OutputList();
        for (const { record } of entries) writeSharedText(output, record, bits, this.#threshold);
        return output.take();
      },
    };
    this.#formats.set(bits, format);
    return format;
  }
}
