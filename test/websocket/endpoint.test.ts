import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { COPY_LIMIT } from '../../src/bytes/output.ts';
import { WebSocketError } from '../../src/errors.ts';
import type { WebSocketEndpoint } from '../../src/websocket/endpoint.ts';
import { MessageCompression } from '../../src/websocket/message-compression.ts';
import { SMALL_WINDOWS } from '../support/compressed-frames.ts';
import { endpointOf, frame, frameTo, KEY, Listener } from '../support/websocket.ts';

// An endpoint unmasks in place what it is given, so these are copied for each use.
const HELLO = frameTo('server', { opcode: 1, payload: 'Hello' });
const PING = frameTo('server', { opcode: 9, payload: 'ping' });
const CLOSE = frameTo('server', { opcode: 8, payload: '\x0f\xa1bye' });
const BAD = frameTo('server', { opcode: 3 });

describe('WebSocketEndpoint', () => {
  it('tells a message, and sends the answer', () => {
    const { endpoint, listener, output } = endpointThat('server', (socket) => {
      socket.sendText('Hi!');
    });
    endpoint.receive(Buffer.from('818537fa213d7f9f4d5158', 'hex'));
    assert.deepEqual(listener.told, [['text', 'Hello']]);
    assert.deepEqual(output.take(), frame({ opcode: 1, payload: 'Hi!' }));
  });

  it('answers a ping with its payload, between the fragments of a message', () => {
    const { endpoint, listener, output } = endpointOf('server');
    endpoint.receive(frameTo('server', { opcode: 1, payload: 'Hel', fin: false }));
    endpoint.receive(Buffer.from(PING));
    assert.deepEqual(output.take(), frame({ opcode: 10, payload: 'ping' }));
    endpoint.receive(frameTo('server', { opcode: 0, payload: 'lo' }));
    assert.deepEqual(listener.told, [
      ['ping', 'ping'],
      ['text', 'Hello'],
    ]);
  });

  it('leaves a ping to be answered by whoever asked for that', () => {
    const { endpoint, listener, output } = endpointOf('server', {
      behaviour: { answersPings: false },
    });
    endpoint.receive(Buffer.from(PING));
    assert.deepEqual(listener.told, [['ping', 'ping']]);
    assert.deepEqual(output.take(), Buffer.alloc(0));
    endpoint.pong(Buffer.from('ping'));
    assert.deepEqual(output.take(), frame({ opcode: 10, payload: 'ping' }));
  });

  it('tells whoever asked for that of messages until the peer closes, too', () => {
    const { endpoint, listener } = endpointOf('server', { behaviour: { hearsOut: true } });
    endpoint.close(4000);
    endpoint.receive(Buffer.concat([HELLO, CLOSE, HELLO]));
    assert.deepEqual(listener.told, [
      ['text', 'Hello'],
      ['close', 4001, 'bye'],
    ]);
  });

  it('answers a Close frame by its reason, too, where that is asked for', () => {
    const { endpoint, output } = endpointOf('server', { behaviour: { echoesReason: true } });
    endpoint.receive(Buffer.from(CLOSE));
    assert.deepEqual(output.take(), frame({ opcode: 8, payload: '\x0f\xa1bye' }));
  });

  it('throws when the listener calls receive()', () => {
    const { endpoint, listener } = endpointThat('server', (socket) => socket.receive(HELLO));
    assert.throws(() => endpoint.receive(Buffer.from(HELLO)), /called by the listener/);
    assert.equal(listener.told.length, 1);
  });

  it('goes on behind a message whose listener threw', () => {
    let count = 0;
    const { endpoint, listener } = endpointThat('server', () => {
      if (count++ === 0) throw new Error('of the application');
    });
    assert.throws(() => endpoint.receive(Buffer.concat([HELLO, HELLO])), /of the application/);
    assert.equal(endpoint.state, 'open');
    endpoint.resume();
    assert.deepEqual(listener.told, [
      ['text', 'Hello'],
      ['text', 'Hello'],
    ]);
  });

  it('lets through what is no fault of the peer', () => {
    const { endpoint, listener } = endpointOf('server');
    const broken = {
      length: 1,
      get 0() {
        throw new Error('of this process');
      },
      subarray: () => new Uint8Array(1),
    };
    assert.throws(() => endpoint.receive(broken as never), /of this process/);
    assert.deepEqual(listener.told, []);
  });
});

describe('WebSocketEndpoint: pausing', () => {
  it('stops between two messages, and keeps the rest of the chunk', () => {
    const { endpoint, listener } = endpointThat('server', (socket) => socket.pause());
    endpoint.receive(Buffer.concat([HELLO, HELLO, PING]));
    assert.equal(listener.told.length, 1);
    assert.equal(endpoint.waiting, HELLO.length + PING.length);
    endpoint.receive(Buffer.from(HELLO));
    assert.equal(endpoint.waiting, 2 * HELLO.length + PING.length);
    endpoint.resume();
    endpoint.resume();
    endpoint.resume();
    assert.equal(endpoint.waiting, 0);
    assert.deepEqual(
      listener.told.map(([what]) => what),
      ['text', 'text', 'ping', 'text'],
    );
  });

  it('goes on when the listener pauses and resumes', () => {
    const { endpoint, listener } = endpointThat('server', (socket) => {
      socket.pause();
      socket.resume();
    });
    endpoint.receive(Buffer.concat([HELLO, HELLO]));
    assert.equal(listener.told.length, 2);
  });

  it('learns of the end only behind what waits', () => {
    const { endpoint, listener, output } = endpointThat('server', (socket) => socket.pause());
    endpoint.receive(Buffer.concat([HELLO, HELLO]));
    endpoint.receiveEnd();
    assert.equal(output.state, 'open');
    endpoint.resume();
    assert.equal(output.state, 'open');
    endpoint.resume();
    assert.equal(output.state, 'ended');
    assert.deepEqual(listener.told.at(-1), ['close', 1006, '']);
  });

  it('knows whether a frame has begun that the peer has not completed', () => {
    const { endpoint } = endpointThat('server', (socket) => socket.pause());
    assert.equal(endpoint.receivingFrame, false);
    endpoint.receive(Buffer.concat([HELLO, HELLO.subarray(0, 1)]));
    assert.equal(endpoint.receivingFrame, false);
    endpoint.resume();
    assert.equal(endpoint.receivingFrame, true);
    endpoint.receive(Buffer.from(HELLO.subarray(1, 8)));
    assert.equal(endpoint.waiting, 0);
    assert.equal(endpoint.receivingFrame, true);
    endpoint.receive(Buffer.from(HELLO.subarray(8)));
    assert.equal(endpoint.receivingFrame, false);
  });

  it('knows that none has begun between two fragments', () => {
    const { endpoint } = endpointOf('server');
    endpoint.receive(frameTo('server', { opcode: 1, payload: 'Hel', fin: false }));
    assert.equal(endpoint.receivingFrame, false);
  });
});

describe('WebSocketEndpoint: sending', () => {
  for (const [role, maskingKey] of [
    ['server', undefined],
    ['client', KEY],
  ] as const) {
    it(`sends frames of each kind as a ${role}`, () => {
      const { endpoint, output } = endpointOf(role);
      endpoint.sendText('é');
      endpoint.sendBinary(Uint8Array.of(1, 2));
      endpoint.ping();
      endpoint.ping(Buffer.from('p'));
      endpoint.pong();
      const parts = [
        { opcode: 1, payload: Buffer.from('é') },
        { opcode: 2, payload: '\x01\x02' },
        { opcode: 9 },
        { opcode: 9, payload: 'p' },
        { opcode: 10 },
      ];
      const frames = parts.map((part) => frame({ ...part, maskingKey }));
      assert.deepEqual(output.take(), Buffer.concat(frames));
    });

    it(`sends large messages as a ${role}, and leaves the memory of the caller alone`, () => {
      const { endpoint, output } = endpointOf(role);
      const payload = Buffer.alloc(COPY_LIMIT + 1, 'x');
      endpoint.sendBinary(payload);
      assert.deepEqual(output.take(), frame({ opcode: 2, payload, maskingKey }));
      endpoint.sendText(payload.toString());
      assert.deepEqual(output.take(), frame({ opcode: 1, payload, maskingKey }));
      assert.deepEqual(payload, Buffer.alloc(COPY_LIMIT + 1, 'x'));
    });
  }

  it('asks for a fresh masking key for each frame', () => {
    const keys = [1, 2, 3, 4];
    const { endpoint, output } = endpointOf('client', { maskingKey: () => keys.shift()! });
    endpoint.sendText('a');
    endpoint.ping();
    endpoint.sendBinary(new Uint8Array(COPY_LIMIT + 1));
    endpoint.close();
    const large = new Uint8Array(COPY_LIMIT + 1);
    assert.deepEqual(
      output.take(),
      Buffer.concat([
        frame({ opcode: 1, payload: 'a', maskingKey: 1 }),
        frame({ opcode: 9, maskingKey: 2 }),
        frame({ opcode: 2, payload: large, maskingKey: 3 }),
        frame({ opcode: 8, maskingKey: 4 }),
      ]),
    );
  });

  it('compresses text and binary where that was agreed on, and takes both', () => {
    const [server, client] = (['server', 'client'] as const).map((role) =>
      endpointOf(role, { compression: new MessageCompression(role, SMALL_WINDOWS, 20) }),
    ) as [ReturnType<typeof endpointOf>, ReturnType<typeof endpointOf>];
    const text = 'comet '.repeat(20);
    for (const [here, there] of [
      [server, client],
      [client, server],
    ] as const) {
      here.endpoint.sendText(text);
      here.endpoint.sendBinary(Buffer.from(text));
      const octets = here.output.take();
      assert.equal(octets[0], 0xc1);
      assert.ok(octets.length < text.length);
      there.endpoint.receive(octets);
      assert.deepEqual(there.listener.told.splice(0), [
        ['text', text],
        ['binary', text],
      ]);
    }
    server.endpoint.receive(frameTo('server', { opcode: 1, reserved: 4, payload: '\xff\xff' }));
    assert.deepEqual(server.listener.told, [['close', 1006, '', 'WS_DEFLATE']]);
  });

  it('sends nothing once it is closing', () => {
    const { endpoint, output } = endpointOf('server');
    endpoint.close();
    output.take();
    sendEverything(endpoint);
    endpoint.close(4000, 'again');
    assert.equal(output.take().length, 0);
  });

  for (const [what, send] of [
    ['a number as text', (endpoint) => endpoint.sendText(5 as never)],
    ['text as octets', (endpoint) => endpoint.sendBinary('text' as never)],
    ['half a close code', (endpoint) => endpoint.close(1000.5)],
    ['a number as a reason', (endpoint) => endpoint.close(1000, 5 as never)],
  ] satisfies [string, (endpoint: WebSocketEndpoint) => void][]) {
    it(`refuses ${what}, open or closed`, () => {
      const { endpoint, output } = endpointOf('server');
      assert.throws(() => send(endpoint), TypeError);
      assert.equal(output.take().length, 0);
      endpoint.terminate();
      assert.throws(() => send(endpoint), TypeError);
    });
  }
});

describe('WebSocketEndpoint: the closing handshake', () => {
  it('answers a Close frame with its code, and ends, as a server', () => {
    const { endpoint, listener, output } = endpointOf('server');
    endpoint.receive(Buffer.from(CLOSE));
    assert.deepEqual(output.take(), frame({ opcode: 8, payload: '\x0f\xa1' }));
    assert.equal(output.state, 'ended');
    assert.equal(endpoint.state, 'closed');
    assert.deepEqual(listener.told, [['close', 4001, 'bye']]);
    endpoint.receiveEnd();
    assert.equal(listener.told.length, 1);
  });

  it('answers a Close frame and waits for the server to end, as a client', () => {
    const { endpoint, listener, output } = endpointOf('client');
    endpoint.receive(frame({ opcode: 8 }));
    assert.deepEqual(output.take(), frame({ opcode: 8, maskingKey: KEY }));
    assert.equal(output.state, 'open');
    assert.equal(endpoint.state, 'closing');
    assert.deepEqual(listener.told, []);
    endpoint.pause();
    endpoint.receiveEnd();
    assert.equal(output.state, 'ended');
    assert.deepEqual(listener.told, [['close', 1005, '']]);
  });

  it('tells what the Close frame said when a client gives up waiting for the end', () => {
    const { endpoint, listener, output } = endpointOf('client');
    endpoint.receive(frame({ opcode: 8, payload: '\x03\xe8done' }));
    endpoint.terminate();
    assert.equal(output.state, 'destroyed');
    assert.deepEqual(listener.told, [['close', 1000, 'done']]);
  });

  it('is complete when the answer to its own Close frame comes', () => {
    const { endpoint, listener, output } = endpointOf('server');
    endpoint.close(4000, 'été');
    assert.deepEqual(output.take(), frame({ opcode: 8, payload: latin1('\x0f\xa0', 'été') }));
    assert.equal(endpoint.state, 'closing');
    assert.equal(output.state, 'open');
    endpoint.receive(Buffer.from(CLOSE));
    assert.equal(output.take().length, 0);
    assert.equal(output.state, 'ended');
    assert.deepEqual(listener.told, [['close', 4001, 'bye']]);
  });

  it('says 1000 when there is a reason and no code', () => {
    const { endpoint, output } = endpointOf('server');
    endpoint.close(undefined, 'bye');
    assert.deepEqual(output.take(), frame({ opcode: 8, payload: latin1('\x03\xe8', 'bye') }));
  });

  it('tells no message once it has begun, but control frames', () => {
    const { endpoint, listener, output } = endpointThat('server', (socket) => socket.close());
    const begun = frameTo('server', { opcode: 2, payload: 'begun', fin: false });
    endpoint.receive(Buffer.concat([HELLO, HELLO, begun]));
    endpoint.receive(Buffer.concat([PING, frameTo('server', { opcode: 0, payload: 'over' })]));
    endpoint.receive(frameTo('server', { opcode: 10 }));
    assert.deepEqual(listener.told, [
      ['text', 'Hello'],
      ['ping', 'ping'],
      ['pong', ''],
    ]);
    const answers = [frame({ opcode: 8 }), frame({ opcode: 10, payload: 'ping' })];
    assert.deepEqual(output.take(), Buffer.concat(answers));
  });

  it('drops a message that had begun before, however it goes on', () => {
    const { endpoint, listener } = endpointOf('server');
    endpoint.receive(frameTo('server', { opcode: 1, payload: 'Hel', fin: false }));
    endpoint.close();
    endpoint.receive(frameTo('server', { opcode: 0, payload: '\xff' }).subarray(0, 7));
    endpoint.receive(frameTo('server', { opcode: 0, payload: '\xff' }).subarray(7));
    endpoint.receive(Buffer.from(CLOSE));
    assert.deepEqual(listener.told, [['close', 4001, 'bye']]);
  });

  it('takes nothing behind a Close frame', () => {
    for (const role of ['server', 'client'] as const) {
      const { endpoint, listener, output } = endpointOf(role);
      endpoint.receive(Buffer.concat([frameTo(role, { opcode: 8 }), frameTo(role, { opcode: 3 })]));
      endpoint.receive(frameTo(role, { opcode: 1, payload: 'late' }));
      endpoint.receiveEnd();
      assert.equal(endpoint.waiting, 0);
      assert.deepEqual(listener.told, [['close', 1005, '']]);
      assert.equal(output.take().length, role === 'server' ? 2 : 6);
    }
  });

  it('tells who wants to hear it that the peer has begun to close, but not of an answer', () => {
    const { endpoint, listener } = endpointOf('client');
    let begun = 0;
    Object.assign(listener, { closing: () => begun++ });
    endpoint.receive(frameTo('client', { opcode: 8 }));
    assert.deepEqual([begun, endpoint.state], [1, 'closing']);
    const other = endpointOf('client');
    Object.assign(other.listener, { closing: () => begun++ });
    other.endpoint.close();
    other.endpoint.receive(frameTo('client', { opcode: 8 }));
    assert.equal(begun, 1);
  });

  it('tells 1006 when the connection is cut', () => {
    for (const before of [[], [HELLO.subarray(0, 8)], [HELLO.subarray(0, 1)]]) {
      const { endpoint, listener, output } = endpointOf('server');
      for (const octets of before) endpoint.receive(Buffer.from(octets));
      endpoint.receiveEnd();
      assert.equal(output.state, 'ended');
      assert.deepEqual(listener.told, [['close', 1006, '']]);
    }
  });

  it('tells 1006 when the peer ends without an answer to the Close frame', () => {
    const { endpoint, listener } = endpointOf('server');
    endpoint.close(1001);
    endpoint.receiveEnd();
    assert.deepEqual(listener.told, [['close', 1006, '']]);
  });
});

describe('WebSocketEndpoint: failing', () => {
  it('tells and answers what came before a fault, and nothing behind it', () => {
    const { endpoint, listener, output } = endpointOf('server');
    endpoint.receive(Buffer.concat([HELLO, PING, BAD, HELLO, PING]));
    assert.deepEqual(listener.told, [
      ['text', 'Hello'],
      ['ping', 'ping'],
      ['close', 1006, '', 'WS_OPCODE'],
    ]);
    const reason = 'reserved opcode: 0x3 (RFC 6455 §5.2)';
    assert.deepEqual(
      output.take(),
      Buffer.concat([
        frame({ opcode: 10, payload: 'ping' }),
        frame({ opcode: 8, payload: latin1('\x03\xea', reason) }),
      ]),
    );
    assert.equal(output.state, 'ended');
    assert.equal(endpoint.state, 'closed');
    assert.equal(endpoint.waiting, 0);
  });

  it('sends no second Close frame', () => {
    const { endpoint, listener, output } = endpointOf('server');
    endpoint.close();
    output.take();
    endpoint.receive(Buffer.from(BAD));
    assert.equal(output.take().length, 0);
    assert.equal(output.state, 'ended');
    assert.deepEqual(listener.told, [['close', 1006, '', 'WS_OPCODE']]);
  });

  it('fails for reasons of the application', () => {
    const { endpoint, listener, output } = endpointThat('server', (socket) =>
      socket.fail(new WebSocketError('WS_HANDLER', 'x'.repeat(200))),
    );
    endpoint.receive(Buffer.concat([HELLO, HELLO]));
    endpoint.fail(new WebSocketError('WS_RATE_LIMIT'));
    assert.deepEqual(listener.told, [
      ['text', 'Hello'],
      ['close', 1006, '', 'WS_HANDLER'],
    ]);
    const sent = output.take();
    assert.deepEqual([...sent.subarray(0, 4)], [0x88, 125, 0x03, 0xf3]);
    assert.equal(sent.length, 127);
  });

  it('sends no Close frame for what has no code on the wire', () => {
    const { endpoint, output } = endpointOf('client');
    endpoint.fail(new WebSocketError('WS_HANDSHAKE'));
    assert.equal(output.take().length, 0);
    assert.equal(output.state, 'ended');
  });
});

describe('WebSocketEndpoint: terminating', () => {
  it('tells nothing but that it is closed', () => {
    const { endpoint, listener, output } = endpointThat('server', (socket) => socket.terminate());
    endpoint.receive(Buffer.concat([HELLO, HELLO, PING]));
    endpoint.receive(Buffer.from(HELLO));
    endpoint.receiveEnd();
    endpoint.terminate();
    assert.deepEqual(listener.told, [
      ['text', 'Hello'],
      ['close', 1006, ''],
    ]);
    sendEverything(endpoint);
    assert.equal(output.take().length, 0);
    assert.equal(output.state, 'destroyed');
    assert.equal(endpoint.waiting, 0);
  });
});

// Helpers

/** An endpoint whose listener does something with each message. */
function endpointThat(role: 'server', act: (endpoint: WebSocketEndpoint) => void) {
  const listener = new (class extends Listener {
    override message(data: string | Uint8Array): void {
      super.message(data);
      act(parts.endpoint);
    }
  })();
  const parts = endpointOf(role, { listener });
  return parts;
}

function sendEverything(endpoint: WebSocketEndpoint): void {
  endpoint.sendText('text');
  endpoint.sendBinary(Uint8Array.of(1));
  endpoint.ping();
  endpoint.pong();
}

/** A close code as two characters, and a reason as its octets. */
function latin1(code: string, reason: string): Buffer {
  return Buffer.concat([Buffer.from(code, 'latin1'), Buffer.from(reason)]);
}
