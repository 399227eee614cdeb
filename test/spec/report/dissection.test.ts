import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { dissect as dissectOf } from '../../../spec/report/dissection.ts';
import type { Passage } from '../../../spec/wire.ts';

describe('dissect', () => {
  it('names the lines of heads, the chunks and the trailers, in the order of what was said', () => {
    const pieces = dissect([
      sent('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
      received('HTTP/1.1 103 Early Hints\r\n\r\n'),
      received(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n',
      ),
      sent('GET /'),
    ]);
    assert.deepEqual(
      pieces.map(({ direction, name, octets }) => `${direction} ${name}: ${octets}`.trim()),
      [
        'sent request line: GET / HTTP/1.1',
        'sent field line: Host: a',
        'sent empty line:',
        'received status line: HTTP/1.1 103 Early Hints',
        'received empty line:',
        'received status line: HTTP/1.1 200 OK',
        'received field line: Transfer-Encoding: chunked',
        'received empty line:',
        'received chunk-size and chunk-ext: 5;a=b',
        'received chunk-data: hello',
        'received end of the chunk:',
        'received chunk-size: 0',
        'received trailer field line: X: y',
        'received end of the chunked body:',
        'sent request line: GET /',
      ],
    );
  });

  it('names the lines of what a client that is judged was sent by what they are', () => {
    const passages = [
      received('HEAD / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'),
      sent('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
      received(Buffer.from('8180010203048800', 'hex')),
    ];
    assert.deepEqual(
      dissectOf(passages, 'client').map(({ direction, name }) => `${direction} ${name}`),
      [
        'received request line',
        'received field line',
        'received empty line',
        'sent status line',
        'sent empty line',
        'received frame header',
        'received masking key',
        'received frame header',
      ],
    );
  });

  it('names the fields of frames, and takes their mask off', () => {
    const pieces = dissect([
      sent('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'),
      received('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
      sent(Buffer.from('81850102030449676f686e', 'hex')),
      received(Buffer.from('817e000548656c6c6fc9', 'hex')),
    ]);
    const frames = pieces.slice(5).map(({ name, meaning }) => `${name}: ${meaning}`);
    assert.deepEqual(frames, [
      'frame header: FIN 1, RSV 000, opcode 1 (text), MASK 1, payload length 5',
      'masking key: ',
      'payload: unmasked "Hello"',
      'frame header: FIN 1, RSV 000, opcode 1 (text), MASK 0, payload length 5',
      'payload: undefined',
      'frame header: FIN 1, RSV 100, opcode 9 (ping), MASK 0, payload length cut off',
    ]);
  });

  it('tells content by length, to the end of the connection, and none behind HEAD', () => {
    const names = (...passages: Passage[]) =>
      dissect(passages)
        .filter(({ direction }) => direction === 'received')
        .map(({ name }) => name)
        .filter((name) => !['field line', 'empty line'].includes(name));
    const length = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';
    assert.deepEqual(names(sent('GET / HTTP/1.1\r\n\r\n'), received(`${length}ok${length}ok`)), [
      'status line',
      'content',
      'status line',
      'content',
    ]);
    assert.deepEqual(names(sent('HEAD / HTTP/1.1\r\n\r\n'), received(`${length}${length}ok`)), [
      'status line',
      'status line',
      'content',
    ]);
    assert.deepEqual(names(received('HTTP/1.1 200 OK\r\n\r\nok')), ['status line', 'content']);
  });

  it('leaves as octets what it can name no further', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (const [behind, names] of [
      ['zz\r\n', ['octets']],
      ['2\r\nokxx', ['chunk-size', 'chunk-data', 'octets']],
      ['5\r\nok', ['chunk-size', 'chunk-data']],
      ['5', ['chunk-size']],
    ] as const) {
      const pieces = dissect([received(`${head}${behind}`)]);
      assert.deepEqual(
        pieces.slice(3).map(({ name }) => name),
        names,
      );
    }
  });

  it('names TLS records, and says how much was not kept', () => {
    const record = Buffer.from('1603030002abcd150303000100', 'hex');
    const pieces = dissect([received(record), { ...received('HTT'), length: 100 }]);
    assert.deepEqual(
      pieces.map(({ name, meaning, omitted }) => [name, meaning, omitted]),
      [
        ['TLS record', 'handshake', 0],
        ['TLS record', 'alert', 0],
        ['TLS record', 'unknown', 0],
        ['octets that were not kept', undefined, 97],
      ],
    );
  });

  it('has the octets of any passages, all of them once', () => {
    const octets = Buffer.from('81fe0001HTTP\r\n\r\n\r\nTransfer-Encoding:chunked\r\n\r\n\xff');
    for (let split = 0; split < octets.length; split++) {
      const pieces = dissect([
        received(octets.subarray(0, split)),
        received(octets.subarray(split)),
      ]);
      assert.deepEqual(Buffer.concat(pieces.map((piece) => piece.octets)), octets);
    }
  });
});

// Helpers

/** What was said on a connection to a server. */
function dissect(passages: readonly Passage[]): ReturnType<typeof dissectOf> {
  return dissectOf(passages, 'server');
}

function sent(octets: string | Buffer): Passage {
  return passage('sent', octets);
}

function received(octets: string | Buffer): Passage {
  return passage('received', octets);
}

function passage(direction: Passage['direction'], text: string | Buffer): Passage {
  const octets = Buffer.from(text as string);
  return { direction, octets, length: octets.length, at: 0 };
}
