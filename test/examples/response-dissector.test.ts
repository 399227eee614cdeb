import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ResponseDissector } from '../../examples/transports/response-dissector.ts';
import { anySplitOf, ascii } from '../support/octets.ts';

const WHOLE = ascii('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
const EMPTY = ascii('HTTP/1.1 204 No Content\r\n\r\n');
const CHUNKED = ascii(
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nb\r\n\r\nand again\r\n0\r\n\r\n',
);
const UPGRADED = Buffer.concat([
  ascii('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'),
  ascii('\x81\x02hi'),
  ascii('\x89\x00'),
  Buffer.concat([ascii('\x82\x7e\x00\x80'), new Uint8Array(128).fill(0x61)]),
]);

describe('ResponseDissector', () => {
  it('tells a head and a content of known length', () => {
    assert.deepEqual(dissect(WHOLE), [
      'head HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
      '-- head',
      'content hello',
      '-- data',
      '-- end',
    ]);
  });

  it('tells that a response without content has ended', () => {
    assert.deepEqual(dissect(EMPTY).slice(-2), ['-- head', '-- end']);
  });

  it('tells chunks from what frames them', () => {
    assert.deepEqual(dissect(CHUNKED).slice(2), [
      'framing 5\r\n',
      'content hello',
      'framing \r\n',
      '-- data',
      'framing b\r\n',
      'content \r\nand again',
      'framing \r\n',
      '-- data',
      'framing 0\r\n',
      'framing \r\n',
      '-- end',
    ]);
  });

  it('tells frames behind an upgrade', () => {
    assert.deepEqual(dissect(UPGRADED).slice(2), [
      'framing \x81\x02',
      'content hi',
      '-- data',
      'framing \x89\x00',
      '-- data',
      'framing \x82\x7e\x00\x80',
      `content ${'a'.repeat(128)}`,
      '-- data',
    ]);
  });

  it('goes on with the next response, and passes over interim ones', () => {
    const interim = ascii('HTTP/1.1 103 Early Hints\r\n\r\n');
    const told = dissect(interim, WHOLE, CHUNKED, EMPTY);
    assert.equal(told.filter((line) => line === '-- end').length, 3);
    assert.equal(told.filter((line) => line === '-- head').length, 4);
  });

  it('for any split of the octets: tells the same', () => {
    for (const stream of [Buffer.concat([WHOLE, CHUNKED, EMPTY, WHOLE]), UPGRADED]) {
      const whole = dissect(stream);
      fc.assert(
        fc.property(anySplitOf(stream), (pieces) => assert.deepEqual(dissect(...pieces), whole)),
      );
    }
  });
});

// Helpers

/** What is told, a line each; content that comes in pieces is put together. */
function dissect(...pieces: readonly Uint8Array[]): string[] {
  const told: string[] = [];
  const dissector = new ResponseDissector({
    octets: (kind, octets) => {
      const text = Buffer.from(octets).toString('latin1');
      const goesOn = kind === 'content' && told.at(-1)?.startsWith('content');
      if (goesOn) told.push(told.pop() + text);
      else told.push(`${kind} ${text}`);
    },
    unit: (kind) => told.push(`-- ${kind}`),
    end: () => told.push('-- end'),
  });
  for (const octets of pieces) dissector.push(octets);
  return told;
}
