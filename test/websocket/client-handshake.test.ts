import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { acceptOf, opens } from '../../spec/models/opening-handshake.ts';
import { WebSocketError } from '../../src/errors.ts';
import {
  encodeKey,
  judgeServerHandshake,
  openingHandshake,
} from '../../src/websocket/client-handshake.ts';
import { compressionTerms } from '../../src/websocket/permessage-deflate.ts';
import { anyResponseLines } from '../support/handshakes.ts';
import { law } from '../support/law.ts';
import { type FieldLines, fieldsOf } from '../support/opening-request.ts';

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

  it('offers compression where it is asked to', () => {
    const compression = compressionTerms({}, 'client');
    const { fields } = openingHandshake(new URL('ws://h'), KEY, { compression });
    const offer = 'permessage-deflate; client_max_window_bits';
    assert.deepEqual(fields.at(-1), ['Sec-WebSocket-Extensions', offer]);
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
    assert.deepEqual(judgeServerHandshake(response({}), KEY, []), {
      protocol: '',
      deflate: undefined,
      extensions: '',
    });
  });

  it('takes a subprotocol that was asked for', () => {
    const head = response({ 'sec-websocket-protocol': ['b'] });
    assert.equal(judgeServerHandshake(head, KEY, ['a', 'b']).protocol, 'b');
  });

  it('takes compression that was offered, and no other', () => {
    const compression = compressionTerms({}, 'client');
    const extensions = 'permessage-deflate; server_no_context_takeover';
    const head = response({ 'sec-websocket-extensions': [extensions] });
    const choice = judgeServerHandshake(head, KEY, [], compression);
    assert.equal(choice.extensions, extensions);
    assert.equal(choice.deflate?.serverNoContextTakeover, true);
    const wrong = response({ 'sec-websocket-extensions': ['permessage-deflate; foo'] });
    assert.throws(() => judgeServerHandshake(wrong, KEY, [], compression), /permessage-deflate/);
    assert.throws(() => judgeServerHandshake(head, KEY, []), { code: 'WS_HANDSHAKE' });
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

describe('judgeServerHandshake: laws', () => {
  law(
    'judgeServerHandshake',
    'model',
    'for any response: takes it exactly when the model does',
    fc.property(
      fc.constantFrom(101, 101, 101, 101, 101, 200),
      fc.constantFrom(1, 1, 1, 1, 1, 0),
      anyResponseLines(acceptOf(KEY)),
      fc.constantFrom(['a', 'b'], []),
      (status, minorVersion, lines, protocols) => {
        const head = { status, minorVersion: minorVersion as 0 | 1, fields: fieldsOf(lines) };
        const expected = opens({ status, minorVersion, lines }, KEY, protocols);
        assert.equal(isTaken(head, protocols), expected);
      },
    ),
  );
});

// Helpers

type Response = Parameters<typeof judgeServerHandshake>[0];

/** The answer of RFC 6455 §1.2 with some fields' lines replaced. */
function response(lines: FieldLines): Response {
  const fields = fieldsOf({
    upgrade: ['websocket'],
    connection: ['Upgrade'],
    'sec-websocket-accept': ['s3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    ...lines,
  });
  return { minorVersion: 1, status: 101, fields };
}

/** Whether the client takes the response, when it has asked for these subprotocols. */
function isTaken(head: Response, protocols: readonly string[]): boolean {
  try {
    judgeServerHandshake(head, KEY, protocols);
    return true;
  } catch (error) {
    assert.ok(error instanceof WebSocketError);
    assert.equal(error.code, 'WS_HANDSHAKE');
    return false;
  }
}
