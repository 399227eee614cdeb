import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { OutputList } from '../../src/bytes/output.ts';
import type { WebSocketFaultCode } from '../../src/errors.ts';
import type { WebSocketEndpoint } from '../../src/websocket/endpoint.ts';
import type { Role } from '../../src/websocket/frame-header.ts';
import { endpointOf, frameTo, Listener } from '../support/websocket.ts';

const MIB = 2 ** 20;

describe('attacks by frames', () => {
  for (const [length, fault, shown] of [
    ['8000000000000000', 'WS_LENGTH_ENCODING', 1],
    ['ffffffffffffffff', 'WS_LENGTH_ENCODING', 1],
    ['7fffffffffffffff', 'WS_MESSAGE_LIMIT', 1],
    ['0020000000000000', 'WS_MESSAGE_LIMIT', 2],
    ['0000000100000000', 'WS_MESSAGE_LIMIT', 4],
    ['000000000000ffff', 'WS_LENGTH_ENCODING', 6],
    ['0000000000000000', 'WS_LENGTH_ENCODING', 6],
  ] satisfies [string, WebSocketFaultCode, number][]) {
    it(`W4: refuses the length ${length} at its octet ${shown}`, () => {
      for (const role of ['server', 'client'] as const) {
        const octets = Buffer.from(`82${role === 'server' ? 'ff' : '7f'}${length}`, 'hex');
        const { endpoint, listener } = endpointOf(role, { limit: MIB });
        endpoint.receive(octets.subarray(0, 1 + shown));
        assert.deepEqual(listener.told, []);
        endpoint.receive(octets.subarray(1 + shown, 2 + shown));
        assert.deepEqual(listener.told, [['close', 1006, '', fault]]);
      }
    });
  }

  for (const [what, hex, fault] of [
    ['a reserved bit', 'c2', 'WS_RSV'],
    ['a reserved opcode', '83', 'WS_OPCODE'],
    ['a reserved opcode of a control frame', '8b', 'WS_OPCODE'],
    ['a fragment of a control frame', '09', 'WS_CONTROL_FRAGMENTED'],
    ['a continuation of nothing', '80', 'WS_CONTINUATION'],
    ['no mask', '827f', 'WS_UNMASKED'],
    ['a long control frame', '89fe', 'WS_CONTROL_TOO_LONG'],
  ] satisfies [string, string, WebSocketFaultCode][]) {
    it(`W5: refuses ${what} before the length, let alone the payload`, () => {
      const { endpoint, listener } = endpointOf('server');
      endpoint.receive(Buffer.from(hex, 'hex'));
      assert.deepEqual(listener.told, [['close', 1006, '', fault]]);
    });
  }

  it('W6: takes a message of the limit, in one frame or in many', () => {
    for (const pieces of [[300], [100, 200], [150, 0, 150], [1, 298, 1]]) {
      const { endpoint, listener } = endpointOf('server', { limit: 300 });
      endpoint.receive(fragments(pieces));
      assert.deepEqual(listener.told, [['binary', 'x'.repeat(300)]]);
    }
  });

  it('W6: fails a message of the limit and one octet, in one frame or in many', () => {
    for (const pieces of [[301], [100, 201], [300, 1], [1, 299, 1]]) {
      const { endpoint, listener, output } = endpointOf('server', { limit: 300 });
      endpoint.receive(fragments(pieces));
      assert.deepEqual(listener.told, [['close', 1006, '', 'WS_MESSAGE_LIMIT']]);
      assert.equal(output.take().readUInt16BE(2), 1009);
    }
  });

  it('W6: counts what control frames carry for nothing', () => {
    const { endpoint, listener } = endpointOf('server', { limit: 3 });
    const ping = frameTo('server', { opcode: 9, payload: 'ping' });
    const [first, last] = [fragments([2, 1]).subarray(0, 8), fragments([2, 1]).subarray(8)];
    endpoint.receive(Buffer.concat([first, ping, last]));
    assert.deepEqual(listener.told.at(-1), ['binary', 'xxx']);
  });

  it('W6: spends on an announced payload what has come of it, a few times over', () => {
    const limit = 16 * MIB;
    const endpoints = Array.from({ length: 20 }, () => endpointOf('server', { limit }).endpoint);
    const header = Buffer.alloc(14);
    header.writeUInt16BE(0x82ff);
    header.writeUInt32BE(limit, 6);
    const grown = memoryGrownBy(() => {
      for (const endpoint of endpoints)
        endpoint.receive(Buffer.concat([header, Buffer.alloc(1_000)]));
    });
    assert.ok(grown <= 20 * 6_000, `${grown} octets`);
  });

  for (const [what, count, length] of [
    ['65,537 fragments of 64 octets', 65_537, 64],
    ['100,000 fragments of one octet', 100_000, 1],
    ['100,000 empty fragments', 100_000, 0],
  ] as const) {
    for (const opcode of [1, 2]) {
      it(`W9: spends on ${what}, and no last one, what their octets cost (opcode ${opcode})`, () => {
        const { endpoint, listener } = endpointOf('server', { limit: 16 * MIB });
        const first = frameTo('server', { opcode, fin: false, payload: 'x'.repeat(length) });
        const next = frameTo('server', { opcode: 0, fin: false, payload: 'x'.repeat(length) });
        const chunk = Buffer.concat(Array.from({ length: 1_000 }, () => next));
        const started = performance.now();
        const grown = memoryGrownBy(() => {
          endpoint.receive(first);
          for (let i = 0; i < count; i += 1_000) endpoint.receive(Buffer.from(chunk));
        });
        assert.ok(performance.now() - started < 2_000);
        assert.ok(grown < 4 * count * length + 2 * MIB, `${grown} octets`);
        assert.deepEqual(listener.told, []);
        endpoint.receive(frameTo('server', { opcode: 0 }));
        assert.equal(
          listener.told[0]![1],
          'x'.repeat(length * (1 + 1_000 * Math.ceil(count / 1_000))),
        );
      });
    }
  }

  it('W9: spends on 100,000 chunks of one octet what the octets cost', () => {
    const { endpoint, listener } = endpointOf('server');
    const octets = frameTo('server', { opcode: 1, payload: 'x'.repeat(100_000) });
    const started = performance.now();
    const grown = memoryGrownBy(() => {
      for (const octet of octets) endpoint.receive(Buffer.of(octet));
    });
    assert.ok(performance.now() - started < 2_000);
    assert.ok(grown < 2 * MIB, `${grown} octets`);
    assert.deepEqual(listener.told, [['text', 'x'.repeat(100_000)]]);
  });

  it('W10: answers no more pings than the output takes', () => {
    const output = new PausingOutput(1_000);
    const { endpoint, listener } = endpointOf('server', { output });
    output.endpoint = endpoint;
    const pings = Buffer.concat(
      Array.from({ length: 100 }, () => frameTo('server', { opcode: 9, payload: 'x'.repeat(125) })),
    );
    for (let i = 0; i < 10; i++) endpoint.receive(Buffer.from(pings));
    assert.ok(output.take().length < 1_000 + 127);
    assert.equal(listener.told.length, 8);
    assert.equal(endpoint.waiting, 10 * pings.length - 8 * 131);
    endpoint.resume();
    assert.equal(listener.told.length, 16);
  });

  it('W11: keeps little more memory alive than a small message has', () => {
    for (const length of [1, 64, 125, 1_024, 4_000]) {
      const kept: number[] = [];
      const listener = new (class extends Listener {
        override message(data: string | Uint8Array): void {
          kept.push((data as Uint8Array).buffer.byteLength);
        }

        override ping(payload: Uint8Array): void {
          kept.push(payload.buffer.byteLength);
        }
      })();
      const { endpoint } = endpointOf('server', { listener });
      const payload = new Uint8Array(length);
      const chunk = Buffer.allocUnsafeSlow(65_536);
      const message = frameTo('server', { opcode: 2, payload });
      const ping = frameTo('server', { opcode: 9, payload: payload.subarray(0, 125) });
      const frames = [message, message, ping, ping, message, fragments([1, 2])];
      const octets = Buffer.concat(frames);
      octets.copy(chunk);
      endpoint.receive(chunk.subarray(0, octets.length));
      assert.equal(kept.length, 6);
      for (const size of kept) assert.ok(size <= Math.max(8_192, length), `${length}: ${size}`);
    }
  });

  for (const [what, rest] of [
    ['a header', '82'],
    ['a control frame', '89840000000070'],
    ['a payload', '8284000000007061'],
  ] as const) {
    it(`W11: keeps no chunk alive for the beginning of ${what}`, () => {
      const listener = new (class extends Listener {
        override message(): void {}
      })();
      const endpoints = Array.from(
        { length: 20 },
        () => endpointOf('server', { listener }).endpoint,
      );
      const grown = memoryGrownBy(() => {
        for (const endpoint of endpoints) {
          const large = frameTo('server', { opcode: 1, payload: 'x'.repeat(65_000) });
          endpoint.receive(Buffer.concat([large, Buffer.from(rest, 'hex')]));
        }
      });
      assert.ok(grown < 200_000, `${grown} octets`);
    });
  }

  for (const [what, payload, error] of [
    ['a number', 100, TypeError],
    ['an array', [1, 2, 3], TypeError],
    ['a string', 'ping', TypeError],
    ['numbers of eight octets', new Float64Array(8), TypeError],
    ['an ArrayBuffer', new ArrayBuffer(8), TypeError],
    ['null', null, TypeError],
    ['126 octets', new Uint8Array(126), RangeError],
  ] as const) {
    it(`W12: sends no ping or pong with ${what}`, () => {
      const { endpoint, output } = endpointOf('server');
      assert.throws(() => endpoint.ping(payload as never), error);
      assert.throws(() => endpoint.pong(payload as never), error);
      assert.equal(output.take().length, 0);
    });
  }

  it('W12: sends exactly the octets of a view', () => {
    const { endpoint, output } = endpointOf('server');
    const memory = Buffer.from('secret ping secret');
    endpoint.ping(new Uint8Array(memory.buffer, memory.byteOffset + 7, 4));
    assert.equal(output.take().toString('latin1'), '\x89\x04ping');
  });

  for (const [what, role, hex, fault] of [
    ['an unmasked frame from a client', 'server', '810161', 'WS_UNMASKED'],
    ['a masked frame from a server', 'client', '81810000000061', 'WS_MASKED'],
    ['RSV1', 'client', 'c10161', 'WS_RSV'],
    ['RSV2', 'client', 'a10161', 'WS_RSV'],
    ['RSV3', 'client', '910161', 'WS_RSV'],
    ['RSV1 of a control frame', 'client', 'c900', 'WS_RSV'],
    ['RSV1 of a continuation', 'client', '010161c00161', 'WS_RSV'],
    ['a Close frame of one octet', 'client', '880103', 'WS_CLOSE_PAYLOAD'],
    ['the close code 999', 'client', '880203e7', 'WS_CLOSE_CODE'],
    ['the close code 1004', 'client', '880203ec', 'WS_CLOSE_CODE'],
    ['the close code 1005', 'client', '880203ed', 'WS_CLOSE_CODE'],
    ['the close code 1006', 'client', '880203ee', 'WS_CLOSE_CODE'],
    ['the close code 1015', 'client', '880203f7', 'WS_CLOSE_CODE'],
    ['the close code 2999', 'client', '88020bb7', 'WS_CLOSE_CODE'],
    ['the close code 5000', 'client', '88021388', 'WS_CLOSE_CODE'],
    ['a close reason that is not UTF-8', 'client', '880403e8fffe', 'WS_UTF8'],
    ['a close reason that is cut', 'client', '880403e861c3', 'WS_UTF8'],
    ['a surrogate in a text', 'client', '8103eda080', 'WS_UTF8'],
    ['a surrogate split across frames', 'client', '0101ed8002a080', 'WS_UTF8'],
    ['a text that ends within a character', 'client', '8102e282', 'WS_UTF8'],
    ['a text whose last fragment is cut', 'client', '0101c38000', 'WS_UTF8'],
  ] satisfies [string, Role, string, WebSocketFaultCode][]) {
    it(`W13: fails ${what} with ${fault}`, () => {
      const { endpoint, listener } = endpointOf(role);
      endpoint.receive(Buffer.from(hex, 'hex'));
      assert.deepEqual(listener.told, [['close', 1006, '', fault]]);
    });
  }

  for (const [what, begun, octet] of [
    ['alone', 'abc', 'ff'],
    ['in a character that an earlier frame has begun', 'abc\xe2', '61'],
    ['in a character that an earlier chunk has begun', 'ab\xf0\x90', '28'],
  ] as const) {
    it(`W13: fails text by the first octet that can't be right, ${what}`, () => {
      const { endpoint, listener } = endpointOf('client');
      endpoint.receive(
        Buffer.concat([Buffer.from([0x01, begun.length]), Buffer.from(begun, 'latin1')]),
      );
      endpoint.receive(Buffer.from('007f0000000000010000', 'hex'));
      assert.deepEqual(listener.told, []);
      endpoint.receive(Buffer.from(octet, 'hex'));
      assert.deepEqual(listener.told, [['close', 1006, '', 'WS_UTF8']]);
    });
  }
});

// Helpers

/** A binary message of so many octets in each fragment. */
function fragments(lengths: readonly number[]): Buffer {
  const frames = lengths.map((length, i) =>
    frameTo('server', {
      opcode: i === 0 ? 2 : 0,
      payload: 'x'.repeat(length),
      fin: i === lengths.length - 1,
    }),
  );
  return Buffer.concat(frames);
}

/** An output that is full at a mark, as a socket whose peer does not read: it pauses the endpoint. */
class PausingOutput extends OutputList {
  endpoint: WebSocketEndpoint | undefined;
  readonly #mark: number;
  #reserved = 0;

  constructor(mark: number) {
    super();
    this.#mark = mark;
  }

  override reserve(count: number): number {
    this.#reserved += count;
    if (this.#reserved >= this.#mark) this.endpoint?.pause();
    return super.reserve(count);
  }

  override take(): Buffer {
    this.#reserved = 0;
    return super.take();
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** How much more memory is in use behind `act` than before it. */
function memoryGrownBy(act: () => void): number {
  const before = memoryInUse();
  act();
  return memoryInUse() - before;
}

/** The least of several looks: arrays are freed a while after they were found to be garbage. */
function memoryInUse(): number {
  const looks = Array.from({ length: 5 }, () => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  });
  return Math.min(...looks);
}
