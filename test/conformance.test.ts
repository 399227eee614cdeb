import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Probe, Verdict } from '../spec/probe.ts';
import { type Result, runProbes } from '../spec/run-probes.ts';
import { SERVER_PROBES } from '../spec/server-probes.ts';
import { startEncke } from './conformance/encke.ts';
import { startEndpoint } from './conformance/endpoint.ts';
import { startFull } from './conformance/full.ts';
import { startLive } from './conformance/live.ts';
import { startSubject } from './conformance/subject.ts';

/** The SHOULD that encke departs from, and why. */
const DEPARTURES: Readonly<Record<string, string>> = {
  'html-17.6-5':
    'an EventSource never comes back after a 5xx: it is answered with 200 and a bye that says when to',
};

/**
 * What does not apply to encke, and why. Everything else is kept, or is a MAY that is used or not.
 */
const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  '6455-9-4': 'compression is off, so there are no parameters to judge',
  '6455-9.1-8': 'compression is off, so there is no order of offers to keep',
  'fetch-bg-caches-2': 'a live route is open to those that are listed, not to all',
  '9110-5.6.7-1': 'no date in a request has a meaning to encke, so none is read',
  '9110-5.6.7-4': 'no date in a request has a meaning to encke, so none is read',
  '8297-2-1': 'a handler of a hub sends no early hints; the endpoint is judged by itself below',
  '8297-2-2': 'a handler of a hub sends no early hints; the endpoint is judged by itself below',
  '9110-6.5.1-1': 'a handler of a hub sends no trailers; the endpoint is judged by itself below',
  '9110-6.6.2-1': 'a handler of a hub sends no trailers; the endpoint is judged by itself below',
};

/** What a hub's handler has no way to, and the endpoint has. */
const OF_THE_ENDPOINT = ['8297-2-1', '8297-2-2', '9110-6.5.1-1', '9110-6.6.2-1'];

/**
 * Compression is judged on servers that compress, in `conformance/compression.test.ts`; what takes long,
 * by `npm run test:mutants -- --long`.
 */
const PROBES = SERVER_PROBES.filter(({ clause, long }) => !clause.startsWith('7692-') && !long);

const KEPT: readonly Verdict[] = ['pass', 'offered', 'not offered'];
const REFLECTOR = '/reflect';

/** After how many milliseconds the impatient hub gives up: more than a busy machine may stand still. */
const GIVES_UP_AFTER = 1_000;

/** How long encke may take for what has to come: more than a busy machine may stand still. */
const TIMEOUT = 20_000;

describe('encke as a server', () => {
  const results = new Map<string, Result>();

  before(async () => {
    const began = Date.now();
    for (const result of await judgeAll()) results.set(result.probe, result);
    console.log(`${summaryOf([...results.values()])} in ${Date.now() - began} ms`);
  });

  for (const { id, title } of PROBES) {
    it(`${id} ${title}`, () => {
      const { verdict, expected, received } = results.get(id)!;
      const message = `${verdict}: expected ${expected}, received ${received}`;
      if (id in NOT_APPLICABLE) assert.equal(verdict, 'not applicable', message);
      else if (id in DEPARTURES) assert.equal(verdict, 'departure', message);
      else assert.ok(KEPT.includes(verdict), message);
    });
  }
});

describe('encke without a hub', () => {
  let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint.close());

  for (const probe of SERVER_PROBES.filter(({ id }) => OF_THE_ENDPOINT.includes(id))) {
    it(`${probe.id} ${probe.title}`, async () => {
      const options = { port: endpoint.port, timeout: TIMEOUT, reflector: REFLECTOR };
      const [result] = await runProbes([probe], options);
      assert.ok(KEPT.includes(result!.verdict), `${result!.verdict}: ${result!.received}`);
    });
  }
});

// Helpers

/** Runs each probe on the server that has what it needs, all side by side. */
async function judgeAll(): Promise<Result[]> {
  const subject = await startSubject();
  const hub = await startEncke();
  const impatient = await startEncke({
    headTime: GIVES_UP_AFTER,
    idleTime: GIVES_UP_AFTER,
    bodyTime: GIVES_UP_AFTER,
  });
  const live = await startLive();
  const full = await startFull();
  const { port, securePort } = hub;
  const timeout = TIMEOUT;
  const runs = [
    runProbes(needing(undefined), { timeout, port: subject.port }),
    runProbes(needing('reflector'), { timeout, port, reflector: REFLECTOR }),
    runProbes(needing('webSocketReflector'), {
      timeout,
      port,
      webSocketReflector: REFLECTOR,
    }),
    runProbes(needing('securePort'), { timeout, port, securePort }),
    runProbes(needing('eventStream'), { timeout, port: live.port, eventStream: live.endpoint }),
    runProbes(needing('live'), { timeout, port: live.port, live: live.endpoint }),
    runProbes(needing('full'), { timeout, port: full.port, full: full.endpoint }),
    runProbes(needing('givesUpAfter'), {
      timeout,
      port: impatient.port,
      givesUpAfter: GIVES_UP_AFTER,
    }),
  ];
  const results = await Promise.all(runs);
  const running = [subject, hub, impatient, live, full];
  await Promise.all(running.map((one) => one.close()));
  return results.flat();
}

function needing(need: Probe['needs']): Probe[] {
  return PROBES.filter(({ needs }) => needs === need);
}

/** How many probes had which verdict. */
function summaryOf(results: readonly Result[]): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of results) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}
