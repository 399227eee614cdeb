import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { deflateTerms, socketTerms } from '../../src/ws/options.ts';

describe('socketTerms', () => {
  it('has the defaults of ws', () => {
    assert.deepEqual(socketTerms({}), {
      allowSynchronousEvents: true,
      autoPong: true,
      closeTimeout: 30_000,
      message: 104_857_600,
      maxPendingAutoPongs: 60,
    });
  });

  it('takes 0 for no limit, where ws does', () => {
    const { message, maxPendingAutoPongs } = socketTerms({ maxPayload: 0, maxPendingAutoPongs: 0 });
    assert.deepEqual([message, maxPendingAutoPongs], [Infinity, Infinity]);
  });
});

describe('deflateTerms', () => {
  it('is nothing unless it was asked for', () => {
    for (const given of [undefined, false]) assert.equal(deflateTerms(given, 'server'), undefined);
  });

  it('compresses messages from the length on from that ws does', () => {
    assert.equal(deflateTerms(true, 'server')!.threshold, 1_024);
    assert.equal(deflateTerms({ threshold: 0 }, 'server')!.threshold, 0);
  });

  it('takes what is about zlib, and a window that is only said to be limited', () => {
    const terms = deflateTerms(
      { clientMaxWindowBits: true, serverMaxWindowBits: 10, zlibDeflateOptions: { level: 9 } },
      'client',
    );
    assert.equal(terms!.serverMaxWindowBits, 10);
    assert.equal(terms!.clientMaxWindowBits, deflateTerms(true, 'client')!.clientMaxWindowBits);
  });

  it('refuses windows that there are not', () => {
    assert.throws(() => deflateTerms({ serverMaxWindowBits: 16 }, 'server'), RangeError);
  });
});
