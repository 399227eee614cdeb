import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventStream, longPoll, stream } from '../../src/browser/fetching.ts';
import type { Failure, Transport } from '../../src/browser/types.ts';
import { FakeBrowser } from '../support/fake-browser.ts';

function opened(transport: Transport) {
  const browser = new FakeBrowser();
  const heard: unknown[] = [];
  const ends: (Failure | undefined)[] = [];
  const link = transport.open({
    url: 'http://localhost/live',
    init: { headers: { 'x-a': '1' } },
    platform: browser.platform,
    receive: (records) => void heard.push(records),
    ended: (failure) => void ends.push(failure),
  });
  return { browser, request: browser.request, heard, ends, link };
}

/** One whose answer has come, its octets in pieces of that many. */
async function written(transport: Transport, text: string, size: number) {
  const all = opened(transport);
  all.request.open();
  const octets = new TextEncoder().encode(text);
  for (let i = 0; i < octets.length; i += size) all.request.write(octets.subarray(i, i + size));
  await all.browser.settle();
  return all;
}

describe('eventStream', () => {
  const TEXT =
    'retry: 2000\n\nevent: encke\nid: e.0-0\ndata: {"ready":1}\n\n: comment\nid: e.1-0\ndata: {"id":"é"}\n\ndata: {"cut';

  it('takes the data of each event as a record, whatever its type and however it is split', async () => {
    for (const size of [1, 2, 7, 1_000]) {
      const { heard } = await written(eventStream, TEXT, size);
      assert.deepEqual(heard, ['{"ready":1}', '{"id":"é"}'], `${size}`);
    }
  });
});

describe('stream', () => {
  it('takes each line as a record, however it is split, and none that is cut off', async () => {
    for (const size of [1, 2, 7, 1_000]) {
      const { heard, request, browser, ends } = await written(
        stream,
        '{"a":1}\n\n{"b":"é"}\n{"c"',
        size,
      );
      request.end();
      await browser.settle();
      assert.deepEqual(heard, ['{"a":1}', '{"b":"é"}'], `${size}`);
      assert.deepEqual(ends, [undefined]);
    }
  });
});

describe('longPoll', () => {
  it('takes the answer as a whole', async () => {
    const { request, browser, heard, ends } = opened(longPoll);
    request.poll({ a: 1 }, { b: 2 });
    await browser.settle();
    assert.deepEqual([heard, ends], [['[{"a":1},{"b":2}]'], [undefined]]);
  });
});

for (const transport of [eventStream, stream, longPoll]) {
  describe(`${transport.name}, like all that use fetch`, () => {
    it('tells the status, the words and the wish of an answer that is no success', async () => {
      const { request, browser, ends } = opened(transport);
      request.answer(503, 'Too many.', { 'retry-after': '3' });
      await browser.settle();
      assert.deepEqual(ends, [{ status: 503, text: 'Too many.', retryAfter: 3_000 }]);
    });

    it('tells of a failure of the network only that it has ended', async () => {
      const { request, browser, ends } = opened(transport);
      request.cut();
      await browser.settle();
      assert.deepEqual(ends, [undefined]);
    });

    it('gives the request up when it is closed', async () => {
      const { request, link, browser } = opened(transport);
      assert.equal(request.field('x-a'), '1');
      link.close();
      await browser.settle();
      assert.ok(request.isAborted);
    });
  });
}
