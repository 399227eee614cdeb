import type { Audience } from './audience.ts';
import { Batch, entriesAfter } from './batch.ts';
import { isAfter, type Position } from './cursor.ts';
import { positionOf } from './entry.ts';
import type { History } from './history.ts';
import type { Store } from './store.ts';

/**
 * What follows `position`. Where only one channel has something, it is shared with all who lack the
 * same of it, whatever else they read: what is published to all is joined once, though each reads a
 * channel or an inbox of its own too.
 *
 * @param octets - About how much is wanted at most.
 */
export function batchAfter(
  position: Position,
  octets: number,
  store: Store,
  channels: Audience,
  mail: Audience | undefined,
): Batch | undefined {
  const lacking = lackingAfter(position, channels, mail);
  if (lacking === 'mixed') return mixtureAfter(position, octets, store, channels, mail!);
  const { batches } = lacking === 'channels' ? channels : lacking;
  const batch = batches.after(position, octets, store);
  if (batch !== undefined) store.remembers(batches);
  return batch;
}

/** The one history that has something, or whether the inbox is among those that have. */
function lackingAfter(
  position: Position,
  channels: Audience,
  mail: Audience | undefined,
): History | 'mixed' | 'channels' {
  const inbox = mail?.histories[0];
  const hasMail = inbox !== undefined && isAfter(inbox.last, position);
  let only = hasMail ? inbox : undefined;
  for (const history of channels.histories) {
    if (!isAfter(history.last, position)) continue;
    if (only !== undefined) return hasMail ? 'mixed' : 'channels';
    only = history;
  }
  return only!;
}

/** What follows in the channels and in the inbox: that is for one reader alone. */
function mixtureAfter(
  position: Position,
  octets: number,
  { epoch, head }: Store,
  channels: Audience,
  mail: Audience,
): Batch | undefined {
  const histories = [...channels.histories, ...mail.histories];
  const { entries, isAll } = entriesAfter(histories, position, octets);
  if (entries.length === 0) return undefined;
  return new Batch(epoch, entries, isAll ? head : positionOf(entries.at(-1)!));
}
