import { joinRecords, NO_OCTETS } from './join.ts';
import type { StreamingFormat } from './wire-format.ts';

/**
 * After how many milliseconds a plain `EventSource` comes back when the connection is cut. Said on
 * every connection, since it remembers what the last `bye` told it.
 */
const RECONNECTION_TIME = 2_000;

/**
 * No less than this many milliseconds is ever told to a plain `EventSource`: it has no backoff, so
 * with nought it would ask a server that is down as often as it can.
 */
const MIN_RECONNECTION_TIME = 100;

/**
 * An event stream, made so that a plain `EventSource` gets exactly the entries as its messages, each
 * with its id. All other records are events of the type `encke`, which it has no listener for; the
 * cursor in them still moves its last event ID.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream | HTML §9.2.5}
 */
export const eventStreamFormat: StreamingFormat = {
  fields: { 'content-type': 'text/event-stream' },
  prologue: Buffer.from(`retry: ${RECONNECTION_TIME}\n\n`),
  opening: NO_OCTETS,
  closing: NO_OCTETS,
  entries: { encode: (entries) => joinRecords(entries, ({ id }) => `id: ${id}\ndata: `, '\n\n') },
  record(json, cursor, retry) {
    const id = cursor === undefined ? '' : `id: ${cursor}\n`;
    const time = retry === undefined ? '' : `retry: ${Math.max(retry, MIN_RECONNECTION_TIME)}\n`;
    return Buffer.from(`event: encke\n${id}${time}data: ${json}\n\n`);
  },
};
