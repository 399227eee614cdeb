/**
 * Mutants of HTTP servers, of event streams and of live routes: encke, which is right, behind a
 * middlebox that makes it wrong.
 *
 * @module
 */

import type { Need, Probe } from '../../../spec/probe.ts';
import type { SubjectOptions } from '../../../spec/run-probes.ts';
import { SUITES } from '../../../spec/server-probes.ts';
import { startEncke } from '../../conformance/encke.ts';
import { startEndpoint } from '../../conformance/endpoint.ts';
import { startFull } from '../../conformance/full.ts';
import { startLive } from '../../conformance/live.ts';
import { REFLECTOR } from '../../conformance/websocket-peers.ts';
import { type Server, serverSuite } from '../servers.ts';
import type { Fault, Way } from './fault.ts';
import { corsFaults } from './fetch.ts';
import { eventStreamFaults } from './html.ts';
import { meddle } from './middlebox.ts';
import { capacityFaults, pollingFaults, streamingFaults } from './rfc6202.ts';
import {
  fieldFaults,
  inspectionFaults,
  methodFaults,
  statusFaults,
  upgradeFaults,
} from './rfc9110.ts';
import { bodyFaults, parsingFaults } from './rfc9112-requests.ts';
import { connectionFaults, responseFaults } from './rfc9112-responses.ts';
import { isOpenToAll, readsDates, refusesStreams } from './right.ts';

const PROBES: readonly Probe[] = [
  ...SUITES.http,
  ...SUITES.eventStream,
  ...SUITES.live,
  ...SUITES.full,
];

/** After how many milliseconds the impatient hub gives up: more than a busy machine may stand still. */
const GIVES_UP_AFTER = 1_000;

/** Few at once, as many of the probes open some thirty connections, which this process has all ends of. */
const AT_ONCE = 8;

const FAULTS: readonly Fault[] = [
  ...parsingFaults,
  ...bodyFaults,
  ...responseFaults,
  ...connectionFaults,
  ...fieldFaults,
  ...inspectionFaults,
  ...methodFaults,
  ...statusFaults,
  ...upgradeFaults,
  ...eventStreamFaults,
  ...pollingFaults,
  ...streamingFaults,
  ...capacityFaults,
  ...corsFaults,
];

/** Probes that tell what a server offers. They have mutants all the same, that offer something else. */
const OFFERS: readonly string[] = [
  '9112-2.2-2',
  '9112-3.3-1',
  '9112-6.1-12',
  '9112-6.1-6',
  '9112-6.3-15',
  '9112-6.3-9',
  '9112-7.1.2-1',
  '9112-8-1',
  '9110-10.1.1-6',
  '9110-10.1.1-8',
  '9110-15.5.14-1',
  '9110-15.5.20-1',
  '9110-15.5.9-1',
  '9110-15.6.4-1',
  '6585-4-1',
  'html-9.2.1-1',
  'html-9.2.1-2',
  '9110-5.3-1',
  '9110-5.5-4',
  '9110-6.6.1-2',
  '9110-7.8-2',
  '9110-8.4-3',
  '9110-8.6-10',
  '6585-5-1',
  '8297-2-1',
  'html-17.6-1',
  'html-9.2.7-3',
  '6202-2.1-5',
  '6202-2.2-3',
  '6202-3.1-4',
  '6202-3.2-3',
  '6202-4.2-2',
  '6202-4.3-1',
  'fetch-3.3.3-11',
  'fetch-3.3.3-12',
  'fetch-3.3.3-7',
  'fetch-3.3.3-8',
  'fetch-bg-safe-1',
];

/** What the right server does besides, where encke does not have what a probe is about. */
const RIGHT: Readonly<Record<string, Way>> = {
  '9110-5.6.7-1': readsDates,
  '9110-5.6.7-4': readsDates,
  'fetch-bg-caches-2': isOpenToAll,
  'html-17.6-5': refusesStreams,
};

/** Where a right server has to be another than that for all probes with the same needs. */
const NAMES: Readonly<Record<string, string>> = {
  // What a hub's handler has no way to, and the endpoint has.
  '8297-2-1': 'endpoint',
  '8297-2-2': 'endpoint',
  '9110-6.5.1-1': 'endpoint',
  '9110-6.6.2-1': 'endpoint',
  // What waits until a session is over.
  '6202-4.2-3': 'forgetful',
};

/** A right server, and how to be rid of it. */
interface Right {
  readonly options: SubjectOptions;
  close(): void | Promise<void>;
}

const started = new Map<string, Promise<Right>>();

const STARTS: Readonly<Record<string, () => Promise<Right>>> = {
  async hub() {
    const { port, securePort, close } = await startEncke();
    return { options: { port, securePort, reflector: REFLECTOR }, close };
  },
  async impatient() {
    const times = { headTime: GIVES_UP_AFTER, idleTime: GIVES_UP_AFTER, bodyTime: GIVES_UP_AFTER };
    const { port, close } = await startEncke(times);
    return { options: { port, givesUpAfter: GIVES_UP_AFTER }, close };
  },
  live: () => startPushing(),
  forgetful: () => startPushing(500),
  async full() {
    const { port, endpoint, close } = await startFull();
    return { options: { port, full: endpoint }, close };
  },
  async endpoint() {
    const { port, close } = await startEndpoint();
    return { options: { port, reflector: REFLECTOR }, close };
  },
};

const OF_NEED: Readonly<Partial<Record<Need, string>>> = {
  givesUpAfter: 'impatient',
  eventStream: 'live',
  live: 'live',
  full: 'full',
};

async function startPushing(sessionIdle?: number): Promise<Right> {
  const { port, endpoint, close } = await startLive(sessionIdle);
  return { options: { port, live: endpoint, eventStream: endpoint }, close };
}

export const httpServers = serverSuite({
  name: 'HTTP servers',
  probes: PROBES,
  offers: OFFERS,
  atOnce: AT_ONCE,
  mutants: FAULTS.map(([probe, fault, way, isSilent]) => ({
    probe,
    fault,
    ...(isSilent && { isSilent }),
    start: () => start(PROBES.find(({ id }) => id === probe)!, way),
  })),
  start: (probe) => start(probe, {}),
  close: async () => {
    for (const right of started.values()) await (await right).close();
    started.clear();
  },
});

/** Puts a server that is wrong in this way before the right one, and that before the real one. */
async function start({ id, needs }: Probe, way: Way): Promise<Server> {
  const name = NAMES[id] ?? (needs && OF_NEED[needs]) ?? 'hub';
  const { options } = await rightServer(name);
  const boxes: { close(): void }[] = [];
  let { port, securePort } = options;
  for (const one of [RIGHT[id] ?? {}, way]) {
    const meddling = typeof one === 'function' ? one() : one;
    const box = await meddle(port, meddling);
    const secureBox = securePort === undefined ? undefined : await meddle(securePort, meddling);
    boxes.push(box, ...(secureBox === undefined ? [] : [secureBox]));
    port = box.port;
    securePort = secureBox?.port;
  }
  return {
    options: { ...options, port, securePort },
    close: () => {
      for (const box of boxes) box.close();
    },
  };
}

function rightServer(name: string): Promise<Right> {
  const right = started.get(name) ?? STARTS[name]!();
  started.set(name, right);
  return right;
}
