import compression from 'compression';
import express from 'express';
import type { LiveHub } from '../browser/live-hub.ts';
import { hostServer } from '../support/host-server.ts';
import { missing, PROXIES } from './proxies.ts';

/** A way to a hub. */
export interface Door {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A kind of way to a hub. */
export interface DoorKind {
  readonly name: string;
  /** What to install first, if there is something. */
  readonly missing?: string | undefined;
  open(live: LiveHub): Promise<Door>;
}

/** Every way to a hub that is not the hub's own server. */
export const DOORS: readonly DoorKind[] = [
  {
    name: 'the middleware of Express, behind compression',
    async open({ hub }) {
      const app = express().use(compression()).use(hub.middleware);
      const { server, ...door } = await hostServer(app);
      server.on('upgrade', hub.upgrade);
      return { url: urlOf(door.port), ...door };
    },
  },
  {
    name: 'a hub attached to an application that compresses',
    async open({ hub }) {
      const app = express().use(compression());
      const { server, ...door } = await hostServer(app);
      hub.attach(server);
      return { url: urlOf(door.port), ...door };
    },
  },
  ...PROXIES.map(
    (proxy): DoorKind => ({
      name: proxy.name,
      missing: missing(proxy),
      async open({ port }) {
        const program = await proxy.start([port]);
        return { url: program.url, port: program.port, close: () => program.stop() };
      },
    }),
  ),
];

/** The hub's own server. */
export const OWN: DoorKind = {
  name: "encke's own server",
  open: async ({ url, port }) => ({ url, port, close: async () => {} }),
};

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/`;
}
