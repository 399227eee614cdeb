import { describe } from 'node:test';
import fc from 'fast-check';

import { law } from '../support/law.ts';
import {
  CHANNELS,
  type CursorKind,
  KEYS,
  type Size,
  type Step,
  World,
} from '../support/log-world.ts';

const anyNumber = fc.nat({ max: 3 });
const anyChannel = fc.nat({ max: CHANNELS.length - 1 });
const anyCursor = fc.constantFrom<CursorKind>(
  ...(['own', 'own', 'own', 'own', 'none', 'unreadable', 'foreign'] as const),
  ...(['above', 'above', 'earlier', 'zero', 'zero'] as const),
);

const anyPublish = fc.record({
  do: fc.constant('publish' as const),
  hub: anyNumber,
  channel: anyChannel,
  key: fc.nat({ max: KEYS.length - 1 }),
  size: fc.oneof<fc.Arbitrary<Size>[]>(
    fc.nat({ max: 30 }),
    fc.constant('round'),
    fc.constantFrom('round', 'round', 'most', 'over'),
  ),
});

const anyBurst = fc.record({
  do: fc.constant('burst' as const),
  hub: anyNumber,
  channel: anyChannel,
  count: fc.nat({ max: 12 }),
  size: fc.constantFrom<Size>(0, 'round'),
});

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: anyPublish },
  { weight: 1, arbitrary: anyBurst },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      client: anyNumber,
      pad: fc.nat({ max: 40 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('connect' as const),
      client: anyNumber,
      hub: anyNumber,
      mask: fc.nat({ max: 2 ** CHANNELS.length - 1 }),
      cursor: anyCursor,
      isEager: fc.boolean(),
      echoes: fc.constantFrom(0, 0, 0, 1, 2, 4),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('disconnect' as const), client: anyNumber }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('take' as const),
      client: anyNumber,
      octets: fc.constantFrom(1, 100, 200, 1_000),
      isOfBatch: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom<'subscribe' | 'unsubscribe'>('subscribe', 'unsubscribe'),
      client: anyNumber,
      channel: anyChannel,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('resubscribe' as const),
      client: anyNumber,
      channel: anyChannel,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('turn' as const), hub: anyNumber }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), hub: anyNumber }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      wall: fc.integer({ min: -30, max: 30 }),
      time: fc.constantFrom(0, 5, 10, 20),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      hub: anyNumber,
      count: fc.nat({ max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('history' as const),
      hub: anyNumber,
      channel: anyChannel,
      cursor: anyCursor,
    }),
  },
);

const anyRestart = fc.record({ do: fc.constant('restart' as const), hub: anyNumber });

/** Long lists of steps, with a restart now and then. */
const anySteps = fc.array(fc.oneof({ weight: 60, arbitrary: anyStep }, anyRestart), {
  maxLength: 80,
  size: 'max',
});

describe('Log', () => {
  law(
    'Log',
    'model',
    'for any publishing, trimming, reading, resuming and restarting: each client has every entry of its channels after its cursor, in order, once, or a gap that names the channel',
    fc.property(anySteps, fc.boolean(), (steps, isRound) => run(steps, 1, isRound)),
  );

  law(
    'Log',
    'model',
    'for any two hubs over one log that is delivered late and in batches: the same on either',
    fc.property(anySteps, (steps) => run(steps, 2, false)),
  );
});

// Helpers

function run(steps: readonly Step[], hubs: number, isRound: boolean): void {
  const world = new World({ clients: 3, hubs, isRound });
  for (const step of steps) {
    world.do(step);
    world.check();
  }
  world.end();
}
