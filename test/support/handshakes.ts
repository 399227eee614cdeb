import fc from 'fast-check';

import type { Rule } from '../../spec/models/grammar.ts';
import {
  Connection,
  SecWebSocketExtensions,
  SecWebSocketKey,
  SecWebSocketProtocol,
  SecWebSocketVersion,
  Upgrade,
} from '../../spec/models/opening-handshake.ts';
import { textFromGrammar } from './from-grammar.ts';
import { nearlyText } from './mutation.ts';
import type { FieldLines } from './opening-request.ts';

/** One of the values, or text that is what the rule says or nearly. */
export function anyValue(rule: Rule, ...values: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: nearlyText(textFromGrammar(rule)) },
  );
}

/** Mostly one line with this value; at times none or two. */
export function anyLines(value: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  return fc.oneof(
    { weight: 12, arbitrary: value.map((line) => [line]) },
    { weight: 1, arbitrary: fc.array(value, { maxLength: 2 }) },
  );
}

/** The fields of a request for a WebSocket connection: most are right. */
export function anyRequestLines(): fc.Arbitrary<FieldLines> {
  const version = anyValue(SecWebSocketVersion, '13', '13', '13', '8', '013', '255', '256');
  return fc.record(
    {
      upgrade: anyLines(anyValue(Upgrade, 'websocket', 'WebSocket', 'h2c, websocket', 'h2c')),
      connection: anyLines(anyValue(Connection, 'upgrade', 'keep-alive, Upgrade', 'close')),
      'sec-websocket-version': anyLines(version),
      'sec-websocket-key': anyLines(anyKey()),
      'sec-websocket-protocol': anyLines(anyValue(SecWebSocketProtocol, 'chat', 'a, b', 'a, a')),
      'sec-websocket-extensions': anyLines(
        anyValue(SecWebSocketExtensions, 'x', 'permessage-deflate; a=1; b; c="d"', 'x; y="z z"'),
      ),
    },
    { requiredKeys: ['upgrade', 'connection', 'sec-websocket-version', 'sec-websocket-key'] },
  );
}

/** A key, often one whose last character may not be the last. */
function anyKey(): fc.Arbitrary<string> {
  const last = fc.constantFrom(...'AQgwBPRfhvxz/+');
  return fc.oneof(
    anyValue(SecWebSocketKey, 'dGhlIHNhbXBsZSBub25jZQ==', 'AAAAAAAAAAAAAAAAAAAAAA=='),
    last.map((character) => `dGhlIHNhbXBsZSBub25jZ${character}==`),
  );
}

/** The fields of a response that opens a connection for `key`, or nearly. */
export function anyResponseLines(accept: string): fc.Arbitrary<FieldLines> {
  return fc.record(
    {
      upgrade: anyLines(anyValue(Upgrade, 'websocket', 'WebSocket', 'websocket, h2c')),
      connection: anyLines(anyValue(Connection, 'upgrade', 'keep-alive, Upgrade', 'close')),
      'sec-websocket-accept': anyLines(
        fc.oneof(
          { weight: 9, arbitrary: fc.constant(accept) },
          { weight: 1, arbitrary: nearlyText(fc.constant(accept)) },
        ),
      ),
      'sec-websocket-protocol': anyLines(fc.constantFrom('a', 'b', 'c', 'a, b', '')),
      'sec-websocket-extensions': anyLines(anyValue(SecWebSocketExtensions, 'x')),
    },
    { requiredKeys: ['upgrade', 'connection', 'sec-websocket-accept'] },
  );
}
