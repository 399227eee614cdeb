/**
 * Mutants of clients of event streams: encke's, which is right, behind a middlebox that makes it wrong.
 *
 * @module
 */

import { EVENT_SOURCE_PROBES } from '../../../spec/event-source-probes.ts';
import { runClientProbes } from '../../../spec/run-client-probes.ts';
import type { Result } from '../../../spec/run-probes.ts';
import { PATIENT, type Suite } from '../mutant.ts';
import { interpretationFaults, reconnectionFaults } from './faults.ts';
import { eventSourceWith, type Quirk } from './meddled-event-source.ts';

export const eventSources: Suite = {
  name: 'event sources',
  probes: EVENT_SOURCE_PROBES,
  offers: ['html-9.2.2-3', 'html-9.2.3-4'],
  mutants: [...reconnectionFaults, ...interpretationFaults].map(([probe, fault, quirk]) => ({
    probe,
    fault,
    judge: (timeout: number) =>
      judge(probe, typeof quirk === 'function' ? quirk() : quirk, timeout),
  })),
  judgeRight: (probe) => judge(probe, {}, PATIENT),
  close: async () => {},
};

async function judge(id: string, quirk: Quirk, timeout: number): Promise<Result> {
  const probes = EVENT_SOURCE_PROBES.filter((probe) => probe.id === id);
  const { EventSource, letGo } = eventSourceWith(quirk);
  const [result] = await runClientProbes(probes, { EventSource, timeout });
  letGo();
  return result!;
}
