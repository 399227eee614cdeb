/** All probes of CORS and of origins. @see {@link https://fetch.spec.whatwg.org/ | Fetch}, RFC 6454 */

import type { Probe } from '../probe.ts';
import { cors } from './cors.ts';

export const probes: readonly Probe[] = [...cors];
