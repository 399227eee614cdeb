/**
 * The chunked transfer coding: ours, its model, and llhttp in C.
 *
 * `node dist/bench/chunked.bench.js`
 *
 * @module
 */

import { readChunkedBody } from '../spec/models/chunked.ts';
import { ByteReader } from '../src/bytes/byte-reader.ts';
import { OutputList } from '../src/bytes/output.ts';
import { ChunkedDecoder } from '../src/http1/chunked-decoder.ts';
import { writeChunk, writeLastChunk } from '../src/http1/chunked-encoder.ts';
import { DEFAULT_HEAD_LIMITS } from '../src/http1/limits.ts';
import { Llhttp } from './llhttp.ts';
import { begin, compare } from './micro.ts';

const CHUNKS = 64;
const HEAD = Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');

function encode(size: number): Buffer {
  const output = new OutputList();
  for (let i = 0; i < CHUNKS; i++) writeChunk(output, Buffer.alloc(size, 'x'));
  writeLastChunk(output);
  return output.take();
}

function decode(octets: Buffer): number {
  const reader = new ByteReader();
  let count = 0;
  reader.feed(octets);
  new ChunkedDecoder(DEFAULT_HEAD_LIMITS).decode(reader, {
    content: (piece) => (count += piece.length),
  });
  return count;
}

const llhttp = new Llhttp();

begin();
for (const size of [1, 16, 1_024]) {
  const body = encode(size);
  const message = Buffer.concat([HEAD, body]);
  compare(
    `chunks of ${size} octets: a chunk`,
    {
      encke: () => decode(body),
      'octet by octet (model)': () => readChunkedBody(body, DEFAULT_HEAD_LIMITS),
      'llhttp, and the head of a request': () => {
        llhttp.begin();
        llhttp.parse(message);
        return llhttp.pieces;
      },
    },
    CHUNKS,
  );
}
