import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { idOf, isAbove, placeAfter, readCursor } from '../../spec/models/channel-log.ts';
import {
  formatCursor,
  isAfter,
  isEpoch,
  later,
  MAX_NUMBER,
  parseCursor,
  positionAfter,
} from '../../src/channel/cursor.ts';
import { law } from '../support/law.ts';

const anyNumber = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: MAX_NUMBER }));
const anyPosition = fc.tuple(anyNumber, anyNumber).map(([ms, seq]) => ({ ms, seq }));
const anyEpoch = fc.stringMatching(/^[0-9A-Za-z]{1,64}$/);

/** Text that is a cursor, or nearly one. */
const anyText = fc
  .tuple(anyEpoch, anyPosition, fc.string({ maxLength: 2 }), fc.nat({ max: 100 }))
  .chain(([epoch, position, other, at]) => {
    const text = formatCursor(epoch, position);
    const place = at % (text.length + 1);
    return fc.constantFrom(
      text,
      `${text.slice(0, place)}${other}${text.slice(place)}`,
      `${text.slice(0, place)}${other}${text.slice(place + 1)}`,
      `${text.slice(0, place)}${'0'.repeat(at)}${text.slice(place)}`,
    );
  });

describe('parseCursor', () => {
  it('reads an id', () => {
    assert.deepEqual(parseCursor('k3X9.1700000000000-12'), {
      epoch: 'k3X9',
      position: { ms: 1_700_000_000_000, seq: 12 },
    });
  });

  for (const text of [
    '',
    'a.1',
    'a.1-',
    'a.-1-0',
    'a.1-0\n',
    ' a.1-0',
    'a.1-0-0',
    'a.1e3-0',
    'a.1-٣',
    'ä.1-0',
    `${'a'.repeat(65)}.1-0`,
    `a.${'1'.repeat(16)}-0`,
    `a.0-${'1'.repeat(16)}`,
    'a\0.1-0',
    '__proto__.1-0',
  ]) {
    it(`can't read ${JSON.stringify(text)}`, () => {
      assert.equal(parseCursor(text), undefined);
    });
  }

  it('takes an epoch of 64 characters and numbers of 15 digits', () => {
    const text = `${'Z'.repeat(64)}.${MAX_NUMBER}-${MAX_NUMBER}`;
    assert.deepEqual(parseCursor(text)?.position, { ms: MAX_NUMBER, seq: MAX_NUMBER });
  });

  law(
    'parseCursor',
    'model',
    'for any text: the literal model reads the same',
    fc.property(anyText, (text) => {
      const cursor = parseCursor(text);
      const { ms, seq } = cursor?.position ?? {};
      assert.deepEqual(cursor && { epoch: cursor.epoch, place: [ms, seq] }, readCursor(text));
    }),
  );

  law(
    'parseCursor',
    'round trip',
    'for any epoch and position: reads what was written',
    fc.property(anyEpoch, anyPosition, (epoch, position) => {
      assert.deepEqual(parseCursor(formatCursor(epoch, position)), { epoch, position });
    }),
  );
});

describe('formatCursor', () => {
  it('for any position: writes the id that the model writes', () => {
    fc.assert(
      fc.property(anyEpoch, anyPosition, (epoch, { ms, seq }) => {
        assert.equal(formatCursor(epoch, { ms, seq }), idOf(epoch, [ms, seq]));
      }),
    );
  });
});

describe('isAfter', () => {
  it('compares numbers, not text', () => {
    assert.equal(isAfter({ ms: 10, seq: 0 }, { ms: 9, seq: 0 }), true);
    assert.equal(isAfter({ ms: 1, seq: 9 }, { ms: 1, seq: 10 }), false);
  });

  it('for any two positions: agrees with the model', () => {
    fc.assert(
      fc.property(anyPosition, anyPosition, (a, b) => {
        assert.equal(isAfter(a, b), isAbove([a.ms, a.seq], [b.ms, b.seq]));
        assert.equal(later(a, b), isAfter(a, b) ? a : b);
      }),
    );
  });
});

describe('isEpoch', () => {
  it('accepts 1 to 64 letters and digits of ASCII', () => {
    assert.deepEqual(
      ['', 'a', 'A9', 'a.b', 'é', 'a\n', 'x'.repeat(64), 'x'.repeat(65)].map(isEpoch),
      [false, true, true, false, false, false, true, false],
    );
  });
});

describe('positionAfter', () => {
  it('counts on when the wall clock stands still, steps back or is no clock', () => {
    const last = { ms: 5, seq: 7 };
    for (const wallClock of [5, 5.9, 4, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e15]) {
      assert.deepEqual(positionAfter(last, wallClock), { ms: 5, seq: 8 });
    }
    assert.deepEqual(positionAfter(last, 6.5), { ms: 6, seq: 0 });
  });

  it('for any last position and clock: comes after it, as the model says', () => {
    fc.assert(
      fc.property(anyPosition, fc.integer(), (last, wallClock) => {
        const { ms, seq } = positionAfter(last, wallClock);
        assert.ok(isAfter({ ms, seq }, last));
        assert.deepEqual([ms, seq], placeAfter([last.ms, last.seq], wallClock));
      }),
    );
  });
});
