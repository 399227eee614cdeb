/** Which probes are tried on mutants, a suite for each kind of peer. */

import { eventSources } from './event-source/clients.ts';
import { httpServers } from './http/servers.ts';
import { httpClients } from './http-client/suite.ts';
import type { Suite } from './mutant.ts';
import { webSocketServers } from './websocket/servers.ts';
import { webSocketClients } from './websocket-client/suite.ts';

export const SUITES: readonly Suite[] = [
  httpServers,
  webSocketServers,
  httpClients,
  webSocketClients,
  eventSources,
];
