import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { syntaxError, webSocketUrl } from '../../src/node/websocket-url.ts';

describe('webSocketUrl', () => {
  it('takes http: and https: for ws: and wss:', () => {
    assert.equal(webSocketUrl('http://a/b').href, 'ws://a/b');
    assert.equal(webSocketUrl('https://a:443/').href, 'wss://a/');
  });

  for (const given of ['a', 'ftp://a/', 'ws://a/#', 'ws://a/#b']) {
    it(`refuses ${given}`, () => {
      assert.throws(() => webSocketUrl(given), { name: 'SyntaxError' });
    });
  }
});

describe('syntaxError', () => {
  it('is what browsers throw', () => {
    const error = syntaxError('why');
    assert.ok(error instanceof DOMException);
    assert.deepEqual([error.name, error.message], ['SyntaxError', 'why']);
  });
});
