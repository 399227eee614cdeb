import { connect as connectWith } from '../browser/connect.ts';
import type { Connection, ConnectOptions, Platform } from '../browser/types.ts';
import { type NamesOf, optionalFunction, requireOptions } from '../hub/known-options.ts';
import { optionalDial } from './client-terms.ts';
import type { TransportOptions } from './dial.ts';
import { fetchBy } from './fetching.ts';
import { WebSocket as NodeWebSocket } from './websocket.ts';

/** What `connect` can be asked for in Node: besides what it can in a page, how to reach the server. */
export interface NodeConnectOptions<T = unknown> extends ConnectOptions<T>, TransportOptions {}

/** Which transport works for which address: as long as the process lives. */
const remembered = new Map<string, string>();

const PLATFORM: Partial<Platform> = {
  events: { addEventListener() {}, removeEventListener() {} },
  isOnline: () => true,
  WebSocket: NodeWebSocket as unknown as typeof WebSocket,
  memory(key, name) {
    if (name !== undefined) remembered.set(key, name);
    return remembered.get(key);
  },
};

/**
 * Connects to a `hub.live`, as the browser's client does, with the parts that Node has.
 *
 * @param url - The address of the route: all of it, since there is no page that it could be relative to.
 * @throws TypeError when the URL is none of `http:` or `https:`, an option is not known, or a transport
 * has no such name.
 */
export function connect<T = unknown>(
  url: string | URL,
  given: NodeConnectOptions<T> = {},
): Connection<T> {
  requireOptions('connect', given, OPTIONS);
  for (const name of CALLBACKS) optionalFunction(name, given[name]);
  requireLists(given);
  const { protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new TypeError(`the URL of a live route begins with http: or https:, not ${protocol}`);
  }
  const { dial, tls, ...options } = given;
  const parts =
    dial === undefined && tls === undefined ? {} : partsOf({ dial: optionalDial(dial), tls });
  const platform = { ...PLATFORM, ...parts, ...options.platform };
  return connectWith(url, { ...options, platform });
}

const CALLBACKS = ['onentry', 'ongap', 'onstate', 'onclose', 'backoff'] as const;

const OPTIONS: NamesOf<NodeConnectOptions> = {
  channels: true,
  cursor: true,
  transports: true,
  token: true,
  headers: true,
  credentials: true,
  patience: true,
  backoff: true,
  onentry: true,
  ongap: true,
  onstate: true,
  onclose: true,
  platform: true,
  dial: true,
  tls: true,
};

/** A string is a list too, of its characters. */
function requireLists({ channels = [], transports = [] }: ConnectOptions<never>): void {
  for (const [name, list] of Object.entries({ channels, transports })) {
    if (!Array.isArray(list)) throw new TypeError(`${name} must be a list: ${String(list)}`);
  }
}

/** The parts that reach a server by this transport. */
function partsOf(transport: TransportOptions): Partial<Platform> {
  const Dialled = class extends NodeWebSocket {
    constructor(url: string | URL, protocols?: string | Iterable<string>) {
      super(url, protocols, transport);
    }
  };
  return { fetch: fetchBy(transport), WebSocket: Dialled as unknown as typeof WebSocket };
}
