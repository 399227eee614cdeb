import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { DEFAULT_LIMITS } from '../../src/hub/limits.ts';
import { Session } from '../../src/hub/session.ts';
import type { WebSocketHandlers } from '../../src/hub/websocket-route.ts';
import { TestCarrier } from '../support/test-carrier.ts';
import { frameTo } from '../support/websocket.ts';

describe('Session', () => {
  it('opens, then tells what came behind the handshake, then what comes', () => {
    const { carrier, told } = sessionWith({}, text('early'));
    carrier.receive(text('late'));
    assert.deepEqual(told, ['open', 'message early', 'message late']);
  });

  it('tells of pings, pongs and the close', () => {
    const { carrier, told } = sessionWith();
    carrier.receive(frameTo('server', { opcode: 9, payload: 'a' }));
    carrier.receive(frameTo('server', { opcode: 10, payload: 'b' }));
    carrier.receive(
      frameTo('server', { opcode: 8, payload: Buffer.from('\x0f\xa1bye', 'latin1') }),
    );
    carrier.tenant!.gone();
    assert.deepEqual(told, ['open', 'ping a', 'pong b', 'close 4001 bye undefined']);
  });

  it('does without handlers', async () => {
    const { carrier, session } = sessionWith({
      open: undefined,
      message: undefined,
      drain: undefined,
      ping: undefined,
      pong: undefined,
      close: undefined,
    });
    carrier.receive(text('a'));
    carrier.receive(frameTo('server', { opcode: 9 }));
    carrier.receive(frameTo('server', { opcode: 10 }));
    carrier.tenant!.drained();
    carrier.receive(frameTo('server', { opcode: 8 }));
    assert.equal(session.socket.readyState, 'closed');
  });

  it('fails a peer that breaks the protocol, and says how', () => {
    const { carrier, told } = sessionWith();
    carrier.receive(Buffer.from([0x83, 0x80]));
    assert.deepEqual(told, ['open', 'close 1006  WS_OPCODE']);
    assert.equal(carrier.output.state, 'ended');
  });

  for (const handler of ['open', 'message', 'ping', 'pong'] as const) {
    it(`closes with 1011 and reports when ${handler} throws`, () => {
      const error = new Error('thrown');
      const { carrier, reported, wire } = sessionWith({
        [handler]: () => {
          throw error;
        },
      });
      feedAll(carrier);
      assert.deepEqual(reported, [error]);
      assert.match(closeOf(wire()), /^1011 the handler failed/);
      assert.equal(carrier.output.state, 'ended');
    });

    it(`closes with 1011 and reports when ${handler} rejects`, async () => {
      const error = new Error('rejected');
      const { carrier, reported, wire } = sessionWith({ [handler]: () => Promise.reject(error) });
      feedAll(carrier);
      await turn();
      assert.ok(reported.includes(error));
      assert.match(closeOf(wire()), /^1011 the handler failed/);
    });
  }

  it('reports what close throws, and calls it once', () => {
    let closes = 0;
    const error = new Error('thrown');
    const { carrier, reported } = sessionWith({
      close: () => {
        closes++;
        throw error;
      },
    });
    carrier.tenant!.gone();
    carrier.tenant!.gone();
    assert.equal(closes, 1);
    assert.deepEqual(reported, [error]);
  });

  it('says that the peer is behind, and tells when it has caught up', () => {
    const { carrier, session, told } = sessionWith();
    assert.equal(session.socket.send('a'), true);
    carrier.behind = true;
    carrier.bufferedAmount = 5;
    assert.equal(session.socket.send(Buffer.from('b')), false);
    assert.equal(session.socket.bufferedAmount, 5);
    carrier.tenant!.drained();
    assert.deepEqual(told, ['open', 'drain']);
  });

  it('fails the connection when more is sent and limits.sendBuffer waits already', () => {
    const { carrier, session, told } = sessionWith();
    carrier.bufferedAmount = DEFAULT_LIMITS.sendBuffer + 1;
    assert.equal(session.socket.send('taken, since nothing keeps it from leaving'), true);
    carrier.behind = true;
    assert.equal(session.socket.send('too much'), false);
    assert.equal(told.at(-1), 'close 1006  WS_SEND_BUFFER_LIMIT');
    assert.equal(session.socket.send('discarded'), false);
  });

  it('refuses to send what is no message', () => {
    const { session } = sessionWith();
    for (const data of [5, null, undefined, {}, [1]]) {
      assert.throws(() => session.socket.send(data as unknown as string), TypeError);
    }
  });

  it('pings by hand, with at most 125 octets', () => {
    const { session, wire } = sessionWith();
    session.socket.ping(Buffer.from('p'));
    assert.equal(wire(), '\x89\x01p');
    assert.throws(() => session.socket.ping(Buffer.alloc(126)), RangeError);
  });

  it('terminates without a word', () => {
    const { carrier, session, told, wire } = sessionWith();
    session.socket.terminate();
    assert.equal(wire(), '');
    assert.equal(carrier.output.state, 'destroyed');
    assert.deepEqual(told, ['open', 'close 1006  undefined']);
  });

  it('gives the peer limits.closing to answer its Close frame', () => {
    const { carrier, session, told } = sessionWith();
    session.socket.close(4000, 'enough');
    assert.deepEqual(carrier.delays, [DEFAULT_LIMITS.closing]);
    carrier.pass(1_000);
    assert.equal(carrier.pass(DEFAULT_LIMITS.closing - 1), 1);
    assert.equal(carrier.output.state, 'open');
    carrier.pass(1);
    assert.equal(carrier.output.state, 'destroyed');
    assert.deepEqual(told, ['open', 'close 1006  undefined']);
  });

  it('says goodbye with 1001 when the hub closes, once', () => {
    const { carrier, wire } = sessionWith();
    carrier.tenant!.leave();
    carrier.tenant!.leave();
    assert.equal(closeOf(wire()), '1001 the server is going away');
  });

  it('pings a silent peer after a heartbeat, once, and gives it up after another', () => {
    const { carrier, wire } = sessionWith({}, undefined, 1_000);
    carrier.now = 500;
    carrier.receive(text('a'));
    assert.equal(carrier.pass(999), 1);
    assert.equal(wire(), '');
    assert.equal(carrier.pass(1), 1_000);
    assert.equal(wire(), '\x89\x00');
    carrier.pass(500);
    assert.equal(wire(), '');
    carrier.pass(500);
    assert.equal(carrier.output.state, 'destroyed');
  });

  it('takes any octet for life', () => {
    const { carrier, wire } = sessionWith({}, undefined, 1_000);
    for (let i = 0; i < 10; i++) {
      carrier.pass(1_000);
      assert.equal(wire(), '\x89\x00');
      carrier.receive(frameTo('server', { opcode: 10 }));
      carrier.pass(0);
    }
    assert.equal(carrier.output.state, 'open');
  });

  it('does not take a peer for dead that is not being read from', () => {
    const { carrier } = sessionWith({}, undefined, 1_000);
    carrier.reading = false;
    for (let i = 0; i < 10; i++) carrier.pass(1_000);
    carrier.reading = true;
    carrier.pass(999);
    assert.equal(carrier.output.state, 'open');
    carrier.pass(1_001);
    assert.equal(carrier.output.state, 'destroyed');
  });

  it('does without heartbeats where they are switched off', () => {
    const { carrier } = sessionWith({}, undefined, 0);
    for (let i = 0; i < 10; i++) carrier.pass(100_000);
    assert.equal(carrier.output.state, 'open');
  });

  it('fails a frame that trickles in', () => {
    const { carrier, told, wire } = sessionWith();
    carrier.receive(Buffer.from([0x81, 0xfe, 0xff, 0xff, 0, 0, 0, 0]));
    for (let second = 0; second < 20; second++) {
      carrier.pass(1_000);
      if (carrier.output.state === 'open') carrier.receive(Buffer.alloc(255, 'a'));
    }
    assert.equal(told.at(-1), 'close 1006  WS_RATE_LIMIT');
    assert.match(closeOf(wire()), /^1008 .*limits.rate/);
  });

  it('lets a frame come that is fast enough, and one that is late because it is not read', () => {
    const { carrier, told } = sessionWith();
    carrier.receive(Buffer.from([0x81, 0xfe, 0xff, 0xff, 0, 0, 0, 0]));
    for (let second = 0; second < 20; second++) {
      carrier.pass(1_000);
      carrier.receive(Buffer.alloc(257, 'a'));
    }
    carrier.reading = false;
    for (let second = 0; second < 20; second++) carrier.pass(1_000);
    assert.deepEqual(told, ['open']);
  });
});

describe('Session, iterated', () => {
  it('hands out message after message, and pauses while nobody asks', async () => {
    const { carrier, session } = sessionWith();
    const messages = session.socket[Symbol.asyncIterator]();
    carrier.receive(Buffer.concat([text('a'), text('b'), text('c')]));
    assert.notEqual(carrier.holds, 0);
    assert.ok(carrier.endpoint!.waiting > 0);
    for (const expected of ['a', 'b', 'c']) {
      assert.deepEqual(await messages.next(), { value: expected, done: false });
    }
    assert.equal(carrier.endpoint!.waiting, 0);
  });

  it('waits for the next message, and ends with the connection', async () => {
    const { carrier, session } = sessionWith();
    const seen: unknown[] = [];
    const loop = (async () => {
      for await (const message of session.socket) seen.push(message);
    })();
    carrier.receive(text('a'));
    await turn();
    carrier.receive(text('b'));
    await turn();
    carrier.receive(frameTo('server', { opcode: 8 }));
    await loop;
    assert.deepEqual(seen, ['a', 'b']);
  });

  it('goes on with control frames when the loop is left', async () => {
    const { carrier, session, told } = sessionWith();
    carrier.receive(text('before'));
    queueMicrotask(() => carrier.receive(text('later')));
    for await (const message of session.socket) {
      assert.equal(message, 'later');
      break;
    }
    carrier.receive(text('dropped'));
    carrier.receive(frameTo('server', { opcode: 9, payload: 'x' }));
    assert.deepEqual(told, ['open', 'message before', 'ping x']);
  });

  it('is iterated once only, and is over at once when the connection is', async () => {
    const { carrier, session } = sessionWith();
    carrier.tenant!.gone();
    const messages = session.socket[Symbol.asyncIterator]();
    assert.deepEqual(await messages.next(), { value: undefined, done: true });
    assert.throws(() => session.socket[Symbol.asyncIterator](), TypeError);
  });
});

// Helpers

/** A session on a carrier without a stream, and what its handlers and its peer have seen. */
function sessionWith(
  handlers: Partial<WebSocketHandlers<unknown>> = {},
  rest: Uint8Array = new Uint8Array(0),
  heartbeat = 20_000,
) {
  const carrier = new TestCarrier();
  const told: string[] = [];
  const reported: unknown[] = [];
  const recording: WebSocketHandlers<unknown> = {
    open: () => told.push('open'),
    message: (_, data) => told.push(`message ${data}`),
    drain: () => told.push('drain'),
    ping: (_, payload) => told.push(`ping ${Buffer.from(payload)}`),
    pong: (_, payload) => told.push(`pong ${Buffer.from(payload)}`),
    close: (_, code, reason, error) => told.push(`close ${code} ${reason} ${error?.code}`),
    ...handlers,
  };
  const terms = {
    handlers: recording,
    limits: DEFAULT_LIMITS,
    heartbeat,
    report: (error: unknown) => reported.push(error),
  };
  const session = new Session(terms, carrier, undefined, '');
  session.begin(rest);
  const wire = (): string => carrier.output.take().toString('latin1');
  return { carrier, session, told, reported, wire };
}

function text(content: string): Buffer {
  return frameTo('server', { opcode: 1, payload: content });
}

function feedAll(carrier: TestCarrier): void {
  for (const opcode of [1, 9, 10]) {
    if (carrier.output.state === 'open') carrier.receive(frameTo('server', { opcode }));
  }
}

/** The code and the reason of the Close frame that ends what was sent. */
function closeOf(wire: string): string {
  const close = Buffer.from(wire.slice(wire.lastIndexOf('\x88')), 'latin1');
  assert.equal(close.length, 2 + close[1]!);
  return `${close.readUInt16BE(2)} ${close.subarray(4)}`;
}
