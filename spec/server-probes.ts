/**
 * All probes of a server.
 *
 * @module
 */

import { probes as fetch } from './fetch/probes.ts';
import { probes as html } from './html/probes.ts';
import type { Probe } from './probe.ts';
import { probes as rfc6202 } from './rfc6202/probes.ts';
import { probes as rfc6455 } from './rfc6455/probes.ts';
import { probes as rfc9110 } from './rfc9110/probes.ts';
import { probes as rfc9112 } from './rfc9112/probes.ts';

export const SERVER_PROBES: readonly Probe[] = [
  ...rfc6455,
  ...rfc9112,
  ...rfc9110,
  ...html,
  ...rfc6202,
  ...fetch,
];
