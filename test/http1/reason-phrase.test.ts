import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import { describe, it } from 'node:test';

import { reasonPhrase } from '../../src/http1/reason-phrase.ts';

/** Where node:http says what RFC 7231 or an unregistered habit did. */
const RENAMED: ReadonlyMap<number, string> = new Map([
  [413, 'Content Too Large'],
  [422, 'Unprocessable Content'],
]);

describe('reasonPhrase', () => {
  it('is what the registry says', () => {
    for (let status = 100; status < 600; status++) {
      const phrase = reasonPhrase(status);
      if (phrase !== '') assert.equal(phrase, RENAMED.get(status) ?? namedByNode(status));
    }
  });

  it('is empty for a status code that nobody has registered', () => {
    assert.equal(reasonPhrase(299), '');
  });
});

// Helpers

function namedByNode(status: number): string | undefined {
  return STATUS_CODES[status]?.replace('Payload', 'Content');
}
