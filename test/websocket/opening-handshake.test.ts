import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { token } from '../../spec/models/http-grammar.ts';
import { REQUEST_CLAUSES, type Request } from '../../spec/models/opening-handshake.ts';
import { HttpError, type HttpFaultCode } from '../../src/errors.ts';
import { FieldList } from '../../src/http1/fields.ts';
import {
  encodeKey,
  judgeServerHandshake,
  openingHandshake,
} from '../../src/websocket/client-handshake.ts';
import {
  acceptFields,
  judgeOpeningHandshake,
  refusalFields,
} from '../../src/websocket/opening-handshake.ts';
import { textFromGrammar } from '../support/from-grammar.ts';
import { anyRequestLines } from '../support/handshakes.ts';
import { law } from '../support/law.ts';
import {
  type FieldLines,
  fieldsOf,
  NONCE,
  type OpeningRequestHead,
  openingRequest,
} from '../support/opening-request.ts';

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

describe('judgeOpeningHandshake, over HTTP/2', () => {
  it('takes the handshake of RFC 8441 §5.1', () => {
    const handshake = judgeOpeningHandshake(
      connectRequest({
        'sec-websocket-protocol': ['chat, superchat'],
        'sec-websocket-extensions': ['permessage-deflate'],
        origin: ['http://www.example.com'],
      }),
    );
    assert.deepEqual(handshake, {
      key: undefined,
      protocols: ['chat', 'superchat'],
      extensions: [{ token: 'permessage-deflate', parameters: [] }],
    });
  });

  it('has no use for the fields of an upgrade', () => {
    const { key } = judgeOpeningHandshake(connectRequest({ 'sec-websocket-key': ['abc', NONCE] }));
    assert.equal(key, undefined);
  });

  for (const [what, head, fault] of [
    ['another protocol', { protocol: 'connect-udp' }, 'HANDSHAKE_CONNECT'],
    ['none', { method: 'GET', protocol: undefined }, 'HANDSHAKE_CONNECT'],
    ['content', { hasContent: true }, 'HANDSHAKE_CONTENT'],
  ] satisfies [string, Partial<OpeningRequestHead>, HttpFaultCode][]) {
    it(`refuses ${what} with ${fault}`, () => {
      assert.throws(() => judgeOpeningHandshake({ ...connectRequest(), ...head }), faultOf(fault));
    });
  }

  for (const [version, fault] of [
    [[], 'HANDSHAKE_VERSION_FIELD'],
    [['12'], 'HANDSHAKE_VERSION_UNSUPPORTED'],
  ] satisfies [string[], HttpFaultCode][]) {
    it(`refuses version ${JSON.stringify(version)} with ${fault}`, () => {
      const request = connectRequest({ 'sec-websocket-version': version });
      assert.throws(() => judgeOpeningHandshake(request), faultOf(fault));
    });
  }
});

describe('judgeOpeningHandshake: laws', () => {
  law(
    'judgeOpeningHandshake',
    'model',
    'for any request: finds the first clause wrong that the model finds wrong',
    fc.property(anyRequest(), (request) => {
      const [wrong] = REQUEST_CLAUSES.find(([, isWrong]) => isWrong(request)) ?? [];
      assert.equal(faultIn(request), wrong === undefined ? undefined : FAULTS[wrong]);
    }),
  );

  law(
    'judgeOpeningHandshake',
    'round trip',
    'for any handshake that a client begins: takes it, and the client takes the answer',
    fc.property(anyNonce(), anyProtocols(), (nonce, protocols) => {
      const key = encodeKey(nonce);
      const { target, fields } = openingHandshake(new URL('ws://h/p?q'), key, { protocols });
      const list = fields.map(([name, value]) => ({ name: name.toLowerCase(), value }));
      const head = { ...openingRequest(), target, fields: new FieldList(list) };
      const handshake = judgeOpeningHandshake(head);
      assert.deepEqual(handshake, { key, protocols, extensions: [] });
      const answer = acceptFields(handshake, protocols.at(-1));
      const lines = answer.map(([name, value]) => ({ name: name.toLowerCase(), value }));
      const response = { status: 101, minorVersion: 1, fields: new FieldList(lines) } as const;
      const { protocol } = judgeServerHandshake(response, key, protocols);
      assert.equal(protocol, protocols.at(-1) ?? '');
    }),
  );
});

describe('acceptFields', () => {
  it('proves that the key was understood', () => {
    assert.deepEqual(acceptFields(judgeOpeningHandshake(openingRequest({}))), [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    ]);
  });

  it('says nothing of a key over HTTP/2', () => {
    const request = connectRequest({ 'sec-websocket-protocol': ['a, b'] });
    assert.deepEqual(acceptFields(judgeOpeningHandshake(request), 'b', 'x; y'), [
      ['Sec-WebSocket-Extensions', 'x; y'],
      ['Sec-WebSocket-Protocol', 'b'],
    ]);
  });

  it('names the subprotocol, if the client has asked for it', () => {
    const handshake = judgeOpeningHandshake(openingRequest({ 'sec-websocket-protocol': ['a, b'] }));
    const fields = acceptFields(handshake, 'b');
    assert.deepEqual(fields.at(-1), ['Sec-WebSocket-Protocol', 'b']);
    assert.throws(() => acceptFields(handshake, 'c'), RangeError);
  });

  it('names the extensions that are accepted', () => {
    const fields = acceptFields(judgeOpeningHandshake(openingRequest({})), undefined, 'x; y');
    assert.deepEqual(fields.at(-1), ['Sec-WebSocket-Extensions', 'x; y']);
  });
});

describe('refusalFields', () => {
  it('says what the status asks for', () => {
    assert.deepEqual(refusalFields(new HttpError('HANDSHAKE_METHOD')), [
      ['Allow', 'GET'],
      ['Connection', 'close'],
    ]);
    assert.deepEqual(refusalFields(new HttpError('HANDSHAKE_CONNECT')), [
      ['Allow', 'CONNECT'],
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

/** What the clauses of the model are called in the sources. */
const FAULTS: Readonly<Record<(typeof REQUEST_CLAUSES)[number][0], HttpFaultCode>> = {
  'it is not a GET': 'HANDSHAKE_METHOD',
  'it is not HTTP/1.1': 'HANDSHAKE_VERSION',
  'Upgrade or Connection is malformed': 'HANDSHAKE_UPGRADE_FIELD',
  'it asks for no WebSocket': 'HANDSHAKE_UPGRADE',
  'it has content': 'HANDSHAKE_CONTENT',
  'Sec-WebSocket-Version is malformed': 'HANDSHAKE_VERSION_FIELD',
  'it is of another version': 'HANDSHAKE_VERSION_UNSUPPORTED',
  'Sec-WebSocket-Key is malformed': 'HANDSHAKE_KEY',
  'Sec-WebSocket-Protocol is malformed': 'HANDSHAKE_PROTOCOL',
  'Sec-WebSocket-Extensions is malformed': 'HANDSHAKE_EXTENSIONS',
};

/** The opening handshake of RFC 8441 §5.1, with these fields. */
function connectRequest(lines: FieldLines = {}): OpeningRequestHead {
  return {
    method: 'CONNECT',
    target: '/chat',
    minorVersion: 1,
    majorVersion: 2,
    protocol: 'websocket',
    fields: fieldsOf({ 'sec-websocket-version': ['13'], ...lines }),
    hasContent: false,
  };
}

function anyRequest(): fc.Arbitrary<Request> {
  return fc.record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'get'),
    minorVersion: fc.constantFrom(1, 1, 1, 1, 1, 1, 0),
    hasContent: fc.constantFrom(false, false, false, false, false, false, true),
    lines: anyRequestLines(),
  });
}

function anyNonce(): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: 16, maxLength: 16 });
}

function anyProtocols(): fc.Arbitrary<string[]> {
  return fc.uniqueArray(textFromGrammar(token), { maxLength: 3 });
}

/** The code of what is wrong with the request, if anything is. */
function faultIn({ lines, ...head }: Request): string | undefined {
  try {
    judgeOpeningHandshake({
      ...head,
      minorVersion: head.minorVersion as 0 | 1,
      target: '/',
      fields: fieldsOf(lines),
    });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof HttpError);
    return error.code;
  }
}

function faultOf(code: HttpFaultCode) {
  return (error: unknown) => error instanceof HttpError && error.code === code;
}
