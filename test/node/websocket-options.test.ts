import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { DEFAULT_CLIENT_LIMITS } from '../../src/node/client-terms.ts';
import { termsOf } from '../../src/node/websocket-options.ts';

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
