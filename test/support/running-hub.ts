import { afterEach } from 'node:test';
import { createHub, type Hub } from '../../src/node/hub.ts';
import type { HubOptions } from '../../src/node/hub-options.ts';
import { hostServer } from './host-server.ts';
import { exchange } from './raw.ts';

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const CLOSE = 'Connection: close\r\n';

/** A hub that is closed after the test. */
export function newHub(options?: HubOptions): Hub {
  const hub = createHub({ limits: { closing: 300, linger: 300 }, ...options });
  open.push(hub);
  return hub;
}

/** A hub that listens on a free port, and what it answers to requests. */
export async function listeningHub(options?: HubOptions) {
  const hub = newHub(options);
  const { port } = await hub.listen();
  return { hub, port, ...asking(port) };
}

/** A server of node:http that is closed after the test. */
export async function runningHost(...listener: Parameters<typeof hostServer>) {
  const host = await hostServer(...listener);
  open.push(host);
  return { ...host, ...asking(host.port) };
}

/** A hub inside a server of node:http whose application answers everything else. */
export async function attachedHub(
  listener: Parameters<typeof hostServer>[0] = (request, response) =>
    response.end(`application ${request.url}`),
  options?: HubOptions,
) {
  const hub = newHub(options);
  const host = await runningHost(listener);
  hub.attach(host.server);
  return { hub, ...host };
}

function asking(port: number) {
  const get = (path: string, fields = CLOSE): Promise<string> =>
    exchange(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`);
  const post = (path: string, content: string): Promise<string> =>
    exchange(
      port,
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${CLOSE}Content-Length: ${content.length}\r\n\r\n${content}`,
    );
  return { get, post };
}
