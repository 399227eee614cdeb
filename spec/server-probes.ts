/**
 * All probes of a server, by the address that they are sent to.
 *
 * @module
 */

import { probes as fetch } from './fetch/probes.ts';
import { capacity as streamsAtCapacity } from './html/capacity.ts';
import { probes as html } from './html/probes.ts';
import type { Probe } from './probe.ts';
import { capacity as pollsAtCapacity } from './rfc6202/capacity.ts';
import { probes as rfc6202 } from './rfc6202/probes.ts';
import { probes as rfc6455 } from './rfc6455/probes.ts';
import { probes as rfc7692 } from './rfc7692/probes.ts';
import { probes as rfc9110 } from './rfc9110/probes.ts';
import { probes as rfc9112 } from './rfc9112/probes.ts';

/** What an address of a server is the address of. */
export type Door = 'webSocket' | 'http' | 'eventStream' | 'live' | 'full';

/** The probes for each kind of address. */
export const SUITES: Readonly<Record<Door, readonly Probe[]>> = {
  webSocket: [...rfc6455, ...rfc7692],
  http: [...rfc9112, ...rfc9110],
  eventStream: html,
  live: [...rfc6202, ...fetch],
  full: [...pollsAtCapacity, ...streamsAtCapacity],
};

export const SERVER_PROBES: readonly Probe[] = Object.values(SUITES).flat();
