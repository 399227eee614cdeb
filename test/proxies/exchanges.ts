import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type LiveHub, numbers } from '../browser/live-hub.ts';
import { TRANSPORTS } from '../support/live-peer.ts';
import { until } from '../support/until.ts';
import {
  type Connected,
  type EvaluatingPage,
  type Exchanged,
  exchangeByConnect,
  exchangeByPlatform,
  PLATFORM_READERS,
} from './page-exchanges.ts';

/** How many messages go each way. */
export const COUNT = 1_000;

/** Tries each reader of the platform, and `connect` by each transport, in a page with the client. */
export function exchangesInPage(live: () => LiveHub, page: () => EvaluatingPage): void {
  for (const reader of PLATFORM_READERS) {
    it(`a plain ${reader} gets ${COUNT} messages, and as many are sent, in order, each once`, async () => {
      const reading = page().evaluate(exchangeByPlatform, { reader, count: COUNT });
      await exchanged(live(), reading);
    });
  }

  for (const transport of TRANSPORTS) {
    it(`connect gets ${COUNT} messages and sends as many by ${transport}, in order, each once`, async () => {
      const { gaps, ...seen } = await connected(live(), page(), [transport]);
      assert.deepEqual([seen.transport, gaps], [transport, 0]);
    });
  }
}

/** Connects by these transports, or by those that are there, publishes, and judges what came. */
export function connected(
  live: LiveHub,
  page: EvaluatingPage,
  transports?: readonly string[],
): Promise<Connected> {
  return exchanged(live, page.evaluate(exchangeByConnect, { transports, count: COUNT }));
}

/** Publishes once a page has begun to read, and judges what came both ways. */
async function exchanged<Result extends Exchanged>(
  { received, publish }: LiveHub,
  reading: Promise<Result>,
): Promise<Result> {
  const known = new Set(received.keys());
  const isBegun = (): boolean => [...received.keys()].some((session) => !known.has(session));
  await Promise.race([reading, until(isBegun)]);
  await publish(COUNT);
  const result = await reading;
  assert.deepEqual(result.data, numbers(COUNT));
  assert.deepEqual(received.get(result.session), numbers(COUNT));
  assert.equal(result.acknowledged, COUNT);
  return result;
}
