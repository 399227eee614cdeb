import type { HttpClient } from '../../../spec/http-client/probe.ts';
import { HTTP_CLIENT_PROBES } from '../../../spec/http-client/probes.ts';
import { runHttpClientProbes } from '../../../spec/http-client/run.ts';
import type { Result } from '../../../spec/run-probes.ts';
import { type Mutant, PATIENT, type Suite } from '../mutant.ts';
import { PAGE_FAULTS } from './cors.ts';
import { FAULTS } from './faults.ts';
import { RightClient } from './right-client.ts';
import { RightPage } from './right-page.ts';

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
  'fetch-3.3.2-3',
];

/** Clients of HTTP, the right one of which is made wrong by a quirk. */
export const httpClients: Suite = {
  name: 'HTTP clients',
  probes: HTTP_CLIENT_PROBES,
  offers: OFFERS,
  mutants: [
    ...FAULTS.map(([probe, fault, quirks]) => mutant(probe, fault, () => new RightClient(quirks))),
    ...PAGE_FAULTS.map(([probe, fault, quirks]) =>
      mutant(probe, fault, () => new RightPage(quirks)),
    ),
  ],
  judgeRight: (probe) =>
    judge(probe, () => (isOfPages(probe) ? new RightPage({}) : new RightClient()), PATIENT),
  close: async () => {},
};

function mutant(probe: string, fault: string, client: () => HttpClient): Mutant {
  const wrong = {
    probe,
    fault,
    judge: (timeout: number) => judge(probe, client, timeout),
  };
  return SILENT.includes(probe) ? { ...wrong, isSilent: true } : wrong;
}

/** Whether a probe is about what only pages have. */
function isOfPages(probe: string): boolean {
  return PAGE_FAULTS.some(([id]) => id === probe);
}

async function judge(id: string, client: () => HttpClient, timeout: number): Promise<Result> {
  const probe = HTTP_CLIENT_PROBES.find((each) => each.id === id);
  if (probe === undefined) throw new RangeError(`there is no probe ${id} of an HTTP client`);
  const [result] = await runHttpClientProbes([probe], { client, timeout, patience: 100 });
  return result!;
}
