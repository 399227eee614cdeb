import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FieldList } from '../../src/http1/fields.ts';
import {
  encodeKey,
  judgeServerHandshake,
  openingHandshake,
} from '../../src/websocket/client-handshake.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

describe('encodeKey', () => {
  it('encodes sixteen octets', () => {
    assert.equal(encodeKey(Buffer.from('the sample nonce')), KEY);
    assert.throws(() => encodeKey(new Uint8Array(15)), RangeError);
  });
});

describe('openingHandshake', () => {
  it('asks for the resource, and no fragment of it', () => {
    const { target, fields } = openingHandshake(new URL('ws://example.com:8123/a%23b?c#d'), KEY);
    assert.equal(target, '/a%23b?c');
    assert.deepEqual(fields, [
      ['Host', 'example.com:8123'],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', KEY],
      ['Sec-WebSocket-Version', '13'],
    ]);
  });

  it('says which subprotocols and which origin', () => {
    const location = { host: 'h', pathname: '', search: '?q' };
    const { target, fields } = openingHandshake(location, KEY, {
      protocols: ['a', 'b'],
      origin: 'https://example.com',
    });
    assert.equal(target, '/?q');
    assert.deepEqual(fields.slice(-2), [
      ['Sec-WebSocket-Protocol', 'a, b'],
      ['Origin', 'https://example.com'],
    ]);
  });

  for (const protocols of [[''], ['a b'], ['a', 'a']]) {
    it(`refuses to ask for ${JSON.stringify(protocols)}`, () => {
      const url = new URL('ws://example.com');
      assert.throws(() => openingHandshake(url, KEY, { protocols }), RangeError);
    });
  }
});

describe('judgeServerHandshake', () => {
  it('takes the answer of RFC 6455 §1.2', () => {
    assert.deepEqual(judgeServerHandshake(response({}), KEY, []), { protocol: '' });
  });

  it('takes a subprotocol that was asked for', () => {
    const head = response({ 'sec-websocket-protocol': ['b'] });
    assert.deepEqual(judgeServerHandshake(head, KEY, ['a', 'b']), { protocol: 'b' });
  });

  for (const [name, values, detail] of [
    ['upgrade', [], /Upgrade/],
    ['upgrade', ['h2c'], /Upgrade/],
    ['upgrade', ['websocket, h2c'], /Upgrade/],
    ['upgrade', ['web socket'], /Upgrade/],
    ['connection', [], /Connection/],
    ['connection', ['keep-alive'], /Connection/],
    ['connection', ['upgrade;'], /Connection/],
    ['sec-websocket-accept', [], /Accept/],
    ['sec-websocket-accept', ['S3PPLMBITXAQ9KYGZZHZRBK+XOO='], /Accept/],
    ['sec-websocket-accept', ['s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'x'], /Accept/],
    ['sec-websocket-extensions', ['permessage-deflate'], /Extensions permessage-deflate/],
    ['sec-websocket-extensions', ['a;;'], /Extensions is malformed/],
    ['sec-websocket-protocol', ['c'], /Protocol/],
    ['sec-websocket-protocol', ['a, b'], /Protocol/],
    ['sec-websocket-protocol', ['a', 'b'], /Protocol/],
    ['sec-websocket-protocol', [''], /Protocol/],
  ] satisfies [string, string[], RegExp][]) {
    it(`refuses ${name}: ${JSON.stringify(values)}`, () => {
      const head = response({ [name]: values });
      assert.throws(() => judgeServerHandshake(head, KEY, ['a', 'b']), detail);
    });
  }

  it('refuses a response of HTTP/1.0, and any other status', () => {
    const head = response({});
    assert.throws(() => judgeServerHandshake({ ...head, minorVersion: 0 }, KEY, []), /HTTP/);
    assert.throws(() => judgeServerHandshake({ ...head, status: 200 }, KEY, []), /status 200/);
  });
});

// Helpers

/** The answer of RFC 6455 §1.2 with some fields' lines replaced. */
function response(lines: Readonly<Record<string, readonly string[]>>) {
  const fields = {
    upgrade: ['websocket'],
    connection: ['Upgrade'],
    'sec-websocket-accept': ['s3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    ...lines,
  };
  const list = Object.entries(fields).flatMap(([name, values]) =>
    values.map((value) => ({ name, value })),
  );
  return { minorVersion: 1 as const, status: 101, fields: new FieldList(list) };
}
