import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { captured, recognise } from '../../spec/models/grammar.ts';
import { inWhitespace, token } from '../../spec/models/http-grammar.ts';
import { SecWebSocketExtensions, Upgrade } from '../../spec/models/opening-handshake.ts';
import type { Parameterised } from '../../src/http1/field-values.ts';
import { parseExtensions, parseUpgrade } from '../../src/websocket/handshake-fields.ts';
import { textFromGrammar } from '../support/from-grammar.ts';
import { law } from '../support/law.ts';
import { nearlyText } from '../support/mutation.ts';
import { ascii } from '../support/octets.ts';

describe('parseUpgrade', () => {
  it('lists protocols in lower case', () => {
    assert.deepEqual(parseUpgrade('WebSocket, h2c/1.0 ,,\t'), ['websocket', 'h2c/1.0']);
  });

  for (const value of ['web socket', 'websocket;', '/', 'a/', 'a/b/c', 'websocket\u00a0']) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parseUpgrade(value), undefined);
    });
  }

  law(
    'parseUpgrade',
    'model',
    'for any text: agrees with the grammar on whether it is a list, and on its protocols',
    fc.property(nearlyText(textFromGrammar(Upgrade)), (value) => {
      const protocols = captured(inWhitespace(Upgrade), value, 'protocol');
      assert.deepEqual(
        parseUpgrade(value),
        protocols?.map((protocol) => protocol.toLowerCase()),
      );
    }),
  );

  law(
    'parseUpgrade',
    'round trip',
    'for any protocols: lists them',
    fc.property(fc.array(textFromGrammar(token)), (tokens) => {
      const protocols = tokens.map((name, i) => `${name}/${i}`.toLowerCase());
      assert.deepEqual(parseUpgrade(protocols.join(', ')), protocols);
    }),
  );
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

  for (const value of ['', ' , ', 'a;;', '=x', 'a b', ';a', 'a; x="b c"', 'a; x=""']) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parseExtensions(value), undefined);
    });
  }

  law(
    'parseExtensions',
    'model',
    'for any text: agrees with the grammar on whether it is a list, and on what is in it',
    fc.property(nearlyText(textFromGrammar(SecWebSocketExtensions)), (value) => {
      assert.deepEqual(parseExtensions(value), modelled(value));
    }),
  );

  law(
    'parseExtensions',
    'round trip',
    'for any extensions: lists them',
    fc.property(fc.array(anyExtension(), { minLength: 1 }), (extensions) => {
      assert.deepEqual(parseExtensions(extensions.map(encoded).join(', ')), extensions);
    }),
  );
});

// Helpers

/** What the grammar reads; nothing when it reads no extension. */
function modelled(value: string): Parameterised[] | undefined {
  const { matches, captures } = recognise(inWhitespace(SecWebSocketExtensions), ascii(value));
  const extensions: { token: string; parameters: [string, string | undefined][] }[] = [];
  for (const [name, text] of captures) {
    if (name === 'extension') extensions.push({ token: text, parameters: [] });
    if (name === 'name') extensions.at(-1)!.parameters.push([text, undefined]);
    if (name === 'value') extensions.at(-1)!.parameters.at(-1)![1] = text.replace(/["\\]/g, '');
  }
  return matches && extensions.length > 0 ? extensions : undefined;
}

function anyExtension(): fc.Arbitrary<Parameterised> {
  const parameter = fc.tuple(
    textFromGrammar(token),
    fc.option(textFromGrammar(token), { nil: undefined }),
  );
  return fc
    .tuple(textFromGrammar(token), fc.array(parameter, { maxLength: 3 }))
    .map(([name, parameters]) => ({ token: name, parameters }));
}

function encoded({ token: name, parameters }: Parameterised): string {
  const parts = parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`));
  return [name, ...parts].join('; ');
}
