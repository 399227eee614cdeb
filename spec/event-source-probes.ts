/**
 * All probes of a client of event streams.
 *
 * @module
 */

import type { ClientSubject } from './client-probe.ts';
import { interpretation } from './html/interpretation.ts';
import { reconnection } from './html/reconnection.ts';
import type { Probe } from './probe.ts';

export const EVENT_SOURCE_PROBES: readonly Probe<ClientSubject>[] = [
  ...reconnection,
  ...interpretation,
];
