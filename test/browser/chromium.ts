import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { type Browser, chromium } from 'playwright-core';

/** Where Chromium is installed, by the systems that one works on. */
const PLACES: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * What a tab would bring along that nobody sees: a list of suggestions below the address bar costs
 * more than most pages here. Chromium heeds only the last list of this kind, so what Playwright
 * leaves out stands here too.
 */
const WITHOUT: readonly string[] = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'AimEnabled', 'LensOverlay', 'MediaRouter'],
  ...['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'ThirdPartyStoragePartitioning'],
  ...['OptimizationHints', 'NetworkTimeServiceQuerying', 'PreconnectToSearch', 'PaintHolding'],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'AvoidCorsURLLoaderRestartOnRedirect'],
  'DestroyProfileOnBrowserClose',
];

const OPTIONS: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${WITHOUT.join()}`,
  '--host-resolver-rules=MAP rebound.example 127.0.0.1',
];

/** Starts the Chromium that is installed, or the one that `CHROMIUM` names. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error(MISSING);
  return chromium.launch({ executablePath, args: [...OPTIONS] });
}

/**
 * Describes what happens in Chromium. Where there is none, one line says what to install; in
 * continuous integration (`CI=true`) that is a failure.
 */
export function describeInChromium(
  subject: string,
  body: (browser: () => Browser) => void,
  options: { readonly concurrency?: number } = {},
): void {
  describe(`${subject}, in Chromium`, options, () => {
    if (!isInstalled() && process.env['CI'] !== 'true') {
      it(`is not tried: ${MISSING}`, () => {});
      return;
    }
    let browser: Browser;
    before(async () => {
      browser = await launchChromium();
    });
    after(() => browser.close());
    body(() => browser);
  });
}

const MISSING =
  'install Chromium (on Debian: apt-get install chromium), or name one in the variable CHROMIUM';

function isInstalled(): boolean {
  return process.env['CHROMIUM'] !== undefined || PLACES.some((place) => existsSync(place));
}
