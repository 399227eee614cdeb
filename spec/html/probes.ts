/**
 * All probes of a server of event streams.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html | HTML §9.2}
 */

import type { Probe } from '../probe.ts';
import { eventStreams } from './event-stream.ts';

export const probes: readonly Probe[] = [...eventStreams];
