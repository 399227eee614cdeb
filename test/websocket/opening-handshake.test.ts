import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HttpError, type HttpFaultCode } from '../../src/errors.ts';
import {
  acceptFields,
  judgeOpeningHandshake,
  refusalFields,
} from '../../src/websocket/opening-handshake.ts';
import { NONCE, type OpeningRequestHead, openingRequest } from '../support/opening-request.ts';

describe('judgeOpeningHandshake', () => {
  it('takes the handshake of RFC 6455 §1.2', () => {
    const handshake = judgeOpeningHandshake(
      openingRequest({
        'sec-websocket-protocol': ['chat, superchat', 'c'],
        'sec-websocket-extensions': ['x-a; b=c'],
      }),
    );
    assert.deepEqual(handshake, {
      key: NONCE,
      protocols: ['chat', 'superchat', 'c'],
      extensions: [{ token: 'x-a', parameters: [['b', 'c']] }],
    });
  });

  for (const [what, head, fault] of [
    ['POST', { method: 'POST' }, 'HANDSHAKE_METHOD'],
    ['HTTP/1.0', { minorVersion: 0 }, 'HANDSHAKE_VERSION'],
    ['content', { hasContent: true }, 'HANDSHAKE_CONTENT'],
  ] satisfies [string, Partial<OpeningRequestHead>, HttpFaultCode][]) {
    it(`refuses ${what} with ${fault}`, () => {
      assert.throws(
        () => judgeOpeningHandshake({ ...openingRequest({}), ...head }),
        faultOf(fault),
      );
    });
  }

  for (const [name, values, fault] of [
    ['upgrade', [], 'HANDSHAKE_UPGRADE'],
    ['upgrade', ['h2c'], 'HANDSHAKE_UPGRADE'],
    ['upgrade', ['websocket/13'], 'HANDSHAKE_UPGRADE'],
    ['upgrade', ['websocket;'], 'HANDSHAKE_UPGRADE_FIELD'],
    ['connection', [], 'HANDSHAKE_UPGRADE'],
    ['connection', ['keep-alive'], 'HANDSHAKE_UPGRADE'],
    ['connection', ['upgrade;'], 'HANDSHAKE_UPGRADE_FIELD'],
    ['sec-websocket-version', [], 'HANDSHAKE_VERSION_FIELD'],
    ['sec-websocket-version', [''], 'HANDSHAKE_VERSION_FIELD'],
    ['sec-websocket-version', ['013'], 'HANDSHAKE_VERSION_FIELD'],
    ['sec-websocket-version', ['13, 8'], 'HANDSHAKE_VERSION_FIELD'],
    ['sec-websocket-version', ['13', '13'], 'HANDSHAKE_VERSION_FIELD'],
    ['sec-websocket-version', ['256'], 'HANDSHAKE_VERSION_FIELD'],
    ['sec-websocket-version', ['255'], 'HANDSHAKE_VERSION_UNSUPPORTED'],
    ['sec-websocket-version', ['8'], 'HANDSHAKE_VERSION_UNSUPPORTED'],
    ['sec-websocket-key', [], 'HANDSHAKE_KEY'],
    ['sec-websocket-key', ['abc'], 'HANDSHAKE_KEY'],
    ['sec-websocket-key', ['dGhlIHNhbXBsZSBub25jZR=='], 'HANDSHAKE_KEY'],
    ['sec-websocket-key', ['dGhlIHNhbXBsZSBub25j'], 'HANDSHAKE_KEY'],
    ['sec-websocket-key', ['dGhlIHNhbXBsZSBub25jZQA='], 'HANDSHAKE_KEY'],
    ['sec-websocket-key', [NONCE, NONCE], 'HANDSHAKE_KEY'],
    ['sec-websocket-protocol', [''], 'HANDSHAKE_PROTOCOL'],
    ['sec-websocket-protocol', ['a, a'], 'HANDSHAKE_PROTOCOL'],
    ['sec-websocket-protocol', ['a', 'a'], 'HANDSHAKE_PROTOCOL'],
    ['sec-websocket-protocol', ['a,,b;'], 'HANDSHAKE_PROTOCOL'],
    ['sec-websocket-extensions', [''], 'HANDSHAKE_EXTENSIONS'],
    ['sec-websocket-extensions', ['a;;'], 'HANDSHAKE_EXTENSIONS'],
  ] satisfies [string, string[], HttpFaultCode][]) {
    it(`refuses ${name}: ${JSON.stringify(values)} with ${fault}`, () => {
      assert.throws(
        () => judgeOpeningHandshake(openingRequest({ [name]: values })),
        faultOf(fault),
      );
    });
  }
});

describe('acceptFields', () => {
  it('proves that the key was understood', () => {
    assert.deepEqual(acceptFields(judgeOpeningHandshake(openingRequest({}))), [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    ]);
  });

  it('names the subprotocol, if the client has asked for it', () => {
    const handshake = judgeOpeningHandshake(openingRequest({ 'sec-websocket-protocol': ['a, b'] }));
    const fields = acceptFields(handshake, 'b');
    assert.deepEqual(fields.at(-1), ['Sec-WebSocket-Protocol', 'b']);
    assert.throws(() => acceptFields(handshake, 'c'), RangeError);
  });
});

describe('refusalFields', () => {
  it('says what the status asks for', () => {
    assert.deepEqual(refusalFields(new HttpError('HANDSHAKE_METHOD')), [
      ['Allow', 'GET'],
      ['Connection', 'close'],
    ]);
    assert.deepEqual(refusalFields(new HttpError('HANDSHAKE_VERSION_UNSUPPORTED')), [
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Connection', 'close, Upgrade'],
    ]);
    assert.deepEqual(refusalFields(new HttpError('HANDSHAKE_KEY')), [['Connection', 'close']]);
  });
});

// Helpers

function faultOf(code: HttpFaultCode) {
  return (error: unknown) => error instanceof HttpError && error.code === code;
}
