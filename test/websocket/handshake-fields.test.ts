import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { parseExtensions, parseUpgrade } from '../../src/websocket/handshake-fields.ts';

describe('parseUpgrade', () => {
  it('lists protocols in lower case', () => {
    assert.deepEqual(parseUpgrade('WebSocket, h2c/1.0 ,,\t'), ['websocket', 'h2c/1.0']);
  });

  for (const value of ['web socket', 'websocket;', '/', 'a/', 'a/b/c', 'websocket\u00a0']) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parseUpgrade(value), undefined);
    });
  }
});

describe('parseExtensions', () => {
  it('lists extensions with their parameters', () => {
    assert.deepEqual(parseExtensions('a; b; c=d; e="f", g'), [
      {
        token: 'a',
        parameters: [
          ['b', undefined],
          ['c', 'd'],
          ['e', 'f'],
        ],
      },
      { token: 'g', parameters: [] },
    ]);
  });

  for (const value of ['', 'a;;', '=x', 'a b', ';a', 'a; x="b c"', 'a; x=""']) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parseExtensions(value), undefined);
    });
  }
});
