import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { after, before, it } from 'node:test';
import { createHub, type Hub } from 'encke';
import type { BrowserContext, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';

import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { portOf } from '../support/host-server.ts';
import { until } from '../support/until.ts';
import { describeInChromium } from './chromium.ts';

/** More than the connections that a browser makes to an origin over HTTP/1.1. */
const TABS = 8;

/** The last that is published. */
const LAST = 20;

declare global {
  /** What came, by the way it came. */
  var came: { socket: number[]; events: number[]; opened: number };
}

describeInChromium('a hub inside a server of node:http2', (browser) => {
  let hub: Hub;
  let server: Http2SecureServer;
  let context: BrowserContext;
  let origin: string;
  let sessions = 0;
  /** The method and the transport of each request to the live route. */
  const asked: string[] = [];

  before(async () => {
    hub = createHub({ limits: { closing: 300, linger: 300 } });
    hub.live('/live', {
      authorize: ({ method, source, headers }) => {
        asked.push(`${method} ${source?.constructor.name} ${headers.get('accept') ?? ''}`);
        return { channels: ['news'] };
      },
      message: (session, data) => session.send(`from ${data}`),
    });
    const script = readFileSync('dist/browser/encke.js');
    hub.http('/encke.js', () => ({ headers: { 'Content-Type': 'text/javascript' }, body: script }));
    server = createSecureServer(
      { key: KEY, cert: CERTIFICATE, allowHTTP1: true },
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<!doctype html><title>encke</title>');
      },
    );
    server.on('session', () => sessions++);
    hub.attach(server).channel('news', { history: { entries: 100 } });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `https://localhost:${portOf(server)}`;
    context = await browser().newContext({ ignoreHTTPSErrors: true });
  });
  after(async () => {
    await context.close();
    await hub.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it(`pushes to ${TABS} tabs by WebSocket and by event stream at once, on one connection`, async () => {
    const tabs: Page[] = [];
    for (let i = 0; i < TABS; i++) tabs.push(await openTab());
    for (let n = 1; n <= LAST; n++) hub.channel('news').publish(n);

    const expected = Array.from({ length: LAST }, (_, i) => i + 1);
    for (const tab of tabs) {
      await tab.waitForFunction(
        (count) => came.socket.length >= count && came.events.length >= count,
        LAST,
      );
      const { socket, events } = await tab.evaluate(() => came);
      assert.deepEqual([socket, events], [expected, expected]);
    }
    assert.equal(await tabs[0]!.evaluate(protocol), 'h2');
    assert.equal(sessions, 1);
    assert.deepEqual(
      asked.sort(),
      [
        ...Array<string>(TABS).fill('CONNECT ServerHttp2Stream '),
        ...Array<string>(TABS).fill('GET ServerHttp2Stream text/event-stream'),
      ].sort(),
    );
    for (const tab of tabs) await tab.close();
    await until(() => hub.channel('news').readers === 0);
  });

  for (const transport of ['websocket', 'event-stream', 'stream', 'long-poll'] as const) {
    it(`is read, and sent to, by the client over ${transport}`, async () => {
      const tab = await context.newPage();
      await tab.goto(`${origin}/`);
      await tab.addScriptTag({ url: '/encke.js' });
      const answer = tab.evaluate(
        (name) =>
          new Promise<unknown>((resolve, reject) => {
            const connection = encke.connect('/live', {
              transports: [name],
              onentry: ({ data }) => resolve(data),
            });
            connection.send(name).catch(reject);
          }),
        transport,
      );
      assert.equal(await answer, `from ${transport}`);
      assert.ok(asked.every((request) => request.includes('ServerHttp2Stream')));
      await tab.close();
    });
  }

  it('leaves the WebSockets of ws to ws, on the same connection', async () => {
    const wss = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) =>
      wss.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (data) => client.send(`ws ${request.url} ${data}`));
      }),
    );
    const before = sessions;
    const tab = await context.newPage();
    await tab.goto(`${origin}/`);
    const answer = tab.evaluate(
      () =>
        new Promise<unknown>((resolve, reject) => {
          const socket = new WebSocket(`wss://${globalThis.location.host}/theirs`);
          socket.onopen = () => socket.send('hello');
          socket.onmessage = ({ data }) => resolve(data);
          socket.onerror = () => reject(new Error('the WebSocket did not open'));
        }),
    );
    assert.equal(await answer, 'ws /theirs hello');
    await tab.close();
    await until(() => wss.clients.size === 0);
    assert.ok(sessions <= before + 1, 'a connection for the WebSocket');
  });

  /** A tab that has both open. */
  async function openTab(): Promise<Page> {
    const tab = await context.newPage();
    await tab.goto(`${origin}/`);
    await tab.evaluate(() => {
      globalThis.came = { socket: [], events: [], opened: 0 };
      const socket = new WebSocket(`wss://${globalThis.location.host}/live`);
      socket.onmessage = ({ data }) => {
        const record = JSON.parse(data);
        if (record.ready !== undefined) came.opened++;
        if (record.id !== undefined) came.socket.push(record.data);
      };
      const events = new EventSource('/live');
      events.onopen = () => came.opened++;
      events.onmessage = ({ data }) => came.events.push(JSON.parse(data).data);
    });
    await tab.waitForFunction(() => came.opened === 2);
    return tab;
  }
});

// Helpers

/** By what protocol the page came. */
function protocol(): string {
  const [page] = performance.getEntriesByType('navigation');
  return (page as PerformanceResourceTiming).nextHopProtocol;
}
