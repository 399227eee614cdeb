import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { describeInChromium } from '../browser/chromium.ts';
import { type LiveHub, liveHub } from '../browser/live-hub.ts';
import { openPage } from '../browser/page-client.ts';
import { DOORS, type Door } from './doors.ts';
import { exchangesInPage } from './exchanges.ts';

describeInChromium('a page', (browser) => {
  for (const kind of DOORS) {
    describe(`through ${kind.name}`, () => {
      if (kind.missing !== undefined) {
        it(`is not tried: ${kind.missing}`, () => {});
        return;
      }
      let live: LiveHub;
      let door: Door;
      let page: Page;
      before(async () => {
        live = await liveHub();
        door = await kind.open(live);
        page = await openPage(browser(), door.url);
      });
      after(async () => {
        await page?.close();
        await door?.close();
        await live.hub.close();
      });

      exchangesInPage(
        () => live,
        () => page,
      );
    });
  }
});
