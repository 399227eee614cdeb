import type { Browser, Page } from 'playwright-core';
import type * as fallbacks from '../../src/browser/fallbacks.ts';
import type { Connection, connect } from '../../src/browser/index.ts';

declare global {
  /** What the scripts define in a page. */
  var encke: { connect: typeof connect; fallbacks: typeof fallbacks };
  /** What the connection of a page told, and the connection. */
  var told: unknown[];
  var connection: Connection;
}

/** Opens a page with the client in it, as a classic script that was built. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  for (const script of ['encke', 'encke-fallbacks']) {
    await page.addScriptTag({ path: `dist/browser/${script}.js` });
  }
  return page;
}
