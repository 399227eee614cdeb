import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';

import { COMBINATIONS, combinationsHub, exchangeOnEach } from '../browser/compression-page.ts';
import { commandNamed } from './program.ts';

const MISSING =
  'install Firefox (on Debian: apt-get install firefox-esr), or name one in the variable FIREFOX';

const FIREFOX = process.env['FIREFOX'] ?? commandNamed('firefox-esr', 'firefox');

describe('a WebSocket that compresses, in Firefox', () => {
  if (FIREFOX === undefined && process.env['CI'] !== 'true') {
    it(`is not tried: ${MISSING}`, () => {});
    return;
  }

  it('agrees on every combination of parameters, and says the same by each', async () => {
    const hub = combinationsHub();
    const { url } = await hub.listen();
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX! });
    try {
      const page = await browser.newPage();
      await page.goto(url);
      // It does not let a server limit its own window, and tells its page no parameters.
      const combinations = COMBINATIONS.filter(
        ({ clientMaxWindowBits }) => clientMaxWindowBits === 15,
      );
      const paths = combinations.map(({ path }) => path);
      const agreed = await page.evaluate(exchangeOnEach, paths);
      assert.deepEqual(
        agreed,
        combinations.map(() => 'permessage-deflate'),
      );
    } finally {
      await browser.close();
      await hub.close();
    }
  });
});
