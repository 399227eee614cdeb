/**
 * The mutants of WebSocket servers: a row of the tables for each fault.
 *
 * @module
 */

import type { Probe } from '../../../spec/probe.ts';
import { SUITES } from '../../../spec/server-probes.ts';
import type { Suite } from '../mutant.ts';
import { type Server, type ServerMutant, serverSuite } from '../servers.ts';
import { applicationFaults, closeCodeFaults, closingFaults } from './closing-faults.ts';
import { withFinalBlock } from './deflate.ts';
import { deflateFaults, negotiationFaults } from './deflate-faults.ts';
import type { Fault, Row } from './fault.ts';
import {
  controlFaults,
  fragmentationFaults,
  framingFaults,
  messageFaults,
  textFaults,
} from './frame-faults.ts';
import { answerFaults, extensionFaults, requestFaults } from './handshake-faults.ts';
import { startSecureServer, startServer } from './server.ts';

const ROWS: readonly Row[] = [
  ...requestFaults,
  ...answerFaults,
  ...extensionFaults,
  ...framingFaults,
  ...fragmentationFaults,
  ...controlFaults,
  ...textFaults,
  ...messageFaults,
  ...closingFaults,
  ...closeCodeFaults,
  ...applicationFaults,
  ...negotiationFaults,
  ...deflateFaults,
];

/** Probes that only tell what a server makes use of. */
const OFFERS: readonly string[] = [
  '6455-11.3.5-1',
  '6455-4.2.2-16/b',
  '6455-9-2',
  '6455-5.1-3',
  '6455-5.5.1-9',
  '6455-4.2.2-2',
  '6455-4.2.2-3',
  '6455-8.1-1/t',
  '6455-8.1-1/u',
  '6455-7.4.2-2/g',
  '6455-7.3-1',
  '6455-7.4-1',
  '6455-7.4.1-2',
  '7692-7.1.1.1-4',
  '7692-7.1.1.2-2',
  '7692-7.1.2.1-4',
  '7692-7.1.2.2-3',
  '7692-7.2.1-13',
];

/** Two mutants that are not the echo with a fault, but something else at the TLS port. */
const AT_TLS_PORT: readonly ServerMutant[] = [
  {
    probe: '6455-4.2.2-1',
    fault: 'speaks WebSocket without TLS on its TLS port',
    start: () => started(startServer(), startServer()),
  },
  {
    probe: '6455-10.6-1',
    fault: 'refuses every handshake inside TLS',
    start: () => started(startServer(), startSecureServer({ minds: () => true })),
  },
];

/** What a right server does for a probe that is only about servers that do so. */
const RIGHT_FOR: Readonly<Record<string, Fault>> = {
  '7692-7.2.1-5': { deflates: (message) => withFinalBlock(message, 0) },
};

/** WebSocket servers. */
export const webSocketServers: Suite = serverSuite({
  name: 'WebSocket servers',
  probes: SUITES.webSocket,
  offers: OFFERS,
  mutants: [...ROWS.flatMap(mutantsOf), ...AT_TLS_PORT],
  start: ({ id, needs }: Probe) =>
    needs === 'securePort'
      ? started(startServer(), startSecureServer())
      : started(startServer(RIGHT_FOR[id])),
});

function mutantsOf([probes, fault, otherwise, manner]: Row): ServerMutant[] {
  return probes.split(' ').map((probe) => ({
    probe,
    fault,
    ...(manner === 'silent' ? { isSilent: true } : {}),
    start: () => started(startServer(made(otherwise))),
  }));
}

function made(otherwise: Row[2]): Fault {
  return typeof otherwise === 'function' ? otherwise() : otherwise;
}

/** The options to judge by, once the server and what is at its TLS port listen. */
async function started(
  starting: ReturnType<typeof startServer>,
  startingSecure?: ReturnType<typeof startServer>,
): Promise<Server> {
  const [server, secure] = await Promise.all([starting, startingSecure]);
  return {
    options: { port: server.port, securePort: secure?.port, webSocketReflector: '/reflect' },
    close: () => {
      server.close();
      secure?.close();
    },
  };
}
