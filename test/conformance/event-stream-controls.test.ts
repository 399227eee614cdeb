import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { probes } from '../../spec/html/probes.ts';
import { runProbes } from '../../spec/run-probes.ts';
import { type Peer, startBetterSse, startHandWritten } from './event-stream-peers.ts';

/** What these servers do against the standard; a judge that lets one of them pass has a hole. */
const FAULTS: readonly (readonly [what: string, start: () => Promise<Peer>, faults: string[]])[] = [
  [
    'better-sse',
    startBetterSse,
    [
      'html-9.2.4-2 departure', // remembers no events unless told to
      'html-9.2.5-4 fail', // cuts a message at its first line break
      'html-9.2.5-6 departure', // puts no space before one that a message begins with
    ],
  ],
  [
    'a stream written by hand',
    startHandWritten,
    [
      'html-9.2.4-2 departure', // remembers no events
      'html-9.2.5-4 fail', // takes LF alone for a line break
      'html-9.2.5-5 fail', // writes an ID as it is
      'html-9.2.5-6 departure', // puts no space before one that a message begins with
      'html-9.2.7-1 departure', // shows no sign of life
      'html-17.6-2 fail', // names another charset
    ],
  ],
];

describe('the judge of event streams', { concurrency: true }, () => {
  for (const [what, start, faults] of FAULTS) {
    it(`finds in ${what} what it does against the standard, and nothing else`, async () => {
      const { port, endpoint, close } = await start();
      const results = await runProbes(probes, { port, eventStream: endpoint, timeout: 2_000 });
      close();
      const found = results.filter(
        ({ verdict }) => !['pass', 'offered', 'not offered'].includes(verdict),
      );
      assert.deepEqual(
        found.map(({ probe, verdict }) => `${probe} ${verdict}`),
        faults,
      );
    });
  }
});
