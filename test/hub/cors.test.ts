import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { corsFields, preflightFields } from '../../src/hub/cors.ts';

describe('corsFields', () => {
  it('lets the origin read that was decided on, with credentials where it is listed', () => {
    const origin = 'https://app.example';
    assert.deepEqual(corsFields({ origin, credentials: false }), [
      ['vary', 'Origin'],
      ['access-control-allow-origin', origin],
    ]);
    assert.deepEqual(corsFields({ origin, credentials: true }), [
      ['vary', 'Origin'],
      ['access-control-allow-origin', origin],
      ['access-control-allow-credentials', 'true'],
    ]);
  });

  it('says always that the answer depends on the origin', () => {
    assert.deepEqual(corsFields({}), [['vary', 'Origin']]);
    assert.deepEqual(corsFields({ refusal: 'no' }), [['vary', 'Origin']]);
  });
});

describe('preflightFields', () => {
  it('allows what the client uses', () => {
    const fields = new Map(preflightFields({ origin: 'https://app.example', credentials: true }));
    assert.equal(fields.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(fields.get('access-control-allow-credentials'), 'true');
    assert.equal(fields.get('access-control-allow-methods'), 'GET, POST, DELETE');
    assert.equal(
      fields.get('access-control-allow-headers'),
      'content-type, last-event-id, authorization',
    );
    assert.equal(fields.get('vary'), 'Origin');
  });
});
