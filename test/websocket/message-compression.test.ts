import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { describe, it } from 'node:test';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';

import { OutputList } from '../../src/bytes/output.ts';
import type { Role } from '../../src/websocket/frame-header.ts';
import { MessageCompression } from '../../src/websocket/message-compression.ts';
import { Opcode } from '../../src/websocket/opcode.ts';
import type { DeflateParameters } from '../../src/websocket/permessage-deflate.ts';
import { anyContent } from '../support/deflate.ts';
import { law } from '../support/law.ts';
import { endpointOf, frame, KEY, Listener } from '../support/websocket.ts';

const HELLO = 'f248cdc9c90700';

describe('MessageCompression', () => {
  it('7692-7.2.1-1: writes what RFC 7692 §7.2.3.1 shows, with RSV1', () => {
    const output = new OutputList();
    compression('server').writeText(output, 'Hello, Hello, Hello', undefined);
    const [first, length] = output.octets;
    assert.equal(first, 0xc1);
    assert.equal(inflated(output.take().subarray(2, 2 + length!)), 'Hello, Hello, Hello');
  });

  it('7692-7.2.1-10: refers to the message before, and to none where that was agreed on', () => {
    const text = 'a comet, and another comet, and another';
    const lengths = [{}, { serverNoContextTakeover: true }].map((parameters) => {
      const server = compression('server', parameters);
      const output = new OutputList();
      return [1, 2].map(() => {
        server.writeText(output, text, undefined);
        return output.take().length;
      });
    });
    assert.ok(lengths[0]![1]! < 10);
    assert.equal(lengths[1]![0], lengths[1]![1]);
  });

  it('sends as they are messages that are short, or get no shorter', () => {
    const output = new OutputList();
    const server = compression('server', {}, 20);
    server.writeText(output, 'x'.repeat(19), undefined);
    assert.deepEqual(output.take(), frame({ opcode: 1, payload: 'x'.repeat(19) }));
    server.writeBinary(output, Buffer.alloc(19), undefined);
    assert.deepEqual(output.take(), frame({ opcode: 2, payload: Buffer.alloc(19) }));
    const various = Buffer.from(Array.from({ length: 40 }, (_, i) => (i * 89) % 251));
    server.writeBinary(output, various, undefined);
    assert.deepEqual(output.take(), frame({ opcode: 2, payload: various }));
    const text = 'the quick brown fox \u{1f98a}';
    server.writeText(output, text, undefined);
    assert.deepEqual(output.take(), frame({ opcode: 1, payload: Buffer.from(text) }));
  });

  it('7692-7.2.3.2-1: refers to no message that was sent as it is', () => {
    const output = new OutputList();
    const server = compression('server', {}, 0);
    const client = compression('client');
    const various = Buffer.from(Array.from({ length: 40 }, (_, i) => (i * 89) % 251));
    server.writeBinary(output, various, undefined);
    assert.equal(output.take()[0], 0x82);
    const twice = Buffer.concat([various, various]);
    server.writeBinary(output, twice, undefined);
    const octets = output.take();
    assert.equal(octets[0], 0xc2);
    assert.deepEqual(Buffer.from(client.inflate(octets, 2, octets.length, false, 99)), twice);
  });

  for (const [clause, hex] of [
    ['7692-7.2.2-1', HELLO],
    ['7692-7.2.1-2', 'f248050000 00ffffcac9c90700'],
    ['7692-7.2.1-3', '000500faff48656c6c6f00'],
    ['7692-7.2.1-4', 'f348cdc9c9070000'],
  ] as const) {
    it(`${clause}: inflates ${hex}, and the next message`, () => {
      const server = compression('server');
      assert.equal(receive(server, hex), 'Hello');
      assert.equal(receive(server, 'f200110000'), 'Hello');
    });
  }

  it('7692-7.2.1-6: inflates an empty block to an empty message', () => {
    assert.equal(receive(compression('server'), '00'), '');
  });

  it('7692-7.2.2-8: inflates what refers 32,768 octets back, unless less was agreed on', () => {
    const before = Buffer.from(Array.from({ length: 32_768 }, (_, i) => (i * i) >> 7));
    const stream = (content: Buffer, dictionary: Buffer) =>
      deflateRawSync(content, { dictionary, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    const first = stream(before, Buffer.of(0));
    const far = farMatch();
    const client = compression('client');
    client.inflate(first, 0, first.length, false, 99_999);
    const repeated = client.inflate(far, 0, far.length, false, 99) as Uint8Array;
    assert.deepEqual(Buffer.from(repeated), before.subarray(0, 3));
    const narrow = compression('client', { serverMaxWindowBits: 14 });
    narrow.inflate(first, 0, first.length, false, 99_999);
    assert.throws(() => narrow.inflate(far, 0, far.length, false, 99), FAULT);
  });

  it('7692-7.2.2-5: keeps nothing of messages that stand for themselves', () => {
    const server = compression('server', { clientNoContextTakeover: true });
    assert.equal(receive(server, HELLO), 'Hello');
    assert.equal(receive(server, HELLO), 'Hello');
    assert.throws(() => receive(server, 'f200110000'), FAULT);
  });

  for (const [what, hex] of [
    ['no DEFLATE', 'ffff'],
    ['nothing', ''],
    ['a block that is cut', 'f248cd'],
    ['a distance before the first message', 'f200110000'],
  ] as const) {
    it(`7692-7.2.2-2: refuses ${what} with 1007`, () => {
      assert.throws(() => receive(compression('server'), hex), FAULT);
    });
  }

  it('7692-6.1-7: judges UTF-8 once it is inflated', () => {
    const [wrong, right] = [Buffer.of(0xc3, 0x28), Buffer.from('\u00e9')].map((content) =>
      deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4),
    );
    const server = compression('server');
    assert.equal(server.inflate(right!, 0, right!.length, true, 99), '\u00e9');
    assert.throws(() => server.inflate(wrong!, 0, wrong!.length, true, 99), { code: 'WS_UTF8' });
    assert.equal(server.inflate(wrong!, 0, wrong!.length, false, 99).length, 2);
  });

  it('W7: inflates up to the limit, and no octet beyond', () => {
    const zeros = deflateRawSync(Buffer.alloc(1_000), { finishFlush: constants.Z_SYNC_FLUSH });
    const payload = zeros.subarray(0, -4);
    const server = compression('server');
    assert.equal(server.inflate(payload, 0, payload.length, false, 1_000).length, 1_000);
    assert.throws(() => server.inflate(payload, 0, payload.length, false, 999), {
      code: 'WS_MESSAGE_LIMIT',
      closeCode: 1009,
    });
  });

  it('gives each message memory of its own, which no other connection sees', () => {
    const [one, other] = [compression('server'), compression('server')];
    const payload = Buffer.from(HELLO, 'hex');
    const messages = [one, other, one].map(
      (server) => server.inflate(payload, 0, payload.length, false, 99) as Uint8Array,
    );
    assert.equal(new Set(messages.map(({ buffer }) => buffer)).size, 3);
    for (const message of messages) assert.equal(message.byteLength, message.buffer.byteLength);
  });

  for (const role of ['server', 'client'] as const) {
    law(
      'MessageCompression',
      'round trip',
      `for any messages, parameters and threshold: what a ${role} writes, its peer inflates`,
      fc.property(
        fc.array(anyMessage(), { maxLength: 5 }),
        anyAgreement(),
        fc.nat(99),
        (messages, agreed, threshold) => {
          const here = new MessageCompression(role, agreed, threshold);
          const there = new MessageCompression(peerOf(role), agreed, 0);
          for (const data of messages) {
            const { isCompressed, payload } = written(here, data);
            const isText = typeof data === 'string';
            const length = Buffer.byteLength(data);
            const content = isText ? data : new Uint8Array(data);
            if (isCompressed) {
              assert.ok(length >= threshold && payload.length < length);
              const read = there.inflate(payload, 0, payload.length, isText, length);
              assert.deepEqual(read, content);
            } else {
              assert.ok(length < threshold || lengthAlone(role, agreed, data) >= length);
              assert.deepEqual(isText ? String(payload) : new Uint8Array(payload), content);
            }
          }
        },
      ),
    );

    law(
      'MessageCompression',
      'model',
      `for any messages and parameters: zlib inflates what a ${role} writes, by the window that was agreed on`,
      fc.property(fc.array(anyMessage(), { maxLength: 5 }), anyAgreement(), (messages, agreed) => {
        const here = new MessageCompression(role, agreed, 0);
        const { keeps, windowBits } = waysOf(role, agreed);
        let before = Buffer.alloc(0);
        for (const data of messages) {
          const { isCompressed, payload } = written(here, data);
          const content = Buffer.from(data as string);
          const isShorter = lengthAlone(role, agreed, data) < content.length;
          // Behind others it may get an octet longer than alone: a match far back takes more bits.
          if (before.length === 0) assert.equal(isCompressed, isShorter);
          if (!isCompressed) continue;
          const options = { windowBits, finishFlush: constants.Z_SYNC_FLUSH };
          const octets = Buffer.concat([payload, TAIL]);
          const dictionary = before.subarray(-(2 ** windowBits));
          const window = dictionary.length === 0 ? {} : { dictionary };
          assert.deepEqual(inflateRawSync(octets, { ...options, ...window }), content);
          if (keeps) before = Buffer.concat([before, content]);
        }
      }),
    );

    law(
      'MessageCompression',
      'round trip',
      `for any messages in pieces, parameters and split of the octets: what a ${role} writes, its peer is told`,
      fc.property(
        fc.array(fc.array(anyPiece(), { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
        anyAgreement(),
        fc.array(fc.nat(999)),
        (messages, agreed, cuts) => {
          const here = new MessageCompression(role, agreed, 0);
          const keys = role === 'client' ? () => KEY : undefined;
          const output = new OutputList();
          for (const [i, pieces] of messages.entries()) {
            for (const [n, piece] of pieces.entries()) {
              here.writePiece(output, n === 0 ? Opcode.Binary : Opcode.Continuation, piece, keys);
            }
            here.endPieces(output, keys);
            // A message that is whole refers to those in pieces, and they to it.
            if (i % 2 === 0) here.writeBinary(output, Buffer.concat(pieces), keys);
          }
          const expected = messages.flatMap((pieces, i) => {
            const content = Buffer.concat(pieces).toString('hex');
            return i % 2 === 0 ? [content, content] : [content];
          });
          const wire = output.take();
          const heard: string[] = [];
          const there = endpointOf(peerOf(role), {
            compression: new MessageCompression(peerOf(role), agreed, 0),
            listener: Object.assign(new Listener(), {
              message: (data: Uint8Array) => heard.push(Buffer.from(data).toString('hex')),
            }),
          });
          const bounds = [
            0,
            ...cuts.map((cut) => cut % (wire.length + 1)).sort(byNumber),
            wire.length,
          ];
          for (const [i, end] of bounds.slice(1).entries()) {
            there.endpoint.receive(Buffer.from(wire.subarray(bounds[i], end)));
          }
          assert.deepEqual(heard, expected);
        },
      ),
    );

    law(
      'MessageCompression',
      'model',
      `for any pieces and parameters: zlib has each of a ${role} as soon as it is written`,
      fc.property(
        fc.array(anyPiece(), { minLength: 1, maxLength: 5 }),
        anyAgreement(),
        (pieces, agreed) => {
          const here = new MessageCompression(role, agreed, 0);
          const { windowBits } = waysOf(role, agreed);
          let payload = Buffer.alloc(0);
          let content = Buffer.alloc(0);
          for (const [n, piece] of pieces.entries()) {
            const output = new OutputList();
            here.writePiece(output, n === 0 ? Opcode.Text : Opcode.Continuation, piece, undefined);
            const octets = output.take();
            assert.equal(octets[0], n === 0 ? 0x41 : 0x00);
            payload = Buffer.concat([payload, payloadOf(octets)]);
            content = Buffer.concat([content, piece]);
            const options = { windowBits, finishFlush: constants.Z_SYNC_FLUSH };
            assert.deepEqual(inflateRawSync(payload, options), content);
          }
          const output = new OutputList();
          here.endPieces(output, undefined);
          assert.deepEqual(output.take(), Buffer.of(0x80, 1, 0));
        },
      ),
    );

    law(
      'MessageCompression',
      'model',
      `for any messages of zlib and parameters: a ${role} inflates them up to the limit, and judges their text`,
      fc.property(
        fc.array(fc.tuple(anyContent(), fc.boolean()), { maxLength: 5 }),
        anyAgreement(),
        (messages, agreed) => {
          const here = new MessageCompression(role, agreed, 0);
          const { keeps, windowBits } = waysOf(peerOf(role), agreed);
          let before = Buffer.alloc(0);
          for (const [content, isText] of messages) {
            const dictionary = before.subarray(-(2 ** windowBits));
            const payload = deflatedByZlib(content, windowBits, dictionary);
            const take = (limit: number) => here.inflate(payload, 0, payload.length, isText, limit);
            if (content.length > 0) {
              assert.throws(() => take(content.length - 1), { code: 'WS_MESSAGE_LIMIT' });
            }
            if (isText && !isUtf8(content)) {
              assert.throws(() => take(content.length), { code: 'WS_UTF8' });
              return; // the connection is failed
            }
            assert.deepEqual(Buffer.from(take(content.length) as string), content);
            if (keeps) before = Buffer.concat([before, content]);
            else if (content.length > 0) {
              // What stands for itself is not there to be referred to.
              assert.throws(() => here.inflate(REPEAT, 0, REPEAT.length, false, 99), FAULT);
            }
          }
        },
      ),
    );
  }

  it('sends a message in pieces as it is that begins with a short one', () => {
    const server = compression('server', {}, 20);
    assert.equal(server.compresses(Buffer.alloc(19)), false);
    assert.equal(server.compresses(Buffer.alloc(20)), true);
  });

  it('refers to the pieces before, and to none where each message stands for itself', () => {
    const piece = Buffer.from('a comet, and another comet, and another');
    const lengths = [{}, { serverNoContextTakeover: true }].map((parameters) => {
      const server = compression('server', parameters);
      const output = new OutputList();
      return [Opcode.Text, Opcode.Continuation].map((opcode) => {
        server.writePiece(output, opcode, piece, undefined);
        return output.take().length;
      });
    });
    assert.ok(lengths[0]![1]! < 14);
    assert.equal(lengths[1]![0], lengths[1]![1]);
  });

  it('writes pieces of any length, each in a frame', () => {
    const server = compression('server');
    const output = new OutputList();
    const various = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i * 31) >> 7));
    server.writePiece(output, Opcode.Binary, various, undefined);
    const payload = payloadOf(output.take());
    assert.ok(payload.length > 16_384);
    const options = { finishFlush: constants.Z_SYNC_FLUSH };
    assert.ok(inflateRawSync(payload, options).equals(various));
  });

  it('writes texts of any length', () => {
    const server = compression('server');
    for (const length of [65_536, 65_537, 300_000]) {
      const { isCompressed, payload } = written(server, 'comet'.repeat(length / 5));
      assert.ok(isCompressed && payload.length < length / 100);
    }
  });
});

// Helpers

const TAIL = Buffer.of(0, 0, 0xff, 0xff);

/** A match of three octets, one back: nothing by itself. */
const REPEAT = Buffer.from('02020000', 'hex');

const FAULT = { code: 'WS_DEFLATE', closeCode: 1007 };

function compression(
  role: 'server' | 'client',
  parameters: Partial<DeflateParameters> = {},
  threshold = 0,
): MessageCompression {
  const usual = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  };
  return new MessageCompression(role, { ...usual, ...parameters }, threshold);
}

function receive(server: MessageCompression, hex: string): string | Uint8Array {
  const payload = Buffer.from(`55${hex.replaceAll(' ', '')}55`, 'hex');
  return server.inflate(payload, 1, payload.length - 1, true, 1_000);
}

function inflated(payload: Uint8Array): string {
  const octets = Buffer.concat([payload, Buffer.of(0, 0, 0xff, 0xff)]);
  return String(inflateRawSync(octets, { finishFlush: constants.Z_SYNC_FLUSH }));
}

/** A match of three octets, 32,768 back, in the fixed codes. */
function farMatch(): Buffer {
  // 0 10, the length's 0000001, the distance's 11101 and thirteen ones, the end's 0000000, and 000.
  const bits = `0${'10'}0000001${'11101'}${'1'.repeat(13)}0000000000`;
  const octets = bits.match(/.{1,8}/g)!.map((group) => [...group].reverse().join(''));
  return Buffer.from(octets.map((group) => Number.parseInt(group, 2)));
}

/** What stands in the frame of a message. */
function written(here: MessageCompression, data: string | Uint8Array) {
  const output = new OutputList();
  if (typeof data === 'string') here.writeText(output, data, undefined);
  else here.writeBinary(output, data, undefined);
  const octets = output.take();
  return { isCompressed: (octets[0]! & 0x40) !== 0, payload: payloadOf(octets) };
}

/** What stands in a frame of a server. */
function payloadOf(octets: Buffer): Buffer {
  const short = octets[1]!;
  return octets.subarray(short < 126 ? 2 : short === 126 ? 4 : 10);
}

function byNumber(one: number, other: number): number {
  return one - other;
}

/** A piece of a message: none is empty. */
function anyPiece(): fc.Arbitrary<Buffer> {
  return anyContent().filter(({ length }) => length > 0);
}

function peerOf(role: Role): Role {
  return role === 'server' ? 'client' : 'server';
}

/** What was agreed on for what `role` sends. */
function waysOf(role: Role, agreed: DeflateParameters) {
  return role === 'server'
    ? { keeps: !agreed.serverNoContextTakeover, windowBits: agreed.serverMaxWindowBits }
    : { keeps: !agreed.clientNoContextTakeover, windowBits: agreed.clientMaxWindowBits };
}

/** How many octets the message takes on a connection of its own. */
function lengthAlone(role: Role, agreed: DeflateParameters, data: string | Uint8Array): number {
  return written(new MessageCompression(role, agreed, 0), data).payload.length;
}

/** A message of zlib, which makes no window of 2^8: it refers to nothing there. */
function deflatedByZlib(content: Buffer, windowBits: number, dictionary: Buffer): Buffer {
  const options = { windowBits: Math.max(9, windowBits), finishFlush: constants.Z_SYNC_FLUSH };
  const strategy = windowBits === 8 ? { strategy: constants.Z_HUFFMAN_ONLY } : {};
  const window = dictionary.length === 0 ? {} : { dictionary };
  return deflateRawSync(content, { ...options, ...strategy, ...window }).subarray(0, -4);
}

function anyMessage(): fc.Arbitrary<string | Uint8Array> {
  return fc.oneof(anyContent(), fc.string({ unit: 'binary', maxLength: 300 }));
}

function anyAgreement(): fc.Arbitrary<DeflateParameters> {
  return fc.record({
    serverNoContextTakeover: fc.boolean(),
    clientNoContextTakeover: fc.boolean(),
    serverMaxWindowBits: fc.integer({ min: 8, max: 15 }),
    clientMaxWindowBits: fc.integer({ min: 8, max: 15 }),
  });
}
