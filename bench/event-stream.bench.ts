/**
 * Event streams: the decoder, its model, and the encoder.
 *
 * `node dist/bench/event-stream.bench.js`
 *
 * @module
 */

import { readEventStream } from '../spec/models/event-stream.ts';
import { encodeEvent } from '../src/event-stream/encode-event.ts';
import { eventStreamDecoder } from '../src/event-stream/event-stream-decoder.ts';
import { begin, compare } from './micro.ts';

const EVENTS = 64;

function encode(size: number): string {
  let stream = '';
  for (let i = 0; i < EVENTS; i++)
    stream += encodeEvent({ id: `e.${i}-0`, data: 'x'.repeat(size) });
  return stream;
}

function decode(pieces: readonly string[]): number {
  let length = 0;
  const take = eventStreamDecoder({ event: (_, data) => (length += data.length) });
  for (const piece of pieces) take(piece);
  return length;
}

begin();
for (const size of [16, 1_024]) {
  const stream = encode(size);
  const withCr = stream.replaceAll('\n', '\r\n');
  const pieces = stream.match(/[\s\S]{1,16}/g) ?? [];
  compare(
    `events of ${size} characters: an event`,
    {
      encke: () => decode([stream]),
      'encke, lines that end in CRLF': () => decode([withCr]),
      'encke, 16 characters at a time': () => decode(pieces),
      'step by step (model)': () => readEventStream(stream),
      'encke, encoding': () => encode(size),
    },
    EVENTS,
  );
}
