/** All probes of RFC 6202. @see {@link https://www.rfc-editor.org/rfc/rfc6202 | RFC 6202} */

import type { Probe } from '../probe.ts';
import { longPolling } from './long-polling.ts';
import { safety } from './safety.ts';
import { streaming } from './streaming.ts';
import { timeOut } from './time-out.ts';

export const probes: readonly Probe[] = [...longPolling, ...timeOut, ...streaming, ...safety];
