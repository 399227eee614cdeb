/**
 * Takes the pictures of the demonstration that README shows: `npm run pictures`.
 *
 * @module
 */

import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { startExample } from '../support/example.ts';
import { ChatTab, type Size } from './chat-tab.ts';
import { launchChromium } from './chromium.ts';

const FOLDER = 'docs/pictures';

/** What is taken: the device, the window, and what stands at its top. */
const VIEWS: readonly (readonly [name: string, size: Size, top: string])[] = [
  ['desktop', { width: 1440, height: 1480 }, 'body'],
  ['phone-chat', { width: 390, height: 844 }, 'body'],
  ['phone-frames', { width: 390, height: 844 }, '#frames .client'],
];

mkdirSync(FOLDER, { recursive: true });
const browser = await launchChromium();
try {
  for (const [name, size, top] of VIEWS) await takePictures(browser, name, size, top);
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
  await tab.page.evaluate((id) => document.querySelector(id)?.scrollIntoView(), top);
  for (const colorScheme of ['light', 'dark'] as const) {
    await tab.page.emulateMedia({ colorScheme });
    await tab.page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}.png` });
  }
  await tab.page.close();
  await visitor.page.close();
  await example.stop();
}
