import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createProxy } from 'node:http';
import { connect as connectTo, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { connect, type ErrorEvent, EventSource, WebSocket } from 'encke/client';
import { dialThrough } from '../../examples/clients/through-a-proxy.ts';
import { createHub, type Hub } from '../../src/node/hub.ts';
import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { eventsOf } from '../support/client-events.ts';
import { portOf } from '../support/host-server.ts';
import { until } from '../support/until.ts';

describe('a client behind a proxy that knows CONNECT', () => {
  let hub: Hub;
  let url: string;
  let secure: Server;
  let proxy: Server;
  /** What the proxy was asked for. */
  const asked: string[] = [];

  before(async () => {
    hub = createHub({ limits: { linger: 100 } });
    hub.websocket('/echo', { message: (socket, data) => socket.send(data) });
    hub.live('/live', { authorize: () => ({ channels: ['news'] }) });
    url = `127.0.0.1:${(await hub.listen()).port}`;
    secure = createTlsServer({ key: KEY, cert: CERTIFICATE }, hub.accept);
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    proxy = smallProxy(asked);
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });

  after(async () => {
    await hub.close();
    secure.close();
    proxy.close();
  });

  const dial = (login = 'user:secret@') =>
    dialThrough(new URL(`http://${login}127.0.0.1:${portOf(proxy)}`));

  it('exchanges messages', async () => {
    asked.length = 0;
    const socket = new WebSocket(`ws://${url}/echo`, [], { dial: dial() });
    await echoed(socket, 'through the proxy');
    assert.deepEqual(asked, [url]);
  });

  it('speaks TLS inside, and judges the certificate of the server', async () => {
    const there = `wss://localhost:${portOf(secure)}/echo`;
    const tls = { ca: CERTIFICATE };
    await echoed(new WebSocket(there, [], { dial: dial(), tls }), 'in TLS');
    const events = await eventsOf(new WebSocket(there, [], { dial: dial() }));
    assert.match(events[0]!, /self-signed certificate/);
  });

  it('is told why the proxy does not let it through', async () => {
    const events = await eventsOf(new WebSocket(`ws://${url}/echo`, [], { dial: dial('') }));
    assert.deepEqual(events, ['the proxy answered 407', 'close 1006 false']);
  });

  it('reads event streams', async () => {
    const source = new EventSource(`http://${url}/live`, { dial: dial() });
    await once(source, 'open');
    source.close();
  });

  it('reads a live route by every transport', async () => {
    for (const transport of ['websocket', 'event-stream', 'stream', 'long-poll'] as const) {
      asked.length = 0;
      const told: unknown[] = [];
      const connection = connect(`http://${url}/live`, {
        dial: dial(),
        transports: [transport],
        onentry: ({ data }) => void told.push(data),
      });
      await until(() => connection.state === 'open');
      hub.channel('news').publish(transport);
      await until(() => told.length === 1);
      assert.deepEqual(told, [transport]);
      assert.ok(asked.includes(url));
      connection.close();
    }
  });
});

// Helpers

async function echoed(socket: WebSocket, text: string): Promise<void> {
  const failed = new Promise<never>((_, reject) => {
    socket.addEventListener('error', (event) => reject((event as ErrorEvent).error));
  });
  await Promise.race([once(socket, 'open'), failed]);
  socket.send(text);
  const [{ data }] = (await once(socket, 'message')) as [MessageEvent];
  assert.equal(data, text);
  socket.close();
  await once(socket, 'close');
}

/** Connects whom it knows to where they want. */
function smallProxy(asked: string[]): Server {
  const login = `Basic ${Buffer.from('user:secret').toString('base64')}`;
  return createProxy().on('connect', ({ headers, url }, client, rest) => {
    client.on('error', () => {});
    if (headers['proxy-authorization'] !== login) {
      client.end('HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    asked.push(url!);
    const { hostname, port } = new URL(`http://${url}`);
    const server = connectTo({ port: Number(port), host: hostname }, () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      server.write(rest);
      server.pipe(client);
      client.pipe(server);
    });
    server.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => server.destroy());
  });
}
