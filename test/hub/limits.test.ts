import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { DEFAULT_LIMITS, type Limits, limitsOfRoute, limitsWith } from '../../src/hub/limits.ts';

describe('limitsOfRoute', () => {
  it('puts those of the route in the place of those of the hub', () => {
    const ofHub = limitsWith({ message: 5, closing: 7 });
    assert.deepEqual(limitsOfRoute(ofHub, { message: 6 }), { ...ofHub, message: 6 });
    assert.deepEqual(limitsOfRoute(ofHub), ofHub);
  });

  it('refuses what is no limit of a route, or no limit at all', () => {
    const given = { headTime: 1 } as { message?: number };
    const refusal = new RangeError('a route has no limits.headTime of its own');
    assert.throws(() => limitsOfRoute(DEFAULT_LIMITS, given), refusal);
    assert.throws(() => limitsOfRoute(DEFAULT_LIMITS, { rate: Number.NaN }), RangeError);
  });
});

describe('limitsWith', () => {
  it('puts the limits given in the place of the default ones', () => {
    assert.deepEqual(limitsWith({ message: 5 }), { ...DEFAULT_LIMITS, message: 5 });
  });

  for (const value of [0, -1, Number.POSITIVE_INFINITY, Number.NaN, '5']) {
    it(`refuses ${value} as a limit`, () => {
      assert.throws(() => limitsWith({ body: value as number }), RangeError);
    });
  }

  for (const [name, meant] of [
    ['boby', ': did you mean body?'],
    ['__proto__', ''],
    ['toString', ''],
  ]) {
    it(`refuses ${name}, which is no limit`, () => {
      const given = JSON.parse(`{ "${name}": 1 }`) as Partial<Limits>;
      assert.throws(() => limitsWith(given), new RangeError(`there is no limits.${name}${meant}`));
    });
  }
});
