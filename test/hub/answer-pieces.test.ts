import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { dial, readUntil } from '../support/raw.ts';
import { listeningHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

describe('piecesOf', () => {
  it('sends the pieces of a stream, of a generator and of a Response', async () => {
    const { hub, get } = await listeningHub();
    const pieces = ['one ', Buffer.from('two '), 'three'];
    hub.http('/stream', () => ({ body: streamOf(pieces) }));
    hub.http('/generator', () => ({ body: generatorOf(pieces) }));
    hub.http('/response', () => new Response('one two three'));
    for (const path of ['/stream', '/generator', '/response']) {
      const answer = await get(path);
      assert.equal(contentOf(answer), 'one two three');
    }
  });

  it('cancels a silent stream when the peer is gone', async () => {
    const { hub, port } = await listeningHub();
    let cancelled = 0;
    const body = () =>
      new ReadableStream<string>({
        start: (controller) => controller.enqueue('the only piece'),
        cancel: () => void cancelled++,
      });
    hub.http('/', () => ({ body: body() }));
    const socket = dial(port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await readUntil(socket, 'the only piece');
    assert.equal(cancelled, 0);
    socket.resetAndDestroy();
    await until(() => cancelled === 1);
  });
});

// Helpers

async function* generatorOf<T>(pieces: readonly T[]): AsyncGenerator<T> {
  yield* pieces;
}

function streamOf(pieces: readonly (string | Uint8Array)[]): ReadableStream<string | Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

/** The content of an answer in chunks of a few octets, or of one that is whole. */
function contentOf(answer: string): string {
  return answer
    .slice(answer.indexOf('\r\n\r\n') + 4)
    .replace(/[0-9a-f]+\r\n(.*)\r\n/g, '$1')
    .trim();
}
