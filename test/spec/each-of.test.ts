import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';

import { type Case, eachOf } from '../../spec/each-of.ts';
import type { Subject, Verdict } from '../../spec/probe.ts';
import { subjectOf } from '../../spec/run-probes.ts';

const NOWHERE = subjectOf({ port: 1 }, () => {});

describe('eachOf', () => {
  for (const [what, verdicts, verdict, received] of [
    ['passes when all do', ['pass', 'pass'], 'pass', 'all 2'],
    ['ends at the first that fails', ['pass', 'fail', 'pass'], 'fail', 'case 1: came'],
    ['ends at one that tells nothing', ['inconclusive', 'fail'], 'inconclusive', 'case 0: came'],
    ['passes up to a limit', ['pass', 'not applicable', 'fail'], 'pass', '1; not case 1: came'],
    ['does not apply where none does', ['not applicable'], 'not applicable', 'case 0: came'],
    ['does not apply without a case', [], 'not applicable', 'there is no such case'],
  ] as const) {
    it(what, async () => {
      const finding = await eachOf('', () => verdicts.map(caseOf)).judge(NOWHERE);
      assert.deepEqual([finding.verdict, finding.received], [verdict, received]);
    });
  }

  it('lets go of the connections of one case before the next', async () => {
    const open: number[] = [];
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const subject = subjectOf({ port }, () => {});
    const judge = async ({ connect }: Subject) => {
      const wire = await connect();
      open.push(1);
      wire.whenClosed(() => open.pop());
      return { verdict: open.length === 1 ? 'pass' : 'fail', expected: '', received: '' } as const;
    };
    const connecting: Case = ['connects', { sends: '', judge }];
    const waiting: Case = ['waits', { sends: '', judge: () => until(() => open.length === 0) }];
    const cases = [connecting, waiting, connecting, waiting];
    const { verdict } = await eachOf('', () => cases).judge(subject);
    server.close();
    assert.equal(verdict, 'pass');
  });
});

// Helpers

function caseOf(verdict: Verdict, index: number): Case {
  const judge = async () => ({ verdict, expected: '', received: 'came' });
  return [`case ${index}`, { sends: '', judge }];
}

async function until(condition: () => boolean) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  return { verdict: 'pass', expected: '', received: '' } as const;
}
