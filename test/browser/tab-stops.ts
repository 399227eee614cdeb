import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** A control, as one comes by it with the key Tab. */
interface TabStop {
  /** Its place among all that the page has, in the order in which they are read. */
  readonly place: number;
  readonly name: string;
  /** The outline that shows where one is. */
  readonly ring: string;
  /** Whether it stands in the window then. */
  readonly isSeen: boolean;
}

/** What ought to be reached: all that can be used, and of radio buttons the one that is chosen. */
const CONTROLS =
  'a, button:enabled, input:enabled:not([type=radio]:not(:checked)), summary, [tabindex="0"]';

/** Goes through the page with the key Tab: all is reached, in the order in which it is read, and is seen and named. */
export async function assertAllReached(page: Page): Promise<void> {
  const stops = await tabThrough(page);
  const controls = await page.locator(CONTROLS).locator('visible=true').count();
  assert.deepEqual(
    stops.map(({ place }) => place),
    Array.from({ length: controls }, (_, place) => place),
  );
  const wrong = stops.filter(({ name, ring, isSeen }) => {
    return name === '' || ring !== 'solid 3px' || !isSeen;
  });
  assert.deepEqual(wrong, []);
}

async function tabThrough(page: Page): Promise<TabStop[]> {
  // What was clicked is where Tab goes on from; and a ring is for who comes by it.
  await page.locator('a').first().focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  const stops: TabStop[] = [];
  for (;;) {
    const stop = await page.evaluate(focused, CONTROLS);
    if (stop === undefined) return stops;
    stops.push(stop);
    await page.keyboard.press('Tab');
  }
}

/** Where one is; nothing behind the last control. Runs in the page. */
function focused(controls: string): TabStop | undefined {
  const element = document.activeElement as HTMLElement;
  if (element === document.body) return undefined;
  const all = Array.from(document.querySelectorAll(controls));
  const place = all.filter((control) => control.checkVisibility()).indexOf(element);
  const label = element instanceof HTMLInputElement ? element.labels?.item(0) : element;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return {
    place,
    name: (element.ariaLabel ?? label?.textContent ?? '').trim(),
    ring: `${outlineStyle} ${outlineWidth}`,
    isSeen: bottom > 0 && top < innerHeight && left >= 0 && right <= innerWidth,
  };
}
