import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectError, isFinal, isTrouble } from '../../src/browser/connect-error.ts';

describe('connectError', () => {
  it('has the words of the server and its status', () => {
    const error = connectError('Not you.', 403);
    assert.ok(error instanceof Error);
    assert.deepEqual([error.name, error.message, error.status], ['ConnectError', 'Not you.', 403]);
  });

  it('says the status where there are no words', () => {
    assert.equal(connectError('', 401).message, 'status 401');
    assert.equal(connectError(undefined, 401).message, 'status 401');
  });
});

describe('isFinal', () => {
  it('is for who may not come in', () => {
    assert.deepEqual([401, 403, 404, 400, 500, undefined].map(isFinal), [
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('isTrouble', () => {
  it('is for no answer, for what is wrong with the server, and for what passes', () => {
    for (const status of [undefined, 408, 429, 500, 502, 503, 504]) assert.ok(isTrouble(status));
    for (const status of [200, 400, 401, 404, 409, 413, 415]) assert.ok(!isTrouble(status));
  });
});
