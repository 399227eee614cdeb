import { OutputList } from '../bytes/output.ts';
import type { EntryFormat } from '../channel/batch.ts';
import { writeFrame } from '../websocket/encode-frame.ts';
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
