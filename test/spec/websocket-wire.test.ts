import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';

import type { Subject } from '../../spec/probe.ts';
import {
  binary,
  Conversation,
  clientFrame,
  closeCodeOf,
  fragmented,
  inOctets,
  octetsOf,
  serverFrame,
  text,
  withoutKeys,
} from '../../spec/websocket-wire.ts';
import { Wire } from '../../spec/wire.ts';

describe('Conversation', () => {
  for (const [octets, happenings] of [
    ['8100', ['text ""']],
    // Compressed, the second referring to the first; and what is no DEFLATE.
    ['c107f248cdc9c90700c105f200110000', ['text "Hello"', 'text "Hello"']],
    ['c202ffff', ['binary that is no DEFLATE']],
    ['010348656c80026c6f', ['text "Hello"']],
    ['0101618900800162', ['ping', 'text "ab"']],
    ['820200ff', ['binary 00ff']],
    ['8101ff', ['text that is not UTF-8, ff']],
    ['8a0161', ['pong 61']],
    ['8800', ['close']],
    ['880203e8', ['close 1000']],
    ['880503e9627965', ['close 1001 "bye"']],
    ['880103', ['close with half a code, 03']],
    ['880303e8ff', ['close 1000 that is not UTF-8, ff']],
    ['8000', ['continuation frame out of place']],
    ['0101618101', ['fin']],
    ['010161810162', ['text frame out of place']],
    ['8300', ['opcode 3']],
    ['8b00', ['opcode 11']],
  ] as const) {
    it(`tells ${octets} as ${happenings.join(', ')}`, async () => {
      await withPeer(octets, async (conversation) => {
        assert.ok(conversation.isOpen);
        assert.deepEqual(await conversation.take(happenings.length), happenings);
      });
    });
  }

  it('ends with the end of the connection', async () => {
    await withPeer('8100', async (conversation) => {
      assert.deepEqual(await conversation.toEnd(), ['text ""', 'fin']);
    });
  });

  it('tells of silence when nothing comes in time', async () => {
    const response = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
    const server = createServer((socket) => void socket.write(response));
    await withServer(server, async (conversation) => {
      assert.deepEqual(await conversation.toEnd(), ['silence']);
    });
  });

  it('shortens long payloads to what tells them apart', () => {
    assert.equal(text('a'.repeat(64)), `text "${'a'.repeat(64)}"`);
    assert.match(text('a'.repeat(65)), /^text of 65 octets, SHA-1 [0-9a-f]{40}$/);
    assert.notEqual(binary(Buffer.alloc(65, 1)), binary(Buffer.alloc(65, 2)));
  });

  it('cuts off a peer that sends frames without end', async () => {
    await withPeer('8900'.repeat(60_000), async (conversation) => {
      const happened = await conversation.toEnd();
      assert.deepEqual([happened[0], happened.at(-1)], ['ping', 'flood']);
      assert.equal(conversation.wire.isFlooded, true);
      assert.equal(await conversation.next(), 'flood');
    });
  });
});

describe('withoutKeys', () => {
  for (const [masked, plain] of [
    ['81 85 k 48656c6c6f', '81 05 48656c6c6f'],
    ['01 81 k 61 89 80 k 80 81 k 62', '01 01 61 89 00 80 01 62'],
    ['82 fe 007e k', '82 7e 007e'],
    ['82 ff 8000000000000000 k', '82 7f 8000000000000000'],
    ['82 84 k 8081fe 80', '82 04 8081fe 80'],
    ['81 05 48656c6c6f', '81 05 48656c6c6f'],
  ] as const) {
    it(`makes ${plain} of ${masked}`, () => {
      assert.equal(withoutKeys(masked), plain);
    });
  }

  it('leaves octets as they are', () => {
    const octets = Buffer.of(0x81, 0x81, 0x6b);
    assert.equal(withoutKeys(octets), octets);
  });
});

describe('clientFrame', () => {
  for (const [length, header] of [
    [0, '82 80 k'],
    [125, '82 fd k'],
    [126, '82 fe 007e k'],
    [65_535, '82 fe ffff k'],
    [65_536, '82 ff 0000000000010000 k'],
  ] as const) {
    it(`is that of a server but for the masking, with ${length} octets`, () => {
      const payload = Buffer.alloc(length, 'octets ');
      const octetsBehind = (head: string | Uint8Array) =>
        Buffer.concat([octetsOf(head), payload]).toString('hex');
      assert.equal(clientFrame(0x82, payload).toString('hex'), octetsBehind(header));
      assert.equal(serverFrame(0x82, payload).toString('hex'), octetsBehind(withoutKeys(header)));
    });
  }
});

describe('fragmented', () => {
  it('sets the opcode on the first frame and FIN on the last', () => {
    const payloads = ['a', 'b', 'c'].map((letter) => Buffer.from(letter));
    const frames = fragmented(0x41, payloads, serverFrame).map((frame) => frame.toString('hex'));
    assert.deepEqual(frames, ['410161', '000162', '800163']);
    assert.equal(fragmented(0x02, [Buffer.of(7)], serverFrame)[0]!.toString('hex'), '820107');
  });

  it('makes a frame of each octet of a text', () => {
    assert.equal(inOctets(Buffer.from('ab'), serverFrame).toString('hex'), '010161800162');
  });
});

describe('octetsOf', () => {
  it('reads hexadecimal digits, with k for a masking key of zeros', () => {
    assert.deepEqual([...octetsOf('81 81 k 61')], [0x81, 0x81, 0, 0, 0, 0, 0x61]);
  });
});

describe('clientFrame', () => {
  for (const [length, header] of [
    [0, '818000000000'],
    [125, '81fd00000000'],
    [126, '81fe007e00000000'],
    [65_535, '81feffff00000000'],
    [65_536, '81ff000000000001000000000000'],
  ] as const) {
    it(`puts ${header} before ${length} octets`, () => {
      const frame = clientFrame(0x81, Buffer.alloc(length, 0xff));
      assert.equal(frame.subarray(0, frame.length - length).toString('hex'), header);
      assert.equal(frame.length, header.length / 2 + length);
    });
  }
});

describe('closeCodeOf', () => {
  for (const [happening, code] of [
    ['close', 1005],
    ['close 1000', 1000],
    ['close 4001 "bye"', 4001],
    ['close with half a code, 03', undefined],
    ['text "close 1000"', undefined],
    ['fin', undefined],
  ] as const) {
    it(`finds ${code} in ${happening}`, () => {
      assert.equal(closeCodeOf(happening), code);
    });
  }
});

// Helpers

/** Talks to a server that accepts the handshake, sends these octets, and closes. */
function withPeer(octets: string, talk: (conversation: Conversation) => Promise<void>) {
  const response = Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.concat([response, Buffer.from(octets, 'hex')])));
  });
  return withServer(server, talk);
}

async function withServer(
  server: ReturnType<typeof createServer>,
  talk: (conversation: Conversation) => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const subject: Subject = {
    host: '127.0.0.1',
    port,
    path: '/',
    timeout: 200,
    patience: 50,
    connect: () => Wire.connect('127.0.0.1', port, 200),
  };
  const conversation = await Conversation.open(subject);
  await talk(conversation);
  conversation.wire.close();
  server.close();
}
