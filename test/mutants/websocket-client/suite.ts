/**
 * Mutants that are clients of WebSocket.
 *
 * @module
 */

import type { Result } from '../../../spec/run-probes.ts';
import { WEBSOCKET_CLIENT_PROBES } from '../../../spec/websocket-client/probes.ts';
import { runWebSocketClientProbes } from '../../../spec/websocket-client/run.ts';
import { ATTENTION, type Mutant, PATIENT, type Suite } from '../mutant.ts';
import { type Fault, ROWS } from './faults.ts';
import { scriptedClient } from './scripted-client.ts';
import { RIGHT } from './traits.ts';

/** What only tells what a client offers. */
const OFFERS: readonly string[] = [
  '6455-4.1-26/client',
  '6455-4.1-29/client',
  '6455-4.1-31/client',
  '6455-4.1-32/client',
  '6455-5.1-6/client',
  '6455-5.5.1-9/client',
  '6455-5.5.1-14/client',
  '6455-6.1-3/client',
  '6455-7.1.1-6/client',
  '6455-7.4-1/client',
  '6455-7.4.1-2/client',
  '6455-9-1/client',
  '6455-9.1-3/client',
  '6455-11.3.2-1/client',
  '6455-11.3.4-1/client',
  '7692-5-2/client',
  '7692-5-5/client',
  '7692-7.1.1.1-1/client',
  '7692-7.1.1.2-1/client',
  '7692-7.1.2.1-1/client',
  '7692-7.1.2.2-1/client',
  '7692-7.2.1-10/client',
];

/** What a right client is like for probes that are not about every client. */
const SUITED: Readonly<Record<string, Fault>> = {
  '6455-7.2.3': { comesBack: (round) => 50 * 2 ** round },
  '7692-7-8': { offer: 'permessage-deflate' },
  '7692-6.1-4': { frameSize: 100 },
  '7692-7.2.1-7': { frameSize: 100 },
};

/** Clients of WebSocket, each sent to a server of its own. */
export const webSocketClients: Suite = {
  name: 'WebSocket clients',
  probes: WEBSOCKET_CLIENT_PROBES,
  offers: OFFERS,
  mutants: ROWS.flatMap(([probes, fault, otherwise, manner]) =>
    idsOf(probes).map(
      (probe): Mutant => ({
        probe,
        fault,
        ...(manner === 'silent' ? { isSilent: true as const } : {}),
        judge: (timeout) => judge(probe, otherwise, timeout, ATTENTION),
      }),
    ),
  ),
  judgeRight: (probe) => judge(probe, {}, PATIENT),
  close: async () => {},
};

/** The probes of clauses, or single ones, with spaces between. */
function idsOf(probes: string): string[] {
  return probes.split(' ').flatMap((name) => {
    const ids = WEBSOCKET_CLIENT_PROBES.map(({ id }) => id).filter(
      (id) => id === name || id === `${name}/client` || id.startsWith(`${name}/client-`),
    );
    if (ids.length === 0) throw new RangeError(`there is no probe ${name}`);
    return ids;
  });
}

async function judge(
  id: string,
  otherwise: Fault,
  timeout: number,
  patience?: number,
): Promise<Result> {
  const [, suited = {}] = Object.entries(SUITED).find(([name]) => id.startsWith(name)) ?? [];
  const client = scriptedClient({ ...RIGHT, ...suited, ...otherwise });
  const probe = WEBSOCKET_CLIENT_PROBES.find((one) => one.id === id)!;
  const [result] = await runWebSocketClientProbes([probe], { client, timeout, patience });
  return result!;
}
