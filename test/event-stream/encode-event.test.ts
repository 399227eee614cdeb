import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { eventStream, readEventStream } from '../../spec/models/event-stream.ts';
import { recognise } from '../../spec/models/grammar.ts';
import { encodeComment, encodeEvent } from '../../src/event-stream/encode-event.ts';
import { HOSTILE_TEXTS } from '../support/entries.ts';

describe('encodeEvent', () => {
  it('writes a line for each field and each line of the data, and an empty one', () => {
    assert.equal(
      encodeEvent({ event: 'add', id: '1', retry: 0, data: 'a\nb\r\nc\rd' }),
      'event: add\nid: 1\nretry: 0\ndata: a\ndata: b\ndata: c\ndata: d\n\n',
    );
  });

  it('writes only what there is', () => {
    assert.equal(encodeEvent({ data: '' }), 'data: \n\n');
    assert.equal(encodeEvent({ id: '' }), 'id: \n\n');
    assert.equal(encodeEvent({}), '\n');
  });

  it('keeps a space that a value begins with', () => {
    assert.equal(encodeEvent({ data: ' a' }), 'data:  a\n\n');
  });

  for (const lineBreak of ['\n', '\r', '\r\n']) {
    it(`refuses ${JSON.stringify(lineBreak)} where there can be but one line (S5)`, () => {
      const text = `x${lineBreak}data: forged`;
      assert.throws(() => encodeEvent({ event: text, data: '' }), TypeError);
      assert.throws(() => encodeEvent({ id: text, data: '' }), TypeError);
      assert.throws(() => encodeComment(text), TypeError);
    });
  }

  it('refuses a NUL in an ID, which a client would ignore (S5)', () => {
    assert.throws(() => encodeEvent({ id: '1\0', data: '' }), TypeError);
  });

  it('refuses a time that is no count of milliseconds (S5)', () => {
    for (const retry of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1\n' as never]) {
      assert.throws(() => encodeEvent({ retry }), RangeError);
    }
  });

  it('delivers exactly one event for any hostile text in any field, or refuses it (S5)', () => {
    for (const text of HOSTILE_TEXTS) {
      for (const field of ['data', 'event', 'id'] as const) {
        let stream: string;
        try {
          stream = encodeEvent({ data: 'x', [field]: text });
        } catch (error) {
          assert.ok(error instanceof TypeError);
          assert.match(text, /[\r\n\0]/);
          continue;
        }
        assert.equal(readEventStream(stream).filter(([what]) => what === 'event').length, 1);
      }
    }
  });

  it('for any fields: is a stream, or refused', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.record({ data: text, event: text, id: text }), text, (event, comment) => {
        let stream: string;
        try {
          stream = encodeComment(comment) + encodeEvent(event);
        } catch (error) {
          assert.ok(error instanceof TypeError);
          return;
        }
        assert.equal(recognise(eventStream, Buffer.from(stream)).matches, true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('encodeComment', () => {
  it('writes a line that is no field', () => {
    assert.equal(encodeComment('still here'), ': still here\n');
    assert.equal(encodeComment(), ': \n');
  });
});
