import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { conformClient } from '../../spec/conform-client.ts';
import { countsOf, isFault } from '../../spec/report/report.ts';

const EXAMPLE = ['node', 'examples/clients/event-source.mjs', '{url}', '{types}'];

/** An event stream read by hand, which takes every line of data for an event. */
const BY_HAND = `
  fetch(process.argv[1]).then(async ({ body }) => {
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      for (const [, data] of text.matchAll(/^data: ?(.*)$/gm)) {
        console.log(JSON.stringify({ type: 'message', data, lastEventId: '' }));
      }
    }
  });`;

const TIMEOUT = 5_000;

describe('conformClient', { concurrency: true }, () => {
  it('judges an EventSource, a program for each probe', async () => {
    const only = ['html-9.2.6', 'html-9.2.2-5', 'html-9.2.2-11', 'html-9.2.3-5'];
    const report = await conformClient({ command: EXAMPLE, name: 'encke' }, { only, seed: 1 });
    assert.deepEqual(report.obstacles, []);
    assert.deepEqual(
      report.results.filter(isFault).map(({ probe, received }) => `${probe} ${received}`),
      [],
    );
    const { pass, 'not applicable': notApplicable } = countsOf(report.results);
    assert.ok(pass > 10 && notApplicable === 1, `${pass} pass, ${notApplicable} do not apply`);
    assert.deepEqual(report.subject, { name: 'encke', role: 'client', command: EXAMPLE });
  });

  it('finds what one written by hand does not do', async () => {
    const command = ['node', '-e', BY_HAND, '{url}'];
    const options = { only: ['html-9.2.6', 'html-9.2.2-5'], seed: 1, timeout: 2_000 };
    const { obstacles, results } = await conformClient({ command }, options);
    assert.deepEqual(obstacles, []);
    const failed = results.filter(({ verdict }) => verdict === 'fail').map(({ probe }) => probe);
    assert.ok(failed.includes('html-9.2.2-5'), failed.join());
    assert.ok(failed.length > 5, failed.join());
  });

  for (const [command, said] of [
    [['/no/such/program', '{url}'], /could not be started: spawn \/no\/such\/program ENOENT/],
    [['node', '-e', '', '{url}'], /the client sent no request within 500 ms/],
    [['node', '-e', 'fetch(process.argv[1])', '{url}'], /does not tell of an event/],
  ] as const) {
    it(`judges no client that is ${command.join(' ')}`, async () => {
      const timeout = said.source.includes('500') ? 500 : TIMEOUT;
      const only = ['html-9.2.6'];
      const { obstacles, results } = await conformClient({ command }, { only, timeout });
      assert.match(obstacles.join(), said);
      assert.ok(results.every(({ verdict }) => verdict === 'inconclusive'));
    });
  }

  it('wants a place for the address', async () => {
    await assert.rejects(conformClient({ command: ['curl'] }), /no \{url\} in it/);
  });
});
