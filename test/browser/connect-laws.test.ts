import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { connect } from '../../src/browser/connect.ts';
import type { TransportName } from '../../src/browser/types.ts';
import { FakeBrowser } from '../support/fake-browser.ts';
import { FakeLive } from '../support/fake-live.ts';

/** What can happen, and how often compared with the rest. A number is a time that goes by. */
const anyEvent = fc.oneof(
  { weight: 8, arbitrary: fc.constant('publish') },
  { weight: 8, arbitrary: fc.constant('send') },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 1_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60_000 }) },
  { weight: 4, arbitrary: fc.constantFrom('cut', 'round', 'beat') },
  { weight: 1, arbitrary: fc.constantFrom('stall', 'online', 'forget', 'restart') },
  { weight: 2, arbitrary: fc.constantFrom('silent', 'down', 'loses', 'well', 'well') },
);

const anyEvents = fc.array(fc.tuple(anyEvent, fc.boolean()), { maxLength: 100, size: 'max' });

const anyTransports = fc
  .subarray<TransportName>(['websocket', 'event-stream', 'stream', 'long-poll'], { minLength: 1 })
  .filter((names) => names.length > 1 || names[0] !== 'websocket');

const RUNS = Math.min(300, Number(process.env['LAW_RUNS'] ?? 300));

describe('connect', () => {
  it('for any transports and any mishaps delivers all in order, once, or tells of the gap', async () => {
    await fc.assert(
      fc.asyncProperty(anyTransports, anyEvents, fc.integer(), async (transports, events, seed) => {
        const browser = new FakeBrowser();
        const live = new FakeLive(browser);
        const told: string[] = [];
        const sent: Promise<number>[] = [];
        const connection = connect('/live', {
          platform: browser.platform,
          transports,
          onentry: ({ data }) => void told.push(data as string),
          ongap: ({ channels }) => {
            if (channels.includes('news')) told.push('gap');
          },
        });
        const happen = (event: string): void => {
          if (event === 'publish') live.publish();
          if (event === 'send') sent.push(connection.send(sent.length));
          if (event === 'cut') live.cut();
          if (event === 'stall') live.stall();
          if (event === 'round') live.round();
          if (event === 'beat') live.beat();
          if (event === 'forget') live.forget();
          if (event === 'restart') live.restart();
          if (event === 'online') browser.fire('online');
          if (['silent', 'down', 'loses', 'well'].includes(event)) {
            live.isSilent = event === 'silent';
            live.isDown = event === 'down';
            live.losesAnswers = event === 'loses';
          }
        };
        for (const [i, [event, isServed]] of events.entries()) {
          browser.random = Math.abs(Math.sin(seed + i));
          if (typeof event === 'number') await browser.advance(event);
          else happen(event);
          if (isServed) await live.serve();
        }

        happen('well');
        for (let i = 0; i < 30; i++) {
          await live.serve();
          live.beat();
          if (i % 4 === 3) live.round();
          await browser.advance(5_000);
        }
        await live.serve();
        // Something that comes last, so that it shows from where the client has read.
        live.publish();
        await live.serve();
        await browser.advance(1_000);
        await live.serve();
        connection.close();

        await Promise.all(sent);
        assertDelivered(told, live.published);
        assertReceived(
          live.sessions.map(({ received }) => received),
          sent.length,
        );
      }),
      { numRuns: RUNS },
    );
  });
});

// Helpers

/** Holds that within a log nothing is missing or repeated, and that each change of log is a gap. */
function assertDelivered(told: readonly string[], published: readonly string[][]): void {
  let before: string | undefined;
  for (const name of told) {
    if (name !== 'gap' && before !== undefined && before !== 'gap') {
      const [epoch, number] = before.split(':').map(Number) as [number, number];
      assert.equal(name, `${epoch}:${number + 1}`, told.join(' '));
    }
    before = name;
  }
  assert.equal(before, published.at(-1)!.at(-1), told.join(' '));
}

/** Holds that each session has got an unbroken run, and all of them together everything. */
function assertReceived(sessions: readonly number[][], count: number): void {
  for (const received of sessions) {
    assert.deepEqual(
      received,
      received.map((_, i) => received[0]! + i),
    );
  }
  assert.equal(new Set(sessions.flat()).size, count);
}
