import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HttpError } from '../../src/errors.ts';
import { judgeOpeningHandshake } from '../../src/websocket/opening-handshake.ts';
import { openingRequest } from '../support/opening-request.ts';

/** What has made parsers slow: what is skipped, quoted, escaped, separated, and begun anew. */
const UNITS = [
  ' ',
  '\t',
  ',',
  '"',
  '\\',
  ';',
  '=',
  '/',
  'a',
  'a ',
  ' ,',
  'a,',
  ';a',
  ';a=',
  ';a="',
  '\\"',
  ';a="\\a"',
];

describe('attacks on the opening handshake', () => {
  for (const name of [
    'upgrade',
    'connection',
    'sec-websocket-key',
    'sec-websocket-version',
    'sec-websocket-protocol',
    'sec-websocket-extensions',
  ]) {
    it(`W1: judges 64 KiB of anything in ${name} within milliseconds`, () => {
      for (const unit of UNITS) {
        for (const begin of ['', 'a', 'a;a="', 'websocket ']) {
          const value = begin + unit.repeat(65_536 / unit.length);
          const started = performance.now();
          judgeAny(name, value);
          assert.ok(performance.now() - started < 500, JSON.stringify(`${begin}${unit}…`));
        }
      }
    });
  }

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    it(`W2: takes ${name} for the name of a subprotocol, an extension or a parameter`, () => {
      const request = openingRequest({
        'sec-websocket-protocol': [name],
        'sec-websocket-extensions': [`${name}; ${name}=${name}; ${name}`],
      });
      const { protocols, extensions } = judgeOpeningHandshake(request);
      assert.deepEqual(protocols, [name]);
      const parameters = [
        [name, name],
        [name, undefined],
      ];
      assert.deepEqual(extensions, [{ token: name, parameters }]);
    });
  }
});

// Helpers

/** Judges a request with this field, right or wrong. */
function judgeAny(name: string, value: string): void {
  try {
    judgeOpeningHandshake(openingRequest({ [name]: [value] }));
  } catch (error) {
    assert.ok(error instanceof HttpError);
  }
}
