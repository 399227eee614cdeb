import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { CLIENT_PROTOCOLS, type ClientProtocol, conformClient } from '../../spec/conform-client.ts';
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

/** A deadline that no test waits for. */
const NEVER = 60_000;

const EXAMPLES: Readonly<Record<ClientProtocol, readonly string[]>> = {
  'event-stream': EXAMPLE,
  websocket: ['node', 'examples/clients/websocket.mjs', '{url}', '{protocols}'],
  http: ['node', 'examples/clients/fetch.mjs', '{url}'],
};

const ONE_PROBE: Readonly<Record<ClientProtocol, readonly string[]>> = {
  'event-stream': ['html-9.2.6-3'],
  websocket: ['6455-5.1-1/client'],
  http: ['9112-3.2-4'],
};

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
    [['node', '-e', 'setInterval(() => {}, 1000)', '{url}'], /sent no request within 500 ms$/],
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

  for (const speaks of CLIENT_PROTOCOLS) {
    for (const [script, said] of [
      ['', /^the client sent no [^;]*; the client ended with exit code 0$/],
      ['process.exit(3)', /; the client ended with exit code 3$/],
      ['process.kill(process.pid, "SIGTERM")', /; the client was ended by SIGTERM$/],
      [
        'throw new RangeError("\\x1b[1mbad\\x1b[0m")',
        /exit code 1, and its standard error with: .* \| RangeError: bad \| Node.js v[^|]+$/,
      ],
      [
        'process.stderr.write("flood\\n".repeat(1_000_000), () => process.exit(1))',
        /exit code 1, and its standard error with: flood( \| flood){4}$/,
      ],
    ] as const) {
      it(`tells at once how a client of ${speaks} ended that is ${script || 'empty'}`, async () => {
        const command = ['node', '-e', script, '{url}'];
        const options = { only: ONE_PROBE[speaks], timeout: NEVER };
        const { obstacles, milliseconds } = await conformClient({ command, speaks }, options);
        assert.equal(obstacles.length, 1);
        assert.match(obstacles[0]!, said);
        assert.ok(milliseconds < NEVER, `${milliseconds} ms`);
      });
    }

    it(`says at once of a probe that a client of ${speaks} died in it`, async () => {
      // It is well once, and then dies before it has made a connection.
      const folder = mkdtempSync(join(tmpdir(), 'encke-'));
      const [, ...example] = EXAMPLES[speaks];
      const dying = `[ -e ${folder}/well ] && { echo broken >&2; exit 7; }; touch ${folder}/well; exec node "$@"`;
      const command = ['sh', '-c', dying, 'sh', ...example];
      const options = { only: ONE_PROBE[speaks], timeout: NEVER };
      const { obstacles, results, milliseconds } = await conformClient(
        { command, speaks },
        options,
      );
      rmSync(folder, { recursive: true });
      assert.deepEqual(obstacles, []);
      const told = results.map(({ verdict, received }) => `${verdict}: ${received}`);
      assert.equal(told.length, 1);
      assert.match(told[0]!, /; the client ended with exit code 7, and .* with: broken$/);
      assert.match(told[0]!, /^(inconclusive|fail):/);
      assert.ok(milliseconds < NEVER, `${milliseconds} ms`);
    });
  }

  it('tells what a client says that lives, and is sent to nobody', async () => {
    const script = 'console.error("no such host"); setInterval(() => {}, 1000)';
    const command = ['node', '-e', script, '{url}'];
    const only = ['6455-5.1-5'];
    const { obstacles } = await conformClient(
      { command, speaks: 'websocket' },
      { only, timeout: 1_500 },
    );
    const said =
      'the client sent no opening handshake within 1500 ms; its standard error ends with: no such host';
    assert.deepEqual(obstacles, [said]);
  });

  it('wants a place for the address', async () => {
    await assert.rejects(conformClient({ command: ['curl'] }), /no \{url\} in it/);
  });
});
