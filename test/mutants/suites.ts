/** Which probes are tried on mutants, a suite for each kind of peer. */

import { httpServers } from './http/servers.ts';
import type { Suite } from './mutant.ts';

export const SUITES: readonly Suite[] = [httpServers];
