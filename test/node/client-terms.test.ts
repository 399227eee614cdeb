import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import {
  type ClientLimits,
  clientLimits,
  DEFAULT_CLIENT_LIMITS,
  handshakeFields,
} from '../../src/node/client-terms.ts';

describe('clientLimits', () => {
  it('takes the place of the defaults one by one', () => {
    assert.equal(clientLimits(undefined), DEFAULT_CLIENT_LIMITS);
    assert.deepEqual(clientLimits({ handshake: 1, message: 2 }), {
      ...DEFAULT_CLIENT_LIMITS,
      handshake: 1,
      message: 2,
    });
  });

  for (const [given, message] of [
    [{ handshake: 0 }, /limits\.handshake must be from 1 to 2147483647/],
    [{ handshake: Number.NaN }, /limits\.handshake/],
    [{ handshake: 2 ** 31 }, /limits\.handshake/],
    [{ message: Number.POSITIVE_INFINITY }, /limits\.message/],
    [{ history: 1 }, /a client has no limits\.history: it has closing, fields, handshake/],
  ] as [Partial<ClientLimits>, RegExp][]) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.throws(() => clientLimits(given), { name: 'RangeError', message });
    });
  }

  it('are documented, each of them with its default', () => {
    const text = readFileSync('docs/client.md', 'utf8');
    const [, names] = /\| `limits` \|.*? \| (.*?) \|\n/.exec(text)!;
    for (const name of ['closing', 'fields', 'head', 'message', 'rate', 'sendBuffer', 'stall']) {
      assert.ok(names!.includes(`\`${name}\``), name);
    }
    assert.equal(DEFAULT_CLIENT_LIMITS.handshake, 30_000);
    assert.match(names!, /`handshake`, 30,000 ms/);
  });
});

describe('handshakeFields', () => {
  it('takes an object, arrays in it, and whatever yields pairs', () => {
    assert.deepEqual(handshakeFields(), []);
    assert.deepEqual(handshakeFields({ a: '1', B: ['2', '3'] }), [
      ['a', '1'],
      ['B', '2'],
      ['B', '3'],
    ]);
    assert.deepEqual(handshakeFields(new Headers({ Cookie: 'a=b' })), [['cookie', 'a=b']]);
  });

  for (const [name, message] of [
    ['Sec-WebSocket-Protocol', /it comes from the argument `protocols`/],
    ['HOST', /it comes from the URL/],
    ['upgrade', /it comes from the client alone/],
    ['Sec-WebSocket-Extensions', /it comes from the option `compression`/],
    ['a b', /invalid field name: "a b"/],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(() => handshakeFields({ [name]: 'x' }), { name: 'TypeError', message });
    });
  }

  it('refuses a value that would be two lines, and does not repeat it', () => {
    const headers = { Authorization: 'secret\r\nX: y' };
    assert.throws(() => handshakeFields(headers), {
      name: 'TypeError',
      message: 'invalid value of Authorization',
    });
  });
});
