import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { DEFAULT_LIMITS } from '../../src/hub/limits.ts';
import { sessionWith, text } from '../support/session.ts';
import type { TestCarrier } from '../support/test-carrier.ts';
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

  it('fails the connection when more is sent and limits.sendBuffer waits already', () => {
    const { carrier, session, told } = sessionWith();
    carrier.bufferedAmount = DEFAULT_LIMITS.sendBuffer + 1;
    assert.equal(session.socket.send('taken, since nothing keeps it from leaving'), true);
    carrier.behind = true;
    assert.equal(session.socket.send('too much'), false);
    assert.equal(told.at(-1), 'close 1006  WS_SEND_BUFFER_LIMIT');
    assert.equal(session.socket.send('discarded'), false);
  });

  it('gives the peer no longer than limits.closing, whenever it is asked what is due', () => {
    const { carrier, session } = sessionWith();
    carrier.now = 1_000;
    session.socket.close();
    carrier.pass(DEFAULT_LIMITS.closing);
    assert.equal(carrier.output.state, 'destroyed');
  });

  it('gives the peer limits.closing to answer its Close frame', () => {
    const { carrier, session, told } = sessionWith();
    session.socket.close(4000, 'enough');
    assert.deepEqual(carrier.delays, [DEFAULT_LIMITS.closing]);
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
    carrier.pass(1);
    carrier.pass(1_000);
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

// Helpers

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
