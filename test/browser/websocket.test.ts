import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createHub, type Hub } from 'encke';
import type { Page } from 'playwright-core';
import { until } from '../support/until.ts';
import { describeInChromium } from './chromium.ts';
import {
  agreedProtocol,
  ending,
  exchangeCompressed,
  exchangeMany,
  exchangeSizes,
} from './page-sockets.ts';

describeInChromium('the WebSocket of a page, at encke', (browser) => {
  let hub: Hub;
  let page: Page;
  /** How the connection that ended last did so, as the server saw it. */
  let ended: readonly [code: number, reason: string] = [0, ''];

  before(async () => {
    hub = createHub();
    hub.http('/', () => ({ headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' }));
    hub.websocket('/echo', {
      protocols: ['chat', 'superchat'],
      message: (socket, data) => socket.send(data),
      close: (_socket, code, reason) => {
        ended = [code, reason];
      },
    });
    hub.websocket('/compressed', {
      compression: { threshold: 0 },
      message: (socket, data) => socket.send(data),
    });
    for (const bits of [9, 15]) {
      hub.websocket(`/compressed/${bits}`, {
        compression: {
          threshold: 0,
          serverMaxWindowBits: bits,
          clientMaxWindowBits: bits,
          serverNoContextTakeover: bits === 9,
          clientNoContextTakeover: bits === 9,
        },
        message: (socket, data) => socket.send(data),
      });
    }
    hub.websocket('/bye', { open: (socket) => socket.close(4004, 'Gone ☄') });
    hub.websocket('/cut', { open: (socket) => socket.terminate() });
    hub.websocket('/refused', { authorize: () => ({ status: 401, body: 'no\n' }) });
    const { url } = await hub.listen();
    page = await browser().newPage();
    await page.goto(url);
  });
  after(async () => {
    await page.close();
    await hub.close();
  });

  it('echoes text and binary of every form of length', async () => {
    const sizes = [0, 1, 125, 126, 65_535, 65_536, 1_048_576];
    assert.deepEqual(await page.evaluate(exchangeSizes, sizes), []);
  });

  it('keeps the order of 100 messages that are sent at once', async () => {
    const sent = Array.from({ length: 100 }, (_, i) => `message ${i}`);
    assert.deepEqual(await page.evaluate(exchangeMany, 100), sent);
  });

  it('compresses both ways, with the usual windows, the least and the largest', async () => {
    for (const [path, agreed] of [
      ['/compressed', '; server_max_window_bits=11; client_max_window_bits=11'],
      [
        '/compressed/9',
        '; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=9',
      ],
      ['/compressed/15', ''],
    ] as const) {
      const { extensions, wrong } = await page.evaluate(exchangeCompressed, path);
      assert.equal(extensions, `permessage-deflate${agreed}`);
      assert.deepEqual(wrong, []);
    }
  });

  it('agrees on a subprotocol, or on none', async () => {
    assert.equal(await page.evaluate(agreedProtocol, ['soap', 'superchat', 'chat']), 'superchat');
    assert.equal(await page.evaluate(agreedProtocol, []), '');
  });

  it('closes with a code and a reason', async () => {
    const close = { path: '/echo', code: 4321, reason: 'Enough ☄' };
    const { code, wasClean } = await page.evaluate(ending, close);
    assert.deepEqual([code, wasClean], [4321, true]);
    await until(() => ended[0] === 4321);
    assert.deepEqual(ended, [4321, 'Enough ☄']);
  });

  it('is told the code and the reason of the server', async () => {
    const seen = await page.evaluate(ending, { path: '/bye' });
    assert.deepEqual(seen, { opened: true, code: 4004, reason: 'Gone ☄', wasClean: true });
  });

  it('sees a connection that is cut as unclean', async () => {
    const { code, wasClean } = await page.evaluate(ending, { path: '/cut' });
    assert.deepEqual([code, wasClean], [1006, false]);
  });

  it('does not open where the handshake is refused', async () => {
    const seen = await page.evaluate(ending, { path: '/refused' });
    assert.deepEqual(seen, { opened: false, code: 1006, reason: '', wasClean: false });
  });

  it('does not open for the page of another origin', async () => {
    const other = createHub();
    other.http('/', () => ({ headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' }));
    const foreign = await browser().newPage();
    await foreign.goto((await other.listen()).url);
    const host = new URL(page.url()).host;
    const opened = await foreign.evaluate(
      (address) =>
        new Promise<boolean>((resolve) => {
          const socket = new WebSocket(address);
          socket.addEventListener('open', () => resolve(true));
          socket.addEventListener('close', () => resolve(false));
        }),
      `ws://${host}/echo`,
    );
    assert.equal(opened, false);
    await foreign.close();
    await other.close();
  });
});
