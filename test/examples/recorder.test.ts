import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { acceptSteps, Recorder } from '../../examples/chat/recorder.ts';
import type { End, WireRecord } from '../../examples/chat/records.ts';
import { anySplitOf, ascii } from '../support/octets.ts';

/** The opening handshake that RFC 6455 §1.3 shows. */
const REQUEST = ascii(
  'GET /chat?wire=abc HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n' +
    'Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
);
const RESPONSE = ascii(
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
);
const TEXT = ascii('\x81\x02hi');

describe('Recorder', () => {
  it('tells the handshake, the steps to the accept value, the frames, and the end', () => {
    const { recorder, records } = recorderOf();
    recorder.record('client', REQUEST);
    recorder.record('server', Buffer.concat([RESPONSE, TEXT]));
    recorder.end('server');
    assert.deepEqual(
      records.map((record) => [record.kind, 'from' in record ? record.from : undefined]),
      [
        ['head', 'client'],
        ['head', 'server'],
        ['accept', undefined],
        ['frame', 'server'],
        ['end', 'server'],
      ],
    );
    assert.deepEqual(headsOf(records), [REQUEST.toString('hex'), RESPONSE.toString('hex')]);
  });

  it('tells frames that came together with the request', () => {
    const { recorder, records } = recorderOf();
    recorder.record('client', Buffer.concat([REQUEST, TEXT]));
    assert.deepEqual(
      records.map(({ kind }) => kind),
      ['head', 'frame'],
    );
  });

  it('keeps nothing of a connection that nobody watches', () => {
    const asked: string[] = [];
    const recorder = new Recorder((target) => {
      asked.push(target);
      return undefined;
    });
    recorder.record('client', REQUEST);
    recorder.record('client', REQUEST);
    recorder.record('server', RESPONSE);
    recorder.end('client');
    assert.deepEqual(asked, ['/chat?wire=abc']);
  });

  it('stops after an answer that is no upgrade', () => {
    const { recorder, records } = recorderOf();
    recorder.record('client', REQUEST);
    recorder.record('server', ascii('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'));
    recorder.end('server');
    assert.deepEqual(
      records.map(({ kind }) => kind),
      ['head', 'head'],
    );
  });

  it('gives up on a head that does not end', () => {
    const { recorder, records } = recorderOf();
    recorder.record('client', Buffer.alloc(20_000, 'a'));
    recorder.record('client', REQUEST);
    assert.deepEqual(records, []);
  });

  it('for any split of the octets: tells the same', () => {
    const whole = record([REQUEST], [Buffer.concat([RESPONSE, TEXT, TEXT])]);
    const response = Buffer.concat([RESPONSE, TEXT, TEXT]);
    fc.assert(
      fc.property(anySplitOf(REQUEST), anySplitOf(response), (sent, received) => {
        assert.deepEqual(record(sent, received), whole);
      }),
    );
  });
});

describe('acceptSteps', () => {
  it('computes the example of RFC 6455 §1.3', () => {
    assert.deepEqual(acceptSteps('dGhlIHNhbXBsZSBub25jZQ=='), {
      kind: 'accept',
      key: 'dGhlIHNhbXBsZSBub25jZQ==',
      nonce: Buffer.from('the sample nonce').toString('hex'),
      guid: '258EAFA5-E914-47DA-95CA-C5AB0DC85B11',
      digest: 'b37a4f2cc0624f1690f64606cf385945b2bec4ea',
      accept: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    });
  });
});

// Helpers

function recorderOf() {
  const records: WireRecord[] = [];
  return { recorder: new Recorder(() => (record) => records.push(record)), records };
}

/** What is told of a whole connection, without the times. */
function record(sent: readonly Uint8Array[], received: readonly Uint8Array[]): object[] {
  const { recorder, records } = recorderOf();
  const pieces: [End, Uint8Array][] = [
    ...sent.map((octets): [End, Uint8Array] => ['client', octets]),
    ...received.map((octets): [End, Uint8Array] => ['server', octets]),
  ];
  for (const [from, octets] of pieces) recorder.record(from, octets);
  return records.map((told) => ({ ...told, at: 0 }));
}

function headsOf(records: readonly WireRecord[]): string[] {
  return records.filter((told) => told.kind === 'head').map(({ octets }) => octets);
}
