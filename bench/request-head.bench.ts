/**
 * Request heads: ours, its model, and llhttp in C, which validates less and makes all strings.
 *
 * `node dist/bench/request-head.bench.js`
 *
 * @module
 */

import { readRequestHead } from '../spec/models/request-head.ts';
import { ByteReader } from '../src/bytes/byte-reader.ts';
import { DEFAULT_HEAD_LIMITS } from '../src/http1/limits.ts';
import { RequestHeadDecoder } from '../src/http1/request-head.ts';
import { Llhttp } from './llhttp.ts';
import { alternatingHeads } from './load/request-heads.ts';
import { begin, compare } from './micro.ts';

/** A connection that gets `octets`, which hold so many heads, in one chunk. */
function decodeHeads(octets: Buffer, count: number): number {
  const reader = new ByteReader();
  const decoder = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS);
  let length = 0;
  reader.feed(octets);
  for (let i = 0; i < count; i++) length += decoder.decode(reader)!.method.length;
  return length;
}

/** The same, and what a server asks of each head. */
function decodeAndAsk(octets: Buffer, count: number): number {
  const reader = new ByteReader();
  const decoder = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS);
  let length = 0;
  reader.feed(octets);
  for (let i = 0; i < count; i++) {
    const { target, fields } = decoder.decode(reader)!;
    length += target.length + fields.get('host')!.length;
  }
  return length;
}

/** The same, all of it as strings. */
function decodeAndAskAll(octets: Buffer, count: number): number {
  const reader = new ByteReader();
  const decoder = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS);
  let length = 0;
  reader.feed(octets);
  for (let i = 0; i < count; i++) {
    const { target, fields } = decoder.decode(reader)!;
    length += target.length + [...fields].length;
  }
  return length;
}

function readHeads(octets: Buffer, count: number): number {
  let start = 0;
  for (let i = 0; i < count; i++) {
    const reading = readRequestHead(octets.subarray(start), DEFAULT_HEAD_LIMITS);
    if (reading.outcome === 'complete') start += reading.length;
  }
  return start;
}

const llhttp = new Llhttp();

begin();
for (const name of ['browser', 'minimal'] as const) {
  for (const count of [1, 16]) {
    const octets = Buffer.concat(Array.from({ length: count }, alternatingHeads(name)));
    const length = octets.length / count;
    compare(
      `${count} request ${count === 1 ? 'head' : 'heads'} of ${length} octets, on a connection`,
      {
        encke: () => decodeHeads(octets, count),
        'encke, and target and Host as strings': () => decodeAndAsk(octets, count),
        'encke, and everything as strings': () => decodeAndAskAll(octets, count),
        'octet by octet (model)': () => readHeads(octets, count),
        llhttp: () => {
          llhttp.begin();
          llhttp.parse(octets);
          return llhttp.heads;
        },
      },
      count,
    );
  }
}
