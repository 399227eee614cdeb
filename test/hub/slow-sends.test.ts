import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { DEFAULT_LIMITS } from '../../src/hub/limits.ts';
import { MessageCompression } from '../../src/websocket/message-compression.ts';
import { sessionWith } from '../support/session.ts';
import { frameTo } from '../support/websocket.ts';

describe('SlowSends', () => {
  it('sends each piece as it comes, and an end', async () => {
    const { session, wire } = sessionWith();
    assert.equal(await session.socket.sendPieces(['Hel', '', 'lo']), true);
    assert.equal(wire(), '\x01\x03Hel\x00\x02lo\x80\x00');
    const octets = [Uint8Array.of(65), Uint8Array.of(66)];
    assert.equal(await session.socket.sendPieces(octets), true);
    assert.equal(wire(), '\x02\x01A\x00\x01B\x80\x00');
    assert.equal(await session.socket.sendPieces([]), true);
    assert.equal(wire(), '\x81\x00');
  });

  it('puts a pair together that two pieces have halved, and makes U+FFFD of a lone half', async () => {
    const { session, carrier } = sessionWith();
    await session.socket.sendPieces(['a\ud83d', '\ude00', '\ud83d']);
    const sent = carrier.output.take();
    assert.equal(sent.subarray(0, 3).toString('latin1'), '\x01\x01a');
    assert.equal(sent.subarray(5, 9).toString(), '😀');
    assert.equal(sent.subarray(-3).toString(), '\ufffd');
  });

  it('compresses a message whose first piece is long enough, and no other', async () => {
    const own = { serverNoContextTakeover: false, clientNoContextTakeover: false };
    const agreed = { ...own, serverMaxWindowBits: 15, clientMaxWindowBits: 15 };
    const compression = new MessageCompression('server', agreed, 3);
    const { session, carrier, wire } = sessionWith({}, new Uint8Array(0), 20_000, compression);
    await session.socket.sendPieces(['ab', 'cdef']);
    assert.equal(wire(), '\x01\x02ab\x00\x04cdef\x80\x00');
    await session.socket.sendPieces(['', '']);
    assert.equal(wire(), '\x81\x00');
    await session.socket.sendPieces(['abc', '\ud83d', '\ude00', '\ud83d']);
    const firsts: number[] = [];
    const payloads: Buffer[] = [];
    for (let rest = carrier.output.take(); rest.length > 0; ) {
      const behind = 2 + rest[1]!;
      firsts.push(rest[0]!);
      payloads.push(rest.subarray(2, behind));
      rest = rest.subarray(behind);
    }
    assert.deepEqual(firsts, [0x41, 0x00, 0x00, 0x80]);
    const payload = Buffer.concat(payloads);
    const client = new MessageCompression('client', agreed, 0);
    assert.equal(client.inflate(payload, 0, payload.length, true, 99), 'abc😀\ufffd');
  });

  it('lets control frames in between, and keeps messages and the close behind', async () => {
    const { session, carrier, wire } = sessionWith();
    const { pieces, give } = channel();
    const sent = session.socket.sendPieces(pieces);
    give('a');
    await turn();
    assert.equal(session.socket.send('behind'), false);
    session.socket.send(Uint8Array.of(66));
    const also = session.socket.sendPieces(['c']);
    session.socket.close(1000);
    carrier.receive(frameTo('server', { opcode: 9 }));
    session.socket.ping();
    give('b');
    await turn();
    assert.equal(wire(), '\x01\x01a\x8a\x00\x89\x00\x00\x01b');
    give(undefined);
    assert.deepEqual(await Promise.all([sent, also]), [true, true]);
    await turn();
    assert.equal(wire(), '\x80\x00\x81\x06behind\x82\x01B\x01\x01c\x80\x00\x88\x02\x03\xe8');
  });

  it('throws at once for a close that can not be sent, behind a message too', () => {
    const { session } = sessionWith();
    void session.socket.sendPieces(channel().pieces);
    assert.throws(() => session.socket.close(1006), RangeError);
    assert.throws(() => session.socket.close(undefined, 'x'.repeat(124)), RangeError);
  });

  it('asks for no piece while the peer is behind', async () => {
    const { session, carrier } = sessionWith();
    let asked = 0;
    function* pieces() {
      for (; asked < 3; asked++) yield 'x';
    }
    carrier.behind = true;
    const sent = session.socket.sendPieces(pieces());
    await turn();
    assert.equal(asked, 0);
    carrier.tenant!.drained();
    await turn();
    assert.equal(asked, 0);
    carrier.behind = false;
    carrier.tenant!.drained();
    assert.equal(await sent, true);
    assert.equal(asked, 3);
  });

  for (const [what, pieces] of [
    ['throw', failing()],
    ['are of two kinds', ['a', Uint8Array.of(1)]],
    ['are no pieces', [1 as unknown as string]],
  ] as const) {
    it(`fails the connection with 1011 when the pieces ${what}, and tells the peer no more`, async () => {
      const { session, wire, told } = sessionWith();
      await assert.rejects(session.socket.sendPieces(pieces));
      const sent = wire();
      assert.ok(sent.includes('\x03\xf3a message could not be sent to its end'));
      assert.doesNotMatch(sent, /secret/);
      assert.equal(told.at(-1), 'close 1006  WS_UNSENT');
    });
  }

  it('needs nobody to listen when the pieces fail', async () => {
    const { session } = sessionWith();
    void session.socket.sendPieces(failing());
    await turn();
    assert.equal(session.socket.readyState, 'closed');
  });

  it('leaves the pieces when the connection is closed', async () => {
    const { session, carrier } = sessionWith();
    const { pieces, give, left } = channel();
    const sent = session.socket.sendPieces(pieces);
    give('a');
    await turn();
    carrier.tenant!.gone();
    assert.equal(await sent, false);
    assert.equal(left(), true);
    assert.equal(await session.socket.sendPieces(['late']), false);
  });

  it('gives pieces that never end limits.closing once the connection is to be closed', async () => {
    const { session, carrier } = sessionWith();
    const { pieces } = channel();
    const sent = session.socket.sendPieces(pieces);
    session.socket.close();
    carrier.pass(DEFAULT_LIMITS.closing);
    assert.equal(await sent, false);
    assert.equal(carrier.output.state, 'destroyed');
  });

  it('lets no more wait behind a message than limits.sendBuffer', () => {
    const { session, told } = sessionWith();
    void session.socket.sendPieces(channel().pieces);
    const message = new Uint8Array(DEFAULT_LIMITS.sendBuffer + 1);
    session.socket.send(message);
    assert.equal(session.socket.readyState, 'open');
    session.socket.send('too much');
    assert.equal(told.at(-1), 'close 1006  WS_SEND_BUFFER_LIMIT');
  });
});

// Helpers

function* failing(): Iterable<string> {
  yield 'a';
  throw new Error('secret');
}

/** Pieces that the test gives one by one; `undefined` is the end. */
function channel() {
  const given: (string | undefined)[] = [];
  let wake = () => {};
  let isLeft = false;
  const pieces: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        while (given.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const value = given.shift();
        return value === undefined ? { value, done: true } : { value, done: false };
      },
      return() {
        isLeft = true;
        return Promise.reject(new Error('nobody listens'));
      },
    }),
  };
  const give = (piece: string | undefined): void => {
    given.push(piece);
    wake();
  };
  return { pieces, give, left: () => isLeft };
}
