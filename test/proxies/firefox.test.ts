import { after, before, describe, it } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { type LiveHub, liveHub } from '../browser/live-hub.ts';
import { exchangesInPage } from './exchanges.ts';
import { commandNamed } from './program.ts';

const MISSING =
  'install Firefox (on Debian: apt-get install firefox-esr), or name one in the variable FIREFOX';

const FIREFOX = process.env['FIREFOX'] ?? commandNamed('firefox-esr', 'firefox');

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
