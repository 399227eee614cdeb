import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readConformArguments } from '../../src/cli/conform-arguments.ts';
import { UsageError } from '../../src/cli/usage.ts';

const ADDRESS = 'ws://127.0.0.1:1/';

describe('readConformArguments', () => {
  it('has a default for everything but the address', () => {
    assert.deepEqual(readConformArguments([ADDRESS]), {
      subjects: [{ webSocket: ADDRESS }],
      client: undefined,
      options: {
        only: undefined,
        skip: undefined,
        long: undefined,
        level: undefined,
        seed: undefined,
        timeout: undefined,
        concurrency: undefined,
      },
      list: false,
      help: false,
      quiet: false,
      report: 'text',
      out: undefined,
      baseline: undefined,
    });
  });

  it('reads options in any order, names with commas, and levels in any case', () => {
    const { options, report, out, baseline, quiet } = readConformArguments([
      '--only=6455-5,rfc9112',
      ADDRESS,
      ...['--only', '9110-7', '--skip', '9112-2', '--level', 'must', '--seed', '0'],
      ...['--timeout', '2000', '--concurrency', '4', '--quiet', '--long'],
      ...['--report', 'junit', '--out', 'a.xml', '--baseline', 'b.json'],
    ]);
    assert.deepEqual(options, {
      only: ['6455-5', 'rfc9112', '9110-7'],
      skip: ['9112-2'],
      long: true,
      level: 'MUST',
      seed: 0,
      timeout: 2_000,
      concurrency: 4,
    });
    assert.deepEqual([report, out, baseline, quiet], ['junit', 'a.xml', 'b.json', true]);
  });

  it('takes what stands behind -- for the command of a client, options and all', () => {
    const args = ['--client', '--seed', '1', '--', 'node', 'client.js', '--url', '{url}'];
    const { client, subjects, options } = readConformArguments(args);
    const command = ['node', 'client.js', '--url', '{url}'];
    assert.deepEqual([client, subjects], [{ command, speaks: undefined }, []]);
    assert.equal(options.seed, 1);
  });

  it('needs no address to list probes or to help', () => {
    assert.equal(readConformArguments(['--list']).list, true);
    assert.equal(readConformArguments(['-h']).help, true);
  });

  for (const [args, said] of [
    [[], /whom to judge\? Give an address, as in: encke conform ws:/],
    [['--', 'curl', '{url}'], /^--client, and the command of the client behind --, as in: encke/],
    [['--client'], /^--client, and the command of the client behind --/],
    [['--speaks', 'websocket', ADDRESS], /^--speaks says what a client speaks/],
    [
      ['--client', '--speaks', 'morse', '--', 'curl', '{url}'],
      /^--speaks takes one of event-stream, websocket/,
    ],
    [['--client', '--', 'curl'], /needs \{url\} in it/],
    [['--client', ADDRESS, '--', 'curl', '{url}'], /a client is judged by itself/],
    [
      [ADDRESS, '--colour'],
      /^Unknown option '--colour'\. The options are in: encke conform --help$/,
    ],
    [[ADDRESS, '--seed'], /--seed.*argument missing\. The options are in/],
    [[ADDRESS, '--list=1'], /--list.*does not take an argument\. The options are in/],
    [[ADDRESS, '--seed', 'x'], /--seed takes a whole number from 0 on, and was given x/],
    [[ADDRESS, '--level', 'HIGH'], /--level takes one of MUST, SHOULD, MAY, and was given HIGH/],
    [[ADDRESS, '--report', 'pdf'], /--report takes one of text, json, .*, and was given pdf/],
  ] as const) {
    it(`says what to do about ${args.slice(1).join(' ') || 'nothing'}`, () => {
      assert.throws(
        () => readConformArguments(args),
        (error) => error instanceof UsageError && said.test(error.message),
      );
    });
  }
});
