import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CompressionOptions, createHub, type Message, type Socket } from 'encke';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { type LiveHub, liveHub } from '../browser/live-hub.ts';
import { exchangeCompressed } from '../browser/page-sockets.ts';
import { exchangesInPage } from './exchanges.ts';
import { commandNamed } from './program.ts';

const MISSING =
  'install Firefox (on Debian: apt-get install firefox-esr), or name one in the variable FIREFOX';

const COMBINATIONS: readonly CompressionOptions[] = [
  {},
  { serverNoContextTakeover: true },
  { clientNoContextTakeover: true },
  { serverMaxWindowBits: 9, clientMaxWindowBits: 15 },
  { serverMaxWindowBits: 15, clientMaxWindowBits: 15, clientNoContextTakeover: true },
];

const FIREFOX = process.env['FIREFOX'] ?? commandNamed('firefox-esr', 'firefox');

describe('the WebSocket of a page in Firefox, compressing', () => {
  if (FIREFOX === undefined && process.env['CI'] !== 'true') {
    it(`is not tried: ${MISSING}`, () => {});
    return;
  }

  it('agrees on every combination of parameters that it can', async () => {
    const hub = createHub();
    hub.http('/', () => ({ headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' }));
    const paths = COMBINATIONS.map((compression, i) => {
      const path = `/compressed/${i}`;
      const message = (socket: Socket, data: Message) => socket.send(data);
      hub.websocket(path, { compression: { threshold: 0, ...compression }, message });
      return path;
    });
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX! });
    try {
      const page = await browser.newPage();
      await page.goto((await hub.listen()).url);
      for (const path of paths) {
        const { extensions, wrong } = await page.evaluate(exchangeCompressed, path);
        assert.match(extensions, /^permessage-deflate/);
        assert.deepEqual(wrong, []);
      }
    } finally {
      await browser.close();
      await hub.close();
    }
  });
});

describe("a page, through encke's own server, in Firefox", () => {
  if (FIREFOX === undefined && process.env['CI'] !== 'true') {
    it(`is not tried: ${MISSING}`, () => {});
    return;
  }
  let live: LiveHub;
  let browser: Browser;
  let page: Page;
  before(async () => {
    if (FIREFOX === undefined) throw new Error(MISSING);
    live = await liveHub();
    browser = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX });
    page = await browser.newPage();
    await page.goto(live.url);
    for (const script of ['encke', 'encke-fallbacks']) {
      await page.addScriptTag({ path: `dist/browser/${script}.js` });
    }
  });
  after(async () => {
    await browser?.close();
    await live?.hub.close();
  });

  exchangesInPage(
    () => live,
    // Puppeteer's types leave open what a handle among the arguments would become.
    () => ({ evaluate: (run, argument) => page.evaluate(run as () => never, argument as never) }),
  );
});
