import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import type { Report } from '../../spec/conformance.ts';
import { type Running, startNodeHttp } from '../conformance/node-http.ts';
import { LIBRARIES, type Peer, probesSeen } from '../conformance/seen.ts';
import { JOIN, type Library } from '../conformance/websocket-peers.ts';
import { Installation } from '../support/packed.ts';

const MINUTE = 60_000;

/** Peers that listen in this process need no longer. */
const BRIEFLY: readonly string[] = ['--timeout', '2000', '--quiet'];

describe('the command of the packed package', { concurrency: true }, () => {
  const installation = new Installation();
  const peers = new Map<Library, Running>();
  before(async () => {
    for (const name of LIBRARIES) peers.set(name, await startNodeHttp(JOIN[name]));
  });
  after(async () => {
    for (const peer of peers.values()) await peer.close();
    installation.remove();
  });

  /** Runs the command as a person would, in the folder of the installation. */
  async function conform(...args: readonly string[]): Promise<{ code: number; reports: Report[] }> {
    const child = spawn('npx', ['--no', 'encke', 'conform', ...args, '--report', 'json'], {
      cwd: installation.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const [code] = await once(child, 'close');
    return { code, reports: [JSON.parse(output)].flat() };
  }

  it('judges ws on node:http within a minute, and finds what both were seen to violate', async () => {
    const began = Date.now();
    const { code, reports } = await conform(...addressesOf('ws'), '--quiet');
    assert.ok(Date.now() - began < MINUTE, `${Date.now() - began} ms`);
    assert.equal(code, 1);
    const [report] = reports;
    assert.deepEqual([report!.obstacles, report!.lacks], [[], []]);
    assertFound(report!, 'ws');
    assertFound(report!, 'node:http');
    const open = report!.results.filter(({ verdict }) => verdict === 'inconclusive');
    assert.deepEqual(open, []);
  });

  it('finds what websocket and faye-websocket were seen to violate, side by side', async () => {
    const others = ['websocket', 'faye-websocket'] as const;
    const only = new Set(others.flatMap(probesSeen));
    const subjects = others.flatMap((name) => ['--subject', name, ...addressesOf(name)]);
    const { code, reports } = await conform(...subjects, '--only', [...only].join(), ...BRIEFLY);
    assert.equal(code, 1);
    assert.deepEqual(
      reports.map(({ subject }) => subject.name),
      others,
    );
    for (const [index, name] of others.entries()) assertFound(reports[index]!, name);
  });

  function addressesOf(name: Library): string[] {
    const { port } = peers.get(name)!;
    return [`ws://127.0.0.1:${port}/`, `http://127.0.0.1:${port}/`];
  }
});

// Helpers

/** Each probe of the rows fails, or departs where the clause is only a SHOULD. */
function assertFound({ results }: Report, peer: Peer): void {
  const verdicts = new Map(results.map(({ probe, verdict }) => [probe, verdict]));
  const missed = probesSeen(peer).filter(
    (probe) => !['fail', 'departure'].includes(verdicts.get(probe) ?? 'not run'),
  );
  assert.deepEqual(missed, []);
}
