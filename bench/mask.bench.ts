/**
 * Unmasking a payload in place: ours, its model, and those of ws, in JavaScript and native.
 *
 * `node dist/bench/mask.bench.js`
 *
 * @module
 */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { masked } from '../spec/models/masking.ts';
import { mask } from '../src/bytes/mask.ts';
import { begin, type Contenders, compare } from './micro.ts';

type Unmask = (octets: Uint8Array, maskingKey: Uint8Array) => void;

const KEY = 0x37fa213d;
const KEY_OCTETS = Buffer.from('37fa213d', 'hex');

/** How ws unmasks without bufferutil, which it does not export. */
function unmaskOfWs(): Unmask {
  process.env['WS_NO_BUFFER_UTIL'] = '1';
  const require = createRequire(import.meta.url);
  const { unmask } = require(join(dirname(require.resolve('ws')), 'lib/buffer-util.js')) as {
    unmask: Unmask;
  };
  return unmask;
}

/** How bufferutil unmasks, which ws uses where it is installed; not everywhere is it. */
function unmaskOfBufferutil(): Unmask | undefined {
  try {
    return (createRequire(import.meta.url)('bufferutil') as { unmask: Unmask }).unmask;
  } catch {
    return undefined;
  }
}

const unmaskLikeWs = unmaskOfWs();
const unmaskNatively = unmaskOfBufferutil();

begin();
for (const length of [5, 20, 125, 1_024, 16_384, 65_528]) {
  const chunk = Buffer.alloc(Math.max(65_536, length), 'x');
  const contenders: Record<string, () => unknown> = {
    encke: () => mask(chunk, 6, 6 + length, KEY),
    'the formula (model)': () => masked(chunk.subarray(6, 6 + length), KEY_OCTETS),
    'ws, in JavaScript': () => unmaskLikeWs(chunk.subarray(6, 6 + length), KEY_OCTETS),
  };
  if (unmaskNatively !== undefined) {
    contenders['ws, with bufferutil'] = () =>
      unmaskNatively(chunk.subarray(6, 6 + length), KEY_OCTETS);
  }
  compare(`unmask ${length} octets`, contenders satisfies Contenders);
}
