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
import { startLive } from '../../conformance/live.ts';
import { REFLECTOR } from '../../conformance/websocket-peers.ts';
import { type Server, serverSuite } from '../servers.ts';
import type { Way } from './fault.ts';
import { meddle } from './middlebox.ts';
import { rfc9112Faults } from './rfc9112.ts';

const PROBES: readonly Probe[] = [...SUITES.http, ...SUITES.eventStream, ...SUITES.live];

/** After how many milliseconds the impatient hub gives up: more than a busy machine may stand still. */
const GIVES_UP_AFTER = 1_000;

/** What a hub's handler has no way to, and the endpoint has. */
const OF_THE_ENDPOINT: readonly string[] = ['8297-2-1', '8297-2-2', '9110-6.5.1-1', '9110-6.6.2-1'];

/** Probes that only tell what a server offers. */
const OFFERS: readonly string[] = [];

/** What the right server has to be besides, where encke does not have what a probe is about. */
const RIGHT: Readonly<Record<string, Way>> = {};

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
  async live() {
    const { port, endpoint, close } = await startLive();
    return { options: { port, live: endpoint, eventStream: endpoint }, close };
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
};

export const httpServers = serverSuite({
  name: 'HTTP servers',
  probes: PROBES,
  offers: OFFERS,
  mutants: rfc9112Faults.map(([probe, fault, way]) => ({
    probe,
    fault,
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
  const name = OF_THE_ENDPOINT.includes(id) ? 'endpoint' : ((needs && OF_NEED[needs]) ?? 'hub');
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
