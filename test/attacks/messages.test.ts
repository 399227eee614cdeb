import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';

import { clientFrame } from '../../spec/websocket-wire.ts';
import { flood, Victim } from './attacker.ts';

/** How many fragments or chunks an attacker sends. */
const MANY = 100_000;

const MiB = 2 ** 20;

describe('a message that means harm', () => {
  const limits = { message: 1_000 };
  const whole = Buffer.alloc(1_000, 'a');
  const tooBig = Buffer.alloc(1_001, 'a');

  for (const [what, frames] of [
    ['one frame', [clientFrame(0x82, tooBig)]],
    ['the header of one frame', [clientFrame(0x82, tooBig).subarray(0, 8)]],
    ['two frames', [clientFrame(0x02, whole), clientFrame(0x80, Buffer.of(1))]],
    ['1,001 frames', [inFragments(tooBig, 1)]],
    ['frames with Pings between them', [inFragments(tooBig, 100, '89 80 00000000')]],
    ['a header of 2^63 - 1 octets', [Buffer.from('82ff7fffffffffffffff00000000', 'hex')]],
    ['a header of 2^53 octets', [Buffer.from('82ff002000000000000000000000', 'hex')]],
  ] as const) {
    it(`W6: fails with 1009 one octet above the limit, in ${what}`, async () => {
      await Victim.attack({ limits }, async (victim) => {
        const conversation = await victim.converse();
        await conversation.send(...frames);
        const happened = (await conversation.toEnd()).filter((happening) => happening !== 'pong');
        assert.match(happened.join(', '), /^close 1009 "[^"]*limits\.message[^"]*", fin$/);
        const { messages, closes } = await victim.state();
        assert.deepEqual([messages, closes], [0, ['1006 WS_MESSAGE_LIMIT']]);
      });
    });
  }

  it('W6: is taken at the limit, in one frame and in many', async () => {
    await Victim.attack({ limits }, async (victim) => {
      const conversation = await victim.converse();
      await conversation.send(clientFrame(0x82, whole), inFragments(whole, 1));
      const [one, many] = await conversation.take(2);
      assert.match(one!, /^binary of 1000 octets/);
      assert.equal(one, many);
    });
  });

  for (const size of [0, 1] as const) {
    it(`W9: costs its octets in ${MANY} fragments of ${size} octets`, async () => {
      await Victim.attack({}, async (victim) => {
        const fragment = clientFrame(0x00, Buffer.alloc(size, 'a'));
        const conversation = await victim.converse();
        const before = await victim.state();
        await conversation.send('01 80 k', Buffer.alloc(MANY * fragment.length, fragment));
        await conversation.send('89 80 k');
        assert.equal(await conversation.next(), 'pong');
        const after = await victim.state();
        assert.ok(after.worked - before.worked < 1_000, `${after.worked - before.worked} ms`);
        assert.ok(after.memory - before.memory < 8 * MiB, `${after.memory - before.memory} octets`);
        await conversation.send('80 80 k');
        const [echo] = await conversation.take(1);
        assert.match(echo!, size === 0 ? /^text ""$/ : new RegExp(`^text of ${MANY} octets`));
      });
    });
  }

  it(`W9: costs its octets in ${MANY} chunks of one octet`, async () => {
    await Victim.attack({}, async (victim) => {
      const wire = await victim.connect();
      const before = await victim.state();
      await wire.send(
        'POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      await wire.send('1\r\na\r\n'.repeat(MANY));
      const { memory } = await victim.stateWhen((state) => state.worked > before.worked + 100);
      assert.ok(memory - before.memory < 8 * MiB, `${memory - before.memory} octets`);
      await wire.send('0\r\n\r\n');
      const response = await wire.readResponse();
      assert.equal(response.content.toString(), 'a'.repeat(MANY));
      const { worked } = await victim.state();
      assert.ok(worked - before.worked < 1_000, `${worked - before.worked} ms`);
    });
  });

  it('W10: is a Ping again and again from a peer that never reads: nothing piles up', async () => {
    await Victim.attack({}, async (victim) => {
      const before = await victim.state();
      const socket = await victim.socket();
      socket.pause();
      const pings = Buffer.alloc(65_500, clientFrame(0x89, Buffer.alloc(125)));
      const written = await flood(socket, pings, 64 * MiB);
      assert.ok(written < 64 * MiB, 'the victim read on and on');
      const { memory, sockets } = await victim.stateWhen(
        (state) => state.memory - before.memory < 8 * MiB,
      );
      assert.ok(memory - before.memory < 8 * MiB, `${memory - before.memory} octets`);
      assert.equal(sockets, 1);
      await victim.assertUnharmed();
      socket.destroy();
    });
  });

  it('W10: is a message again and again from a peer that never reads: nothing piles up', async () => {
    await Victim.attack({}, async (victim) => {
      const before = await victim.state();
      const socket = await victim.socket();
      socket.pause();
      const messages = Buffer.alloc(65_500, clientFrame(0x82, Buffer.alloc(125)));
      const written = await flood(socket, messages, 64 * MiB);
      assert.ok(written < 64 * MiB, 'the victim read on and on');
      const { memory } = await victim.stateWhen((state) => state.memory - before.memory < 8 * MiB);
      assert.ok(memory - before.memory < 8 * MiB, `${memory - before.memory} octets`);
      socket.destroy();
    });
  });

  it('W11: leaves nothing behind on 1,000 sockets that are idle after it', async () => {
    await Victim.attack({}, async (victim) => {
      const message = clientFrame(0x82, Buffer.alloc(125));
      const one = await victim.socket();
      one.write(message);
      await once(one, 'data');
      const before = await victim.state();
      const sockets = await Promise.all(Array.from({ length: 1_000 }, () => victim.socket()));
      await Promise.all(
        sockets.map((socket) => {
          socket.write(message);
          return once(socket, 'data');
        }),
      );
      const after = await victim.state();
      const each = (after.memory - before.memory) / sockets.length;
      assert.equal(after.messages, 1_001);
      assert.ok(each < 8_192, `${each} octets for each socket`);
      for (const socket of [one, ...sockets]) socket.destroy();
    });
  });
});

// Helpers

/** A binary message in fragments of so many octets, with these frames between them. */
function inFragments(payload: Uint8Array, size: number, between = ''): Buffer {
  const frames: Buffer[] = [];
  for (let start = 0; start < payload.length; start += size) {
    const isLast = start + size >= payload.length;
    const first = (isLast ? 0x80 : 0) + (start === 0 ? 0x02 : 0);
    frames.push(clientFrame(first, payload.subarray(start, start + size)));
    if (!isLast) frames.push(Buffer.from(between.replaceAll(' ', ''), 'hex'));
  }
  return Buffer.concat(frames);
}
