import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';

import { clientFrame, octetsOf } from '../../spec/websocket-wire.ts';
import { flood, Victim } from './attacker.ts';

describe('a connection that breaks the protocol', () => {
  let victim: Victim;
  before(async () => {
    victim = await Victim.start({});
  });
  after(async () => {
    await victim.assertUnharmed();
    victim.stop();
  });

  for (const [what, code, fault, ...segments] of [
    ['a frame without masking', 1002, 'WS_UNMASKED', '81 05 48656c6c6f'],
    ['RSV1', 1002, 'WS_RSV', 'c1 81 k 61'],
    ['RSV2', 1002, 'WS_RSV', 'a1 81 k 61'],
    ['RSV3', 1002, 'WS_RSV', '91 81 k 61'],
    ['a reserved opcode', 1002, 'WS_OPCODE', '83 81 k 61'],
    ['a reserved control opcode', 1002, 'WS_OPCODE', '8b 80 k'],
    ['close code 0', 1002, 'WS_CLOSE_CODE', '88 82 k 0000'],
    ['close code 999', 1002, 'WS_CLOSE_CODE', '88 82 k 03e7'],
    ['close code 1004', 1002, 'WS_CLOSE_CODE', '88 82 k 03ec'],
    ['close code 1005', 1002, 'WS_CLOSE_CODE', '88 82 k 03ed'],
    ['close code 1006', 1002, 'WS_CLOSE_CODE', '88 82 k 03ee'],
    ['close code 1015', 1002, 'WS_CLOSE_CODE', '88 82 k 03f7'],
    ['close code 1016', 1002, 'WS_CLOSE_CODE', '88 82 k 03f8'],
    ['close code 2999', 1002, 'WS_CLOSE_CODE', '88 82 k 0bb7'],
    ['close code 5000', 1002, 'WS_CLOSE_CODE', '88 82 k 1388'],
    ['half a close code', 1002, 'WS_CLOSE_PAYLOAD', '88 81 k 03'],
    ['a close reason that is not UTF-8', 1007, 'WS_UTF8', '88 83 k 03e8 ff'],
    ['text that is not UTF-8', 1007, 'WS_UTF8', '81 81 k ff'],
    ['text wrong across frames', 1007, 'WS_UTF8', '01 81 k ed', '80 81 k a0'],
    ['text wrong in the middle of a frame', 1007, 'WS_UTF8', '81 ff 0000000000100000 k 6162ff'],
    ['text cut at its end', 1007, 'WS_UTF8', '01 81 k e2', '80 81 k 82'],
  ] as const) {
    it(`W13: is failed with ${code} for ${what}, which no handler sees`, async () => {
      const conversation = await victim.converse();
      await conversation.send(...segments);
      const happened = (await conversation.toEnd()).join(', ');
      assert.match(happened, new RegExp(`^close ${code} "[^"]*", fin$`));
      const { messages, closes } = await victim.state();
      assert.deepEqual([messages, closes.at(-1)], [0, `1006 ${fault}`]);
    });
  }
});

describe('a connection that is to be closed', () => {
  const limits = { closing: 200, linger: 200 };

  it('W15: is gone in time when the peer does not answer a Close', async () => {
    await Victim.attack({ limits }, async (victim) => {
      const socket = await victim.socket();
      socket.write(clientFrame(0x81, Buffer.from('close')));
      const { closes } = await victim.stateWhen((state) => state.sockets === 0, 3_000);
      assert.deepEqual(closes, ['1006']);
      await isGone(socket);
    });
  });

  it('W15: is gone in time when the peer goes on sending messages instead', async () => {
    await Victim.attack({ limits }, async (victim) => {
      const socket = await victim.socket();
      socket.resume();
      socket.write(clientFrame(0x81, Buffer.from('close')));
      await flood(socket, clientFrame(0x82, Buffer.alloc(65_000)), 2 ** 34);
      const { sockets, messages } = await victim.stateWhen((state) => state.sockets === 0, 3_000);
      assert.deepEqual([sockets, messages], [0, 1]);
    });
  });

  it('W15: is gone in time when the peer keeps its side open behind both Closes', async () => {
    await Victim.attack({ limits }, async (victim) => {
      const socket = await victim.socket();
      socket.resume();
      socket.write(octetsOf('88 82 k 03e8'));
      await once(socket, 'end');
      await isGone(socket);
    });
  });

  it('W15: is gone in time when the peer keeps its side open behind a failure', async () => {
    await Victim.attack({ limits }, async (victim) => {
      const socket = await victim.socket();
      socket.resume();
      socket.write(octetsOf('83 80 k'));
      await once(socket, 'end');
      await isGone(socket);
    });
  });

  it('W15: is gone in time when the peer keeps its side open behind a refused handshake', async () => {
    await Victim.attack({ limits }, async (victim) => {
      const wire = await victim.connect();
      await wire.send('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n');
      assert.equal((await wire.readResponse()).status, 403);
      assert.ok(await wire.endsHere());
    });
  });

  it('W15: is gone when more comes behind its end than is worth discarding', async () => {
    const bounded = { ...limits, linger: 60_000, lingerOctets: 2 ** 20 };
    await Victim.attack({ limits: bounded }, async (victim) => {
      const socket = await victim.socket();
      socket.resume();
      socket.write(octetsOf('88 82 k 03e8'));
      await once(socket, 'end');
      await flood(socket, Buffer.alloc(65_536), 64 * 2 ** 20);
      await isGone(socket);
    });
  });
});

// Helpers

/** Waits until the peer answers what is sent with a reset: nobody is there any more. */
async function isGone(socket: Socket): Promise<void> {
  const began = Date.now();
  while (!socket.destroyed) {
    assert.ok(Date.now() - began < 5_000, 'the connection is still held');
    socket.write(Buffer.of(0));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
