import { describe } from 'node:test';
import fc from 'fast-check';

import { law } from '../support/law.ts';
import { CHANNELS } from '../support/log-hub.ts';
import {
  type CursorKind,
  type Deed,
  FORMATS,
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

const anySend = fc.record({
  do: fc.constant('send' as const),
  client: anyNumber,
  pad: fc.nat({ max: 40 }),
});

const anyConnect = fc.record({
  do: fc.constant('connect' as const),
  client: anyNumber,
  hub: anyNumber,
  mask: fc.nat({ max: 2 ** CHANNELS.length - 1 }),
  cursor: anyCursor,
  isEager: fc.boolean(),
  echoes: fc.constantFrom(0, 0, 0, 1, 2, 4),
  follows: fc.nat({ max: FORMATS.length }),
});

const anyDisconnect = fc.record({ do: fc.constant('disconnect' as const), client: anyNumber });

const anyTake = fc.record({
  do: fc.constant('take' as const),
  client: anyNumber,
  octets: fc.constantFrom(1, 100, 200, 1_000),
  isOfBatch: fc.boolean(),
});

const anyFollow = fc.record({ do: fc.constant('follow' as const), client: anyNumber });

const anySubscribing = fc.record({
  do: fc.constantFrom<'subscribe' | 'unsubscribe' | 'resubscribe'>(
    'subscribe',
    'unsubscribe',
    'resubscribe',
    'resubscribe',
  ),
  client: anyNumber,
  channel: anyChannel,
});

const anyTurn = fc.record({ do: fc.constant('turn' as const), hub: anyNumber });

const anyExpire = fc.record({ do: fc.constant('expire' as const), hub: anyNumber });

const anyPass = fc.record({
  do: fc.constant('pass' as const),
  wall: fc.integer({ min: -30, max: 30 }),
  time: fc.constantFrom(0, 5, 10, 20),
});

const anyDeliver = fc.record({
  do: fc.constant('deliver' as const),
  hub: anyNumber,
  count: fc.nat({ max: 5 }),
});

const anyHistory = fc.record({
  do: fc.constant('history' as const),
  hub: anyNumber,
  channel: anyChannel,
  cursor: anyCursor,
});

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: anyPublish },
  { weight: 1, arbitrary: anyBurst },
  { weight: 3, arbitrary: anySend },
  { weight: 4, arbitrary: anyConnect },
  { weight: 1, arbitrary: anyDisconnect },
  { weight: 3, arbitrary: anyTake },
  { weight: 4, arbitrary: anySubscribing },
  { weight: 4, arbitrary: anyTurn },
  { weight: 1, arbitrary: anyExpire },
  { weight: 2, arbitrary: anyPass },
  { weight: 3, arbitrary: anyDeliver },
  { weight: 1, arbitrary: anyHistory },
);

const anyRestart = fc.record({ do: fc.constant('restart' as const), hub: anyNumber });

/** Long lists of steps, with a restart now and then. */
const anySteps = fc.array(fc.oneof({ weight: 60, arbitrary: anyStep }, anyRestart), {
  maxLength: 80,
  size: 'max',
});

/** As many clients as make cohorts in two formats. */
const CROWD = 14;

const anyOfCrowd = fc.nat({ max: CROWD - 1 });

/** What may happen to any of a crowd, and between two writes of one turn, too. */
const anyMatter = fc.oneof(
  { weight: 3, arbitrary: ofCrowd(anySend) },
  { weight: 1, arbitrary: ofCrowd(anyConnect) },
  { weight: 2, arbitrary: ofCrowd(anyDisconnect) },
  { weight: 3, arbitrary: ofCrowd(anyTake) },
  { weight: 2, arbitrary: ofCrowd(anyFollow) },
  { weight: 4, arbitrary: ofCrowd(anySubscribing) },
  { weight: 3, arbitrary: anyPublish },
  { weight: 1, arbitrary: anyBurst },
  { weight: 2, arbitrary: anyDeliver },
);

const anyDeed = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constantFrom<Deed>('refuse', 'throw') },
  { weight: 6, arbitrary: anyMatter },
);

/** Two channels out of five. */
const anyPair = fc
  .uniqueArray(anyChannel, { minLength: 2, maxLength: 2 })
  .map(([a, b]) => 2 ** a! + 2 ** b!);

const anyVisits = fc.array(
  fc.record({
    cursor: fc.constantFrom<CursorKind>('none', 'none', 'none', 'none', 'own', 'above'),
    isEager: fc.constantFrom(true, true, true, false),
    follows: fc.nat({ max: FORMATS.length - 1 }),
    deeds: fc.array(anyDeed, { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: CROWD, size: 'max' },
);

const anyGathering = fc.record({
  do: fc.constant('gather' as const),
  hub: anyNumber,
  mask: anyPair,
  visits: anyVisits,
});

/** All come together; what happens then, happens to them. */
const anyGatherings = fc
  .tuple(
    anyGathering,
    fc.array(
      fc.oneof(
        { weight: 10, arbitrary: anyPublish },
        { weight: 10, arbitrary: anyTurn },
        { weight: 4, arbitrary: anyMatter },
        { weight: 3, arbitrary: anyDeliver },
        { weight: 2, arbitrary: anyPass },
        { weight: 1, arbitrary: anyExpire },
        { weight: 1, arbitrary: anyGathering },
      ),
      { maxLength: 30, size: 'max' },
    ),
  )
  .map(([first, steps]): Step[] => [first, ...steps]);

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

  law(
    'Log',
    'model',
    'for any crowd that follows what it reads, and whatever it does when it is written to: the same to each',
    fc.property(anyGatherings, fc.boolean(), (steps, isRound) => run(steps, 1, isRound, CROWD)),
  );

  law(
    'Log',
    'model',
    'for any crowd that follows what it reads on two hubs over one log: the same on either',
    fc.property(anyGatherings, (steps) => run(steps, 2, false, CROWD)),
  );
});

// Helpers

function run(steps: readonly Step[], hubs: number, isRound: boolean, clients = 3): void {
  const world = new World({ clients, hubs, isRound });
  for (const step of steps) {
    world.do(step);
    world.check();
  }
  world.end();
}

/** The same, of any client in a crowd. */
function ofCrowd<T extends { client: number }>(step: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.tuple(step, anyOfCrowd).map(([first, client]) => ({ ...first, client }));
}
