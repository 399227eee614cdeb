import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { captured, matches } from '../../spec/models/grammar.ts';
import { Host as HostRule } from '../../spec/models/http-grammar.ts';
import { HOST_OCTET, type Host, isHost, isPlainHost, parseHost } from '../../src/http1/host.ts';
import { textFromGrammar } from '../support/from-grammar.ts';
import { law } from '../support/law.ts';
import { anyAlmostHost, anyHostParts } from '../support/messages.ts';
import { nearlyText, withOtherOctets } from '../support/mutation.ts';
import { ascii } from '../support/octets.ts';

describe('parseHost', () => {
  for (const [value, host, port] of [
    ['', '', undefined],
    ['example.com', 'example.com', undefined],
    ['example.com:8080', 'example.com', 8080],
    ['example.com:', 'example.com', undefined],
    ['example.com:00080', 'example.com', 80],
    [':80', '', 80],
    ['127.0.0.1:65535', '127.0.0.1', 65_535],
    ['999.1.1.1', '999.1.1.1', undefined],
    ["a%20b!$&'()*+;=-._~", "a%20b!$&'()*+;=-._~", undefined],
    ['[::1]:443', '[::1]', 443],
    ['[::]', '[::]', undefined],
    ['[1:2:3:4:5:6:7:8]', '[1:2:3:4:5:6:7:8]', undefined],
    ['[1:2:3:4:5:6:255.249.199.9]', '[1:2:3:4:5:6:255.249.199.9]', undefined],
    ['[1::FfFf:0.0.0.0]', '[1::FfFf:0.0.0.0]', undefined],
    ['[1:2:3:4:5:6:7::]', '[1:2:3:4:5:6:7::]', undefined],
    ['[::2:3:4:5:6:7:8]', '[::2:3:4:5:6:7:8]', undefined],
    ['[v1F.a:~]', '[v1F.a:~]', undefined],
  ] as const) {
    it(`takes ${JSON.stringify(value)}`, () => {
      assert.deepEqual(parseHost(value), { host, port });
    });
  }

  for (const value of [
    'a b',
    'a/b',
    'a@b',
    'a,b',
    'a?',
    'a#',
    'a\0',
    'a\xe4',
    'a☄',
    'a%2',
    'a%2g',
    'a%',
    'a:b',
    'a:+1',
    'a: 1',
    'a:65536',
    'a:1:2',
    'a[',
    'a]',
    '::1',
    '[',
    '[]',
    '[::1',
    '[::1]a',
    '[::1]80',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1:2:3:4:5:6:7:8::]',
    '[1:2:3:4::5:6:7:8]',
    '[1::2::3]',
    '[:::1]',
    '[:1]',
    '[1:]',
    '[12345::]',
    '[g::]',
    '[::1.2.3]',
    '[::1.2.3.4.5]',
    '[::1.2.3.256]',
    '[::01.2.3.4]',
    '[1.2.3.4::]',
    '[1.2.3.4]',
    '[::1.2.3.4:5]',
    '[fe80::1%25eth0]',
    '[v1]',
    '[v1.]',
    '[v.a]',
    '[vg.a]',
    '[v1.a,b]',
    '[x1.a]',
  ]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parseHost(value), undefined);
    });
  }

  law(
    'parseHost',
    'model',
    'for any text: agrees with the grammar on whether it is a Host, and on its parts',
    fc.property(anyHostOrNot(), (value) => {
      assert.deepEqual(parseHost(value), partsOf(value));
      assert.equal(isHost(value), matches(HostRule, value));
      if (isPlain(value)) assert.equal(isHost(value), true);
    }),
  );

  law(
    'parseHost',
    'model',
    'for any character in any place: agrees with the grammar on whether it is a Host still',
    fc.property(
      fc.constantFrom('a%4f.b:80', '[1::2:3.4.55.6]:7', '[v1.a:b]').chain(withOtherOctets),
      (values) => {
        for (const octets of values) {
          const value = octets.toString('latin1');
          assert.equal(isHost(value), matches(HostRule, value), value);
        }
      },
    ),
  );

  law(
    'parseHost',
    'round trip',
    'for any host and any port: parses what they are together',
    fc.property(textFromGrammar(HostRule), fc.nat(65_535), (value, port) => {
      const { host } = parseHost(value)!;
      assert.deepEqual(parseHost(`${host}:${port}`), { host, port });
      assert.deepEqual(parseHost(host), { host, port: undefined });
    }),
  );
});

describe('isPlainHost', () => {
  it('knows a name, with or without a port', () => {
    for (const value of ['', 'a', 'example.com:80', 'localhost:8080', ':1', 'a:']) {
      assert.equal(isPlain(value), true, value);
    }
  });

  it('leaves the rest to be parsed', () => {
    for (const value of ['a:12345', '[::1]', 'a%20', 'a:b', 'a,b', 'a:1b']) {
      assert.equal(isPlain(value), false, value);
    }
  });
});

describe('HOST_OCTET', () => {
  it('for any Host: holds all that it is made of', () => {
    fc.assert(
      fc.property(textFromGrammar(HostRule), (value) => {
        for (const octet of ascii(value)) assert.equal(HOST_OCTET[octet], 1);
      }),
    );
  });
});

// Helpers

function anyHostOrNot(): fc.Arbitrary<string> {
  return fc.oneof(nearlyText(textFromGrammar(HostRule)), anyHostParts(), anyAlmostHost());
}

/** Whether `value` is a plain host between octets that would be part of it. */
function isPlain(value: string): boolean {
  return isPlainHost(ascii(`a${value}1`), 1, 1 + value.length);
}

function partsOf(value: string): Host | undefined {
  const host = captured(HostRule, value, 'uri-host')?.[0];
  if (host === undefined) return undefined;
  const [port = ''] = captured(HostRule, value, 'port')!;
  return { host, port: port === '' ? undefined : Number(port) };
}
