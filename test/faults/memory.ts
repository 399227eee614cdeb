/**
 * What readers cost that stall, and peers that never read: `npm run test:faults -- memory
 * [--messages N] [--peers N]`. The last line holds what was measured.
 *
 * @module
 */

import { parseArgs } from 'node:util';
import { HISTORY, runStalled, runUnread } from './memory-run.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string', default: '100000' },
    peers: { type: 'string', default: '10000' },
  },
});

const [messages, peers] = [Number(values.messages), Number(values.peers)];
const [one, ten] = [await runStalled(1, messages), await runStalled(10, messages)];
for (const [count, run] of [[1, one] as const, [10, ten] as const]) {
  const returns = `${run.returns.filter((each) => each === 'a gap').length} came back to a gap`;
  console.log(
    `${count} stalled: at most ${mega(run.most)} in ${run.measurements} measurements, ${returns}, ${run.seconds.toFixed(0)} s`,
  );
}
const each = await runUnread(peers, 32);
const passed = one.most <= HISTORY + 20e6 && ten.most - one.most <= 1e6 && each <= 16_384;
console.log(
  [
    passed ? 'passed' : 'FAILED',
    `${messages} messages of 1 KiB to 100 readers`,
    `at most ${mega(one.most)} with 1 stalled (history ${mega(HISTORY)})`,
    `${mega(ten.most - one.most)} more with 10`,
    `${each.toFixed(0)} octets for each of ${peers} that never read`,
  ].join('; '),
);
if (!passed) process.exitCode = 1;

function mega(octets: number): string {
  return `${(octets / 1e6).toFixed(2)} MB`;
}
