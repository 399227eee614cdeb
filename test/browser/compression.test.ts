import assert from 'node:assert/strict';
import { it } from 'node:test';

import { describeInChromium } from './chromium.ts';
import { agreementOf, COMBINATIONS, combinationsHub, exchangeOnEach } from './compression-page.ts';

describeInChromium('a WebSocket that compresses', (browser) => {
  it('agrees on every combination of parameters, and says the same by each', async () => {
    const hub = combinationsHub();
    const { url } = await hub.listen();
    const page = await browser().newPage();
    try {
      await page.goto(url);
      const paths = COMBINATIONS.map(({ path }) => path);
      const agreed = await page.evaluate(exchangeOnEach, paths);
      assert.deepEqual(agreed, COMBINATIONS.map(agreementOf));
    } finally {
      await page.close();
      await hub.close();
    }
  });
});
