import { connect as connectWith } from '../browser/connect.ts';
import type { Connection, ConnectOptions, Platform } from '../browser/types.ts';
import { WebSocket as NodeWebSocket } from './websocket.ts';

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
 * @throws TypeError when the URL is none, or a transport has no such name.
 */
export function connect<T = unknown>(
  url: string | URL,
  options: ConnectOptions<T> = {},
): Connection<T> {
  return connectWith(url, { ...options, platform: { ...PLATFORM, ...options.platform } });
}
