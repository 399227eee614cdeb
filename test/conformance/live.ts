import type { PushEndpoint } from '../../spec/probe.ts';
import { createHub, type Request } from '../../src/index.ts';

/** The origin that may come in from elsewhere, written as no browser writes it. */
export const LISTED_ORIGIN = 'https://listed.example:443';

const HEARTBEAT = 200;
/** Longer than a busy machine may stand still between two requests of a session. */
const SESSION_IDLE = 5_000;
const ROUND = 32_768;

/** A hub with a live route, and a way for anybody to publish: not one to put on a network. */
export async function startLive(sessionIdle = SESSION_IDLE): Promise<{
  readonly port: number;
  readonly endpoint: PushEndpoint;
  close(): Promise<void>;
}> {
  const hub = createHub({
    hosts: '*',
    limits: { sessionIdle, round: ROUND },
    onError: () => {},
  });
  hub.live('/live', {
    authorize: ({ url }) => ({ channels: channelsOf(url) }),
    origins: [LISTED_ORIGIN],
    transports: ['websocket', 'event-stream', 'stream', 'long-poll', 'jsonp', 'forever-frame'],
    heartbeat: HEARTBEAT,
    message: (_session, data) => {
      const { channel, text } = data as { channel: string; text: string };
      void hub.channel(channel).publish(text);
    },
  });
  hub.http('/publish', async (request: Request) => {
    const text = Buffer.from(await request.body.bytes()).toString();
    for (const channel of channelsOf(request.url)) await hub.channel(channel).publish(text);
    return { body: 'published\n' };
  });
  const { port } = await hub.listen();
  const endpoint = {
    path: '/live',
    publish: '/publish',
    heartbeat: HEARTBEAT,
    sessionIdle,
    round: ROUND,
  };
  return { port, endpoint, close: () => hub.close() };
}

function channelsOf(url: string): string[] {
  return new URL(url, 'http://localhost').searchParams.getAll('channel');
}
