import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';

import { foreverFrameFormat } from '../../src/comet/forever-frame-format.ts';
import { gapRecord } from '../../src/comet/records.ts';
import type { StreamingFormat } from '../../src/comet/wire-format.ts';
import { entryOf, HOSTILE_TEXTS, recordOf } from '../support/entries.ts';

const NONCE = 'bm9uY2U=';
const ORIGIN = 'https://page.example:8443';

describe('foreverFrameFormat', () => {
  it('writes a script for each batch and for each other record', () => {
    const format = foreverFrameFormat(NONCE, ORIGIN);
    assert.equal(
      batchOf(format, [entryOf('e.1-0', 'a', 1), entryOf('e.1-1', 'a', 2)]),
      `<script nonce="${NONCE}">push([{"id":"e.1-0","channel":"a","data":1},{"id":"e.1-1","channel":"a","data":2}])</script>\n`,
    );
    assert.equal(
      Buffer.from(format.record('{"cursor":"e.1-1"}', 'e.1-1', 0)).toString(),
      `<script nonce="${NONCE}">push([{"cursor":"e.1-1"}])</script>\n`,
    );
  });

  it('begins with a kibioctet of padding', () => {
    assert.match(Buffer.from(foreverFrameFormat(NONCE).prologue).toString(), / {1024}/);
  });

  it('lets its own scripts run and no other, framed by the page and no other (S6)', () => {
    assert.equal(
      foreverFrameFormat(NONCE, ORIGIN).fields['content-security-policy'],
      `default-src 'none'; script-src 'nonce-${NONCE}'; frame-ancestors ${ORIGIN}`,
    );
    assert.equal(
      foreverFrameFormat(NONCE).fields['content-security-policy'],
      `default-src 'none'; script-src 'nonce-${NONCE}'; frame-ancestors 'self'`,
    );
  });

  it('posts records to the page it was granted for, and takes each script out again', () => {
    const format = foreverFrameFormat(NONCE, ORIGIN);
    const frame = run(format, [entryOf('e.1-0', 'a', 1)]);
    assert.deepEqual(frame.posted, [
      [[{ id: 'e.1-0', channel: 'a', data: 1 }], ORIGIN],
      [[{ gap: HOSTILE_TEXTS, cursor: '' }], ORIGIN],
    ]);
    assert.equal(frame.removed, 2);
  });

  it('posts to a page of its own origin when no other was granted', () => {
    assert.equal(run(foreverFrameFormat(NONCE), []).posted[0]![1], 'http://own.example');
  });

  it('posts whatever was published, and runs none of it (S6)', () => {
    const entries = HOSTILE_TEXTS.map((text) => entryOf('e.1-0', text, text));
    const frame = run(foreverFrameFormat(NONCE, ORIGIN), entries);
    assert.deepEqual(frame.posted[0]![0], entries.map(recordOf));
    assert.equal(frame.posted.length, 2);
  });

  it('is not made for a nonce or an origin that could end what it stands in (S6)', () => {
    for (const nonce of ['', 'a"b', "a'b", 'a b', 'a>b', 'a;b', 'a\n']) {
      assert.throws(() => foreverFrameFormat(nonce), TypeError);
    }
    const origins = ['', 'null', '*', "https://a'b", 'https://a;b', 'https://a b', 'https://a/'];
    for (const origin of [...origins, 'https://a"', 'https://a\n', 'javascript:alert(1)']) {
      assert.throws(() => foreverFrameFormat(NONCE, origin), TypeError);
    }
    for (const origin of ['http://localhost', 'http://127.0.0.1:80', 'http://[::1]:8080']) {
      foreverFrameFormat(NONCE, origin);
    }
  });

  it('shares what batches are encoded to among all frames', () => {
    assert.equal(foreverFrameFormat('a').entries, foreverFrameFormat('b').entries);
  });
});

// Helpers

type Batch = Parameters<StreamingFormat['entries']['encode']>[0];

function batchOf({ opening, entries, closing }: StreamingFormat, batch: Batch): string {
  return Buffer.concat([opening, entries.encode(batch), closing]).toString();
}

/** Runs the scripts of a frame with one batch and one other record, as HTML finds them. */
function run(format: StreamingFormat, batch: Batch) {
  const html = Buffer.concat([
    format.prologue,
    Buffer.from(batchOf(format, batch)),
    format.record(gapRecord(HOSTILE_TEXTS, '')),
  ]).toString();
  const frame = { posted: [] as [unknown, string][], removed: 0 };
  const scripts = html.split(`<script nonce="${NONCE}">`).slice(1);
  const globals = {
    parent: {
      postMessage: (records: unknown, origin: string) =>
        frame.posted.push([JSON.parse(JSON.stringify(records)), origin]),
    },
    document: { currentScript: { remove: () => frame.removed++ } },
    location: { origin: 'http://own.example' },
    alert: () => assert.fail('a script was injected'),
  };
  runInNewContext(scripts.map((script) => script.split('</script')[0]).join('\n'), globals);
  return frame;
}
