import type { Probe } from '../probe.ts';
import { messages } from './messages.ts';
import { negotiation } from './negotiation.ts';

/** All probes of RFC 7692, in the order of its sections. */
export const probes: readonly Probe[] = [...negotiation, ...messages];
