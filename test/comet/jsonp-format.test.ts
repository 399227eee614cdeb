import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';

import { isCallback, jsonpFormat } from '../../src/comet/jsonp-format.ts';
import { gapRecord } from '../../src/comet/records.ts';
import { entryOf, HOSTILE_TEXTS, recordOf } from '../support/entries.ts';

const CALLBACKS = ['f', 'encke.callbacks.f1', '$', '_', 'jQuery123_456', 'x'.repeat(64)];

const NO_CALLBACKS = [
  '',
  'x'.repeat(65),
  'alert(1)//',
  'f;g',
  'f\n',
  'f\r',
  ' f',
  'f[0]',
  'f=1',
  '<script>',
  'f/**/',
  'f`',
  'ä',
  'f\u2028',
  'f\0',
  '-',
];

describe('isCallback', () => {
  it('takes names and names of members', () => {
    assert.deepEqual(CALLBACKS.filter(isCallback), CALLBACKS);
  });

  it('takes nothing else (S6)', () => {
    assert.deepEqual(NO_CALLBACKS.filter(isCallback), []);
  });
});

describe('jsonpFormat', () => {
  it('calls the function with all records', () => {
    const format = jsonpFormat('a.b');
    const batch = format.entries.encode([entryOf('e.1-0', 'news', 1)]);
    assert.equal(
      Buffer.from(format.answer([batch, '{"cursor":"e.1-0"}'])).toString(),
      '/**/a.b([{"id":"e.1-0","channel":"news","data":1},{"cursor":"e.1-0"}]);',
    );
  });

  it('is JavaScript and may not be taken for anything else (S6)', () => {
    assert.deepEqual(jsonpFormat('f').fields, {
      'content-type': 'application/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
  });

  it('gives the function whatever was published, and runs none of it (S6)', () => {
    const entries = HOSTILE_TEXTS.map((text) => entryOf('e.1-0', text, text));
    const format = jsonpFormat('f');
    const parts = [format.entries.encode(entries), gapRecord(HOSTILE_TEXTS, '')];
    const script = Buffer.from(format.answer(parts)).toString();
    assert.doesNotMatch(script, /[<\u2028\u2029]/);
    const calls: string[] = [];
    const f = (records: unknown) => calls.push(JSON.stringify(records));
    runInNewContext(script, { f, alert: () => calls.push('alert') });
    const expected = [...entries.map(recordOf), { gap: HOSTILE_TEXTS, cursor: '' }];
    assert.deepEqual(calls, [JSON.stringify(expected)]);
  });

  it('is not made for what is no callback', () => {
    for (const callback of NO_CALLBACKS) assert.throws(() => jsonpFormat(callback), TypeError);
  });

  it('shares what batches are encoded to among all callbacks', () => {
    assert.equal(jsonpFormat('f').entries, jsonpFormat('g').entries);
  });
});
