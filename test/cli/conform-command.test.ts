import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { conformCommand } from '../../src/cli/conform-command.ts';
import { UsageError } from '../../src/cli/usage.ts';
import { type Running, startNodeHttp } from '../conformance/node-http.ts';

/** A probe that node:http fails, one that it passes, and one from which it departs. */
const [FAILS, PASSES, DEPARTS] = ['9112-3.2-8', '9112-3.2-7/a', '9112-3.2.4-3/a'];

describe('conformCommand', () => {
  const folder = mkdtempSync(join(tmpdir(), 'encke-conform-'));
  const file = (name: string) => join(folder, name);
  let peer: Running;
  let address: string;
  before(async () => {
    peer = await startNodeHttp();
    address = `http://127.0.0.1:${peer.port}/`;
  });
  after(async () => {
    await peer.close();
    rmSync(folder, { recursive: true });
  });

  it('prints the report, shows progress on standard error, and returns 1 for a failure', async () => {
    const { code, stdout, stderr } = await run(
      address,
      '--only',
      `${FAILS},${PASSES}`,
      '--seed',
      '3',
    );
    assert.equal(code, 1);
    assert.match(stdout, /seed 3$/m);
    assert.match(stdout, /^FAIL 9112-3\.2-8: MUST, RFC 9112 §3\.2$/m);
    assert.match(stderr, /^judging http:.*\n2 of 2 probes, 1 failed\n$/);
  });

  it('returns 0 when nothing failed, though something departs', async () => {
    const { code, stdout, stderr } = await run(
      address,
      '--only',
      `${PASSES},${DEPARTS}`,
      '--quiet',
    );
    assert.match(stdout, /1 departure, 1 pass$/m);
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('returns 3 when there is nobody to judge', async () => {
    const { code, stdout } = await run('http://127.0.0.1:1/', '--only', PASSES!);
    assert.match(stdout, /NOT JUDGED: http at 127\.0\.0\.1:1: .*ECONNREFUSED/);
    assert.equal(code, 3);
  });

  it('writes the report to a file, and the text to standard output', async () => {
    const page = file('page.html');
    const { stdout } = await run(address, '--only', FAILS!, '--report', 'html', '--out', page);
    assert.match(readFileSync(page, 'utf8'), /^<!doctype html>/);
    assert.match(stdout, /^FAIL 9112-3\.2-8/m);
    const text = file('report.txt');
    assert.equal((await run(address, '--only', FAILS!, '--out', text)).stdout, '');
    assert.match(readFileSync(text, 'utf8'), /^FAIL 9112-3\.2-8/m);
  });

  it('compares several subjects', async () => {
    const { stdout } = await run(
      ...['--subject', 'one', address, '--subject', 'two', address, '--only', FAILS!],
      ...['--report', 'json'],
    );
    const reports = JSON.parse(stdout) as { subject: { name: string } }[];
    assert.deepEqual(
      reports.map(({ subject }) => subject.name),
      ['one', 'two'],
    );
  });

  it('fails only for what got worse than a baseline, and says what that is', async () => {
    const baseline = file('baseline.json');
    const with_ = (only: string, ...args: string[]) => run(address, '--only', only, ...args);
    await with_(FAILS!, '--report', 'json', '--out', baseline);
    const same = await with_(FAILS!, '--baseline', baseline);
    assert.equal(same.code, 0);
    assert.match(same.stderr, /compared with the baseline, nothing is worse$/m);
    const worse = await with_(`${FAILS},9112-3.2-9/a`, '--baseline', baseline);
    assert.equal(worse.code, 1);
    assert.match(worse.stderr, /compared with the baseline, worse: 9112-3\.2-9\/a fail$/m);
  });

  it('judges a client', async () => {
    const program = ['node', 'examples/clients/event-source.mjs', '{url}', '{types}'];
    const { code, stdout, stderr } = await run(
      '--only',
      'html-9.2.6',
      '--client',
      '--',
      ...program,
    );
    assert.match(stdout, /^node as a client: \d+ probes/);
    assert.match(stderr, /^judging node examples.*\n\d+ of \d+ probes, 0 failed\n$/);
    assert.equal(code, 0);
  });

  it('judges a client of WebSocket', async () => {
    const program = ['node', 'examples/clients/websocket.mjs', '{url}', '{protocols}'];
    const { code, stdout } = await run(
      ...['--only', '6455-5.1', '--client', '--speaks', 'websocket', '--quiet', '--'],
      ...program,
    );
    assert.match(stdout, /^node as a client: \d+ probes/);
    assert.equal(code, 0);
  });

  it('lists the probes, and what they need', async () => {
    const { code, stdout } = await run('--list', '--only', `${FAILS},9110-8.6-5`);
    assert.match(stdout, /^9112-3\.2-8\trfc9112\tserver\tMUST\t\S.*$/m);
    assert.match(stdout, /^9110-8\.6-5\/b\trfc9110\tserver\tMUST NOT\t.*\tneeds: reflector$/m);
    assert.equal(code, 0);
  });

  it('helps', async () => {
    assert.match((await run('--help')).stdout, /^Usage: encke conform/);
  });

  for (const [args, said] of [
    [
      ['--only', '6455-99'],
      /no probe of a server is called 6455-99\. encke conform --list prints them all/,
    ],
    [['--skip', 'rfc1'], /no probe of a server is called rfc1/],
    [['--out', '/no/such/folder/a'], /there is no folder \/no\/such\/folder\. Make it first/],
    [['--baseline', '/no/such/file'], /--baseline \/no\/such\/file can't be used: ENOENT/],
    [['--baseline', 'package.json'], /can't be used: it is no report of version 1/],
  ] as const) {
    it(`judges nobody when it is told ${args.join(' ')}`, async () => {
      await assert.rejects(
        run(address, ...args),
        (error) => error instanceof UsageError && said.test(error.message),
      );
    });
  }

  it('leaves files alone when it was called wrongly', async () => {
    const kept = file('kept');
    writeFileSync(kept, 'kept');
    await assert.rejects(run(address, '--out', kept, '--only', 'nothing'));
    assert.equal(readFileSync(kept, 'utf8'), 'kept');
    assert.ok(!existsSync('/no/such/folder'));
  });
});

// Helpers

async function run(...args: readonly string[]) {
  let [stdout, stderr] = ['', ''];
  const code = await conformCommand(['--timeout', '5000', ...args], {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}
