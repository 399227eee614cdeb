import { readFileSync } from 'node:fs';
import { createHub, type Hub, type HubOptions } from 'encke';

/** A hub with a page, a live route that has every transport, and what was sent to it. */
export interface LiveHub {
  readonly hub: Hub;
  readonly url: string;
  readonly port: number;
  /** What each session sent, in order. */
  readonly received: Map<string, unknown[]>;
  /** Publishes so many numbers, some at a time. */
  publish(count: number, from?: number): Promise<void>;
  /** Publishes `tick` again and again until something has settled. */
  publishUntil(settled: Promise<unknown>): Promise<void>;
}

/** Begins to serve; the page is empty. */
export async function liveHub(options: HubOptions = {}): Promise<LiveHub> {
  const hub = createHub({ limits: { closing: 300, linger: 300 }, ...options });
  const received = new Map<string, unknown[]>();
  const headers = { 'Content-Type': 'text/html' };
  hub.http('/', () => ({ headers, body: '<!doctype html><title>encke</title>' }));
  for (const [path, body] of [
    ['/index.js', readFileSync('dist/browser/index.js')],
    ['/encke.js', readFileSync('dist/browser/encke.js')],
    ['/worker.js', WORKER],
  ] as const) {
    hub.http(path, () => ({ headers: { 'Content-Type': 'text/javascript' }, body }));
  }
  hub.live('/live', {
    transports: ['websocket', 'event-stream', 'stream', 'long-poll', 'jsonp', 'forever-frame'],
    heartbeat: 1_000,
    authorize: ({ url }) => {
      if (url.includes('wrong')) return { status: 403, body: 'Not you.' };
      return { channels: ['news'] };
    },
    open: ({ id }) => void received.set(id, []),
    message: ({ id }, data) => void received.get(id)!.push(data),
  });
  const { url, port } = await hub.listen();
  const publish = async (count: number, from = 0): Promise<void> => {
    for (let i = from; i < from + count; i++) {
      void hub.channel('news').publish(i);
      if (i % 25 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const publishUntil = async (settled: Promise<unknown>): Promise<void> => {
    const timer = setInterval(() => void hub.channel('news').publish('tick'), 20);
    await settled.finally(() => clearInterval(timer));
  };
  return { hub, url, port, received, publish, publishUntil };
}

const WORKER = `
importScripts('/encke.js');
const connection = encke.connect('/live', {
  onentry: ({ data }) => postMessage([data, connection.transport]),
});
`;

/** The numbers from 0. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
