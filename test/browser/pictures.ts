/**
 * Takes the pictures of the pages that README and docs show: `npm run pictures`.
 *
 * @module
 */

import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { conform, formatReports } from '../../spec/conformance.ts';
import { startNodeHttp } from '../conformance/node-http.ts';
import { startExample } from '../support/example.ts';
import { ChatTab, type Size } from './chat-tab.ts';
import { launchChromium } from './chromium.ts';
import { TransportsTab } from './transports-tab.ts';

const FOLDER = 'docs/pictures';

/** What is taken: the device, the window, and what stands at its top. */
const VIEWS: readonly (readonly [name: string, size: Size, top: string])[] = [
  ['desktop', { width: 1440, height: 1480 }, 'body'],
  ['phone-chat', { width: 390, height: 844 }, 'body'],
  ['phone-frames', { width: 390, height: 844 }, '#frames .client'],
];

/** The same of the page with the transports, where something has happened to two of them. */
const TRANSPORTS_VIEWS: readonly (readonly [name: string, size: Size, top: string])[] = [
  ['transports', { width: 1440, height: 990 }, 'body'],
  ['transports-phone', { width: 390, height: 844 }, '[data-way=polling]'],
];

/** The same of the page of a report, where one result is folded out. */
const REPORT_VIEWS: readonly (readonly [name: string, size: Size, top: string])[] = [
  ['report', { width: 1280, height: 960 }, 'body'],
  ['report-phone', { width: 390, height: 844 }, 'details.result[open]'],
];

mkdirSync(FOLDER, { recursive: true });
const browser = await launchChromium();
try {
  for (const [name, size, top] of VIEWS) await takePictures(browser, name, size, top);
  await takeTransports(browser);
  await takeReport(browser);
} finally {
  await browser.close();
}

/** Lets two tabs chat, and takes what the first shows, light and dark. */
async function takePictures(chromium: Browser, name: string, size: Size, top: string) {
  const example = await startExample('start');
  const tab = await ChatTab.open(chromium, example.url, size);
  const visitor = await ChatTab.open(chromium, example.url, size);
  await tab.connect();
  await visitor.connect();
  await visitor.say('Did you see the comet? ☄');
  await tab.hears('☄');
  await tab.say('Hello');
  await visitor.hears('Hello');
  await tab.frame(': Hello”');
  await photograph(tab.page, name, top);
  await tab.page.close();
  await visitor.page.close();
  await example.stop();
}

/** Lets messages come for long enough to fill the picture, and disturbs two ways meanwhile. */
async function takeTransports(chromium: Browser) {
  const example = await startExample('start');
  const opened = TRANSPORTS_VIEWS.map(([, size]) =>
    TransportsTab.open(chromium, example.url, size),
  );
  const tabs = await Promise.all(opened);
  for (const tab of tabs) {
    await tab.reach(5, ['websocket']);
    await tab.disturb('long-poll', 'cut');
    await tab.disturb('stream', 'stall');
  }
  for (const tab of tabs) {
    await tab.says('stream', /Back after/);
    await tab.reach(11, ['websocket']);
  }
  for (const [i, [name, , top]] of TRANSPORTS_VIEWS.entries()) {
    await photograph(tabs[i]!.page, name, top);
    await tabs[i]!.page.close();
  }
  await example.stop();
}

/** Judges `node:http`, and takes what the page shows of it. */
async function takeReport(chromium: Browser) {
  const { port, close } = await startNodeHttp();
  const report = await conform(
    { name: 'node:http', http: `http://127.0.0.1:${port}/` },
    { seed: 1 },
  );
  await close();
  for (const [name, size, top] of REPORT_VIEWS) {
    const page = await chromium.newPage({ viewport: size });
    await page.setContent(formatReports([report], 'html'));
    await page.locator('details.result', { hasText: '9112-3.2-8' }).locator('summary').click();
    await page.locator('details.result', { hasText: '9112-3.2-9/a' }).scrollIntoViewIfNeeded();
    await photograph(page, name, top);
    await page.close();
  }
}

async function photograph(page: Page, name: string, top: string) {
  await page.evaluate((selector) => document.querySelector(selector)?.scrollIntoView(), top);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(twoFrames);
    await page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}.png` });
  }
}

/** Until what is drawn by a script is drawn in the other colours too. Runs in the page. */
function twoFrames(): Promise<unknown> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  });
}
