import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { DEFAULT_CLIENT_LIMITS } from '../../src/node/client-terms.ts';
import { termsOf, webSocketUrl } from '../../src/node/websocket-options.ts';

describe('termsOf', () => {
  it('has defaults', () => {
    const { compression, fields, limits, signal, transport } = termsOf({});
    assert.deepEqual([compression, fields, signal], [undefined, [], undefined]);
    assert.equal(limits, DEFAULT_CLIENT_LIMITS);
    assert.equal(transport.tls, undefined);
  });

  it('refuses an option that it does not have', () => {
    const message = 'a WebSocket has no option header: did you mean headers?';
    assert.throws(() => termsOf({ header: {} } as never), { name: 'TypeError', message });
  });

  it('refuses a signal that is none', () => {
    assert.throws(() => termsOf({ signal: {} as AbortSignal }), TypeError);
  });
});

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
