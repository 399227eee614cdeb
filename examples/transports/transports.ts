import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Hub } from 'encke';
import { css, html, script, serveFiles } from '../page/serve-files.ts';
import { FaultySocket } from './faulty-socket.ts';
import type { Demand } from './records.ts';
import { Tab } from './tab.ts';
import { WireTap } from './wire-tap.ts';

const FILES = {
  '/transports/': html('transports/page/index.html'),
  '/transports/page/style.css': css('transports/page/style.css'),
  '/transports/records.js': script('transports/records.js'),
  ...Object.fromEntries(
    [
      'main',
      'lane-view',
      'origin-limit',
      'origins',
      'raw-view',
      'receive',
      'tally',
      'timeline',
    ].map((name) => [`/transports/page/${name}.js`, script(`transports/page/${name}.js`)]),
  ),
};

/**
 * The page may ask its own origin and those below `localhost`: by fetch, by script and by frame,
 * since all of these are ways to receive. (A page with trusted types could not do JSONP.)
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' http://*.localhost:*",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self' http://*.localhost:* ws://*.localhost:*",
  "frame-src 'self' http://*.localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** How often something is sent in any case: by this alone a hidden frame is known to be alive. */
const HEARTBEAT = 5_000;

/**
 * Server push in seven ways, side by side: a page whose every tab has a channel, and receives it by
 * plain polling and by each of the six transports.
 *
 * What goes over their connections is counted at the sockets, which can be made to fail on demand.
 */
export class Transports {
  readonly #hub: Hub;
  readonly #tabs = new Map<string, Tab>();

  /** @param origins - Those that the page may have been loaded from. */
  constructor(hub: Hub, origins: readonly string[]) {
    this.#hub = hub;
    // What asks by script and by frame is known by its Referer alone.
    serveFiles(hub, FILES, {
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Referrer-Policy': 'strict-origin-when-cross-origin',
    });
    hub.live('/live', {
      origins,
      heartbeat: HEARTBEAT,
      transports: ['websocket', 'event-stream', 'stream', 'long-poll', 'jsonp', 'forever-frame'],
      authorize: ({ url }) => {
        const tab = new URLSearchParams(queryOf(url)).get('tab') ?? '';
        return this.#tabs.has(tab) ? { channels: [tab] } : { status: 404, body: 'No such tab.\n' };
      },
    });
    hub.websocket('/transports/watch', {
      authorize: () => ({ data: randomBytes(6).toString('hex') }),
      open: (socket) => this.#open(socket.data, (text) => socket.send(text)),
      message: (socket, data) => {
        const demand = JSON.parse(String(data)) as Demand; // what is no JSON ends this connection alone
        this.#tabs.get(socket.data)?.obey(demand);
      },
      close: (socket) => {
        this.#tabs.get(socket.data)?.close();
        this.#tabs.delete(socket.data);
      },
    });
  }

  /** The connection, with what goes over it counted for the lane that it belongs to. */
  tap(connection: Duplex): FaultySocket {
    return new FaultySocket(
      connection,
      (socket) =>
        new WireTap(socket, (target) => {
          const query = new URLSearchParams(queryOf(target));
          return this.#tabs.get(query.get('tab') ?? '')?.lane(query.get('way') ?? '');
        }),
    );
  }

  #open(name: string, send: (text: string) => void): void {
    const tab = new Tab(this.#hub.channel(name), send);
    this.#tabs.set(name, tab);
    tab.tell({ kind: 'tab', tab: name, cursor: this.#hub.cursor() });
  }
}

/** The query of a target, if it is one for the live route. */
function queryOf(target: string): string {
  return target.startsWith('/live?') ? target.slice('/live?'.length) : '';
}
