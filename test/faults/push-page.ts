import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../browser/chromium.ts';
import { portOf } from '../support/host-server.ts';
import type { Ledger } from './push-ledger.ts';

/** What the page was told: an entry, or a gap, and the session in which it was. */
type ToldInPage =
  | { readonly opened: string }
  | { readonly session: string; readonly id: string; readonly channel: string; readonly n: number }
  | { readonly session: string; readonly gap: string[]; readonly cursor: string };

/** How often the page is asked what it was told, in milliseconds. */
const INTERVAL = 250;

/** A page in Chromium that reads with the browser's client, all transports of which it may try. */
export class PushPage {
  readonly ledger: Ledger;
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #close: () => void;
  readonly #timer: NodeJS.Timeout;

  private constructor(ledger: Ledger, browser: Browser, page: Page, close: () => void) {
    this.ledger = ledger;
    this.#browser = browser;
    this.#page = page;
    this.#close = close;
    this.#timer = setInterval(
      () =>
        void this.#look().catch((error) => {
          ledger.faults.push(`page: ${error}`);
        }),
      INTERVAL,
    );
  }

  /** Opens a page of another origin, which connects to the server behind the proxy. */
  static async open(port: number, ledger: Ledger): Promise<PushPage> {
    const script = readFileSync('dist/browser/encke.js', 'utf8');
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><title>push</title><script>${script}</script>`);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${portOf(server)}/`);
    const { channels, cursor } = ledger;
    const url = `http://127.0.0.1:${port}/events`;
    await page.evaluate(
      `globalThis.told = [];
      globalThis.connection = encke.connect(${JSON.stringify(url)}, {
        channels: ${JSON.stringify(channels)},
        cursor: ${JSON.stringify(cursor)},
        backoff: () => 200 * Math.random(),
        onstate: (state) => state === 'open' && told.push({ opened: connection.session }),
        onentry: ({ id, channel, data }) =>
          told.push({ session: connection.session, id, channel, n: data.n }),
        ongap: ({ channels, cursor }) =>
          told.push({ session: connection.session, gap: channels, cursor }),
      });`,
    );
    return new PushPage(ledger, browser, page, () => server.close());
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#browser.close();
    this.#close();
  }

  async #look(): Promise<void> {
    const told = (await this.#page.evaluate('told.splice(0)')) as ToldInPage[];
    for (const each of told) tell(this.ledger, each);
  }
}

function tell(ledger: Ledger, told: ToldInPage): void {
  if ('opened' in told) {
    ledger.opened(told.opened);
    return;
  }
  if ('gap' in told) ledger.gap(told.gap, told.cursor);
  ledger.hasSession(told.session);
  if ('id' in told) ledger.entry(told.id, told.channel, told.n);
}
