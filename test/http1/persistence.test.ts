import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { captured } from '../../spec/models/grammar.ts';
import { Connection, inWhitespace } from '../../spec/models/http-grammar.ts';
import {
  ConnectionOption,
  isPersistent,
  parseConnectionOptions,
  singleConnectionOption,
} from '../../src/http1/persistence.ts';
import { law } from '../support/law.ts';
import { nearlyText } from '../support/mutation.ts';
import { ascii } from '../support/octets.ts';

const { Close, KeepAlive, Upgrade } = ConnectionOption;

describe('parseConnectionOptions', () => {
  for (const [value, options] of [
    ['', 0],
    ['close', Close],
    ['Keep-Alive, foo, UPGRADE', KeepAlive | Upgrade],
    ['closed, keep-aliv', 0],
    [',close,,close', Close],
    ['a b', undefined],
    ['close;', undefined],
  ] as const) {
    it(`takes ${JSON.stringify(value)} for ${options}`, () => {
      assert.equal(parseConnectionOptions(value), options);
    });
  }

  law(
    'parseConnectionOptions',
    'model',
    'for any text: agrees with the grammar on whether it is a list, and on its options',
    fc.property(nearlyText(anyConnection()), (value) => {
      const tokens = captured(inWhitespace(Connection), value, 'token');
      const has = (option: string) => tokens!.some((token) => token.toLowerCase() === option);
      const bits = () =>
        Number(has('close')) + 2 * Number(has('keep-alive')) + 4 * Number(has('upgrade'));
      assert.equal(parseConnectionOptions(value), tokens && bits());
    }),
  );
});

describe('singleConnectionOption', () => {
  it('tells an option that stands alone', () => {
    for (const [value, option] of [
      ['close', Close],
      ['Close', Close],
      ['keep-alive', KeepAlive],
      ['Upgrade', Upgrade],
      ['', 0],
      ['other', 0],
      ['another', 0],
      ['an option,', 0],
      ['close, upgrade', 0],
    ] as const) {
      assert.equal(singleConnectionOption(ascii(`:${value}\r`), 1, 1 + value.length), option);
    }
  });

  it('for any value: tells what the whole list says, or leaves it to be parsed', () => {
    fc.assert(
      fc.property(nearlyText(anyConnection()), (value) => {
        const option = singleConnectionOption(ascii(value), 0, value.length);
        if (option !== 0) assert.equal(option, parseConnectionOptions(value));
      }),
    );
  });
});

describe('isPersistent', () => {
  it('goes by close, then by the version, then by keep-alive', () => {
    assert.equal(isPersistent(1, 0), true);
    assert.equal(isPersistent(1, Close), false);
    assert.equal(isPersistent(1, Close | KeepAlive), false);
    assert.equal(isPersistent(0, 0), false);
    assert.equal(isPersistent(0, KeepAlive), true);
    assert.equal(isPersistent(0, KeepAlive | Close), false);
    assert.equal(isPersistent(0, Upgrade), false);
  });
});

// Helpers

function anyConnection(): fc.Arbitrary<string> {
  const anyOption = fc.constantFrom('close', 'Close', 'keep-alive', 'Upgrade', 'TE', 'x', '');
  return fc.array(anyOption, { maxLength: 4 }).map((options) => options.join(', '));
}
