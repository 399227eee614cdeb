import type { PushEndpoint } from '../../spec/probe.ts';
import { createHub } from '../../src/index.ts';

/** A hub whose live route has room for one session, and a client that has taken it. */
export async function startFull(): Promise<{
  readonly port: number;
  readonly endpoint: PushEndpoint;
  close(): Promise<void>;
}> {
  const hub = createHub({ limits: { sessions: 1 } });
  hub.live('/full', { authorize: () => ({ channels: ['a'] }) });
  const { port, url } = await hub.listen();
  const held = await fetch(new URL('/full?transport=stream', url));
  return {
    port,
    endpoint: { path: '/full' },
    close: async () => {
      await held.body?.cancel();
      await hub.close();
    },
  };
}
