import type { LiveTransport } from '../../src/hub/live-transport.ts';
import type { HubOptions, LiveHandlers, LiveOptions, Session } from '../../src/index.ts';
import { type Asking, LivePeer, TRANSPORTS } from './live-peer.ts';
import { attachedHub, listeningHub } from './running-hub.ts';

type Route = Partial<LiveHandlers<unknown>> & LiveOptions;

/** A hub with a live route at `/events`, where everybody may read `news`, by every transport. */
export async function liveHub(route: Route = {}, options: HubOptions = {}, isAttached = false) {
  const told: string[] = [];
  const reported: unknown[] = [];
  const sessions: Session<unknown>[] = [];
  const settings: HubOptions = {
    limits: { closing: 300, linger: 300, wait: 10_000, ...options.limits },
    onError: (error) => reported.push(error),
    ...Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'limits')),
  };
  const { hub, port } = isAttached
    ? await attachedHub(undefined, settings)
    : await listeningHub(settings);
  hub.live('/events', {
    authorize: () => ({ channels: ['news'] }),
    transports: TRANSPORTS,
    ...route,
    open: (session) => {
      sessions.push(session);
      told.push('open');
      return route.open?.(session);
    },
    message: (session, data, n) => {
      told.push(`message ${n} ${JSON.stringify(data)}`);
      return route.message?.(session, data, n);
    },
    close: (session, end) => {
      told.push(`close ${end.by} ${end.reason}`);
      return route.close?.(session, end);
    },
  });
  const news = hub.channel('news');
  const open = (transport: LiveTransport, asking?: Asking): Promise<LivePeer> =>
    LivePeer.open(port, transport, asking);
  const url = `http://127.0.0.1:${port}/events`;
  /** Sends messages as the client does over HTTP. */
  const post = (session: string, content: unknown, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}?session=${encodeURIComponent(session)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof content === 'string' ? content : JSON.stringify(content),
      ...init,
    });
  return { hub, port, url, news, told, reported, sessions, open, post };
}
