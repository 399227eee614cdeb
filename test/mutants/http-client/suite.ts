import { HTTP_CLIENT_PROBES } from '../../../spec/http-client/probes.ts';
import { runHttpClientProbes } from '../../../spec/http-client/run.ts';
import type { Result } from '../../../spec/run-probes.ts';
import { PATIENT, type Suite } from '../mutant.ts';
import { FAULTS } from './faults.ts';
import type { Quirks } from './quirks.ts';
import { RightClient } from './right-client.ts';

/** Probes whose fault is silence. */
const SILENT: readonly string[] = ['9112-6.3-2/a', '9112-6.3-2/b', '9112-6.3-3'];

/** Probes of what a client may do. */
const OFFERS: readonly string[] = [
  '9112-2.2-2/client',
  '9112-6.3-9/client',
  '9110-8.6-10/client',
  '9112-9.3.2-1',
  '9110-7.8-1',
  '9110-10.1.1-3',
  '9110-5.4-2',
  '9110-5.5-4/client',
];

/** Clients of HTTP, the right one of which is made wrong by a quirk. */
export const httpClients: Suite = {
  name: 'HTTP clients',
  probes: HTTP_CLIENT_PROBES,
  offers: OFFERS,
  mutants: FAULTS.map(([probe, fault, quirks]) => ({
    probe,
    fault,
    ...(SILENT.includes(probe) ? { isSilent: true as const } : {}),
    judge: (timeout: number) => judge(probe, quirks, timeout),
  })),
  judgeRight: (probe) => judge(probe, {}, PATIENT),
  close: async () => {},
};

async function judge(id: string, quirks: Quirks, timeout: number): Promise<Result> {
  const probe = HTTP_CLIENT_PROBES.find((each) => each.id === id);
  if (probe === undefined) throw new RangeError(`there is no probe ${id} of an HTTP client`);
  const client = () => new RightClient(quirks);
  const [result] = await runHttpClientProbes([probe], { client, timeout, patience: 100 });
  return result!;
}
