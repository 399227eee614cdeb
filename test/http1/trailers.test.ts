import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { requireTrailers } from '../../src/http1/trailers.ts';

describe('requireTrailers', () => {
  it('accepts what may be known only behind the content', () => {
    requireTrailers([
      { name: 'digest', value: 'a' },
      { name: 'Server-Timing', value: 'b' },
    ]);
  });

  for (const name of [
    'content-length',
    'Transfer-Encoding',
    'Host',
    'set-cookie',
    'Content-Type',
  ]) {
    it(`refuses ${name}`, () => {
      assert.throws(() => requireTrailers([{ name, value: '1' }]), TypeError);
    });
  }
});
