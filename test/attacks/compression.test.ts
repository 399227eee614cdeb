import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';

import { clientFrame } from '../../spec/websocket-wire.ts';
import { Victim } from './attacker.ts';

const MiB = 2 ** 20;

const OFFER = 'permessage-deflate; client_max_window_bits';

/** The first octet of a compressed message that is whole, or goes on. */
const [WHOLE, BEGUN] = [0xc1, 0x41];

describe('a compressed message that means harm', () => {
  for (const [what, frames] of [
    ['one frame', (bomb: Buffer) => [clientFrame(WHOLE, bomb)]],
    ['frames of 1,000 octets', (bomb: Buffer) => inFragments(bomb, 1_000)],
  ] as const) {
    it(`W7: is failed with 1009 when a gigabyte is in a megabyte of it, in ${what}`, async () => {
      // 1,024 times a MiB of zeros, each of which is a block for itself.
      const options = { level: 9, finishFlush: constants.Z_SYNC_FLUSH };
      const block = deflateRawSync(Buffer.alloc(MiB), options);
      const bomb = Buffer.concat(Array<Buffer>(1_024).fill(block)).subarray(0, -4);
      assert.ok(bomb.length < 1.1 * MiB);
      await Victim.attack({ compression: true }, async (victim) => {
        const conversation = await victim.converse(OFFER);
        const before = await victim.state();
        await conversation.send(...frames(bomb));
        assert.match((await conversation.toEnd()).join(', '), /^close 1009 "[^"]*limits\.message/);
        const after = await victim.state();
        assert.deepEqual([after.messages, after.closes], [0, ['1006 WS_MESSAGE_LIMIT']]);
        assert.ok(after.worked - before.worked < 1_000, `${after.worked - before.worked} ms`);
        assert.ok(after.highest - before.highest < 32 * MiB, `${after.highest - before.highest}`);
      });
    });
  }

  it('W7: is taken at the limit, and its memory is given back', async () => {
    await Victim.attack({ compression: true }, async (victim) => {
      const conversation = await victim.converse(OFFER);
      const before = await victim.state();
      const message = Buffer.alloc(16 * MiB, 'a');
      const payload = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH });
      await conversation.send(clientFrame(WHOLE, payload.subarray(0, -4)));
      await victim.stateWhen((state) => state.messages === 1, 10_000);
      const { memory } = await victim.stateWhen((state) => state.memory - before.memory < MiB);
      assert.ok(memory - before.memory < MiB, `${memory - before.memory} octets`);
    });
  });

  it('W7: costs a bounded time, whatever is in it', async () => {
    await Victim.attack({ compression: true }, async (victim) => {
      // Nothing but codes, of which nothing is made: the most work for the least content.
      const text = Buffer.from('abcdefghijklmnopqrstuvwxyz'.repeat(20));
      const codes = deflateRawSync(text, { strategy: constants.Z_HUFFMAN_ONLY }).subarray(0, 40);
      for (const octets of [
        codes,
        Buffer.from('02080082000020', 'hex'),
        Buffer.of(0, 0, 0xff, 0xff),
      ]) {
        const conversation = await victim.converse(OFFER);
        const before = await victim.state();
        await conversation.send(clientFrame(WHOLE, Buffer.alloc(MiB, octets)));
        await conversation.send('89 80 k');
        assert.match(await conversation.next(), /^(?:close|pong|text)/);
        const { worked } = await victim.state();
        assert.ok(worked - before.worked < 1_000, `${worked - before.worked} ms`);
        conversation.wire.close();
      }
    });
  });

  for (const [what, payload] of [
    ['no DEFLATE', 'ffff'],
    ['a distance that leads nowhere', 'f200110000'],
    ['a block that is cut', 'f248cd'],
  ] as const) {
    it(`W7: is failed with 1007 for ${what}`, async () => {
      await Victim.attack({ compression: true }, async (victim) => {
        const conversation = await victim.converse(OFFER);
        await conversation.send(clientFrame(WHOLE, Buffer.from(payload, 'hex')));
        assert.match((await conversation.toEnd()).join(', '), /^close 1007 "[^"]*DEFLATE/);
        const { messages, closes } = await victim.state();
        assert.deepEqual([messages, closes], [0, ['1006 WS_DEFLATE']]);
      });
    });
  }

  for (const offer of ['server_max_window_bits=7', 'server_max_window_bits=1000', 'foo']) {
    it(`W8: is not agreed on by ${offer}`, async () => {
      await Victim.attack({ compression: true }, async (victim) => {
        const { response } = await victim.converse(`permessage-deflate; ${offer}`);
        assert.doesNotMatch(response.head, /extensions/i);
      });
    });
  }

  it('W14: stalls nobody when 200 peers vanish in the middle of theirs', async () => {
    await Victim.attack({ compression: true }, async (victim) => {
      const message = deflateRawSync('x'.repeat(9_999), { finishFlush: constants.Z_SYNC_FLUSH });
      const whole = clientFrame(WHOLE, message.subarray(0, -4));
      const begun = clientFrame(BEGUN, message.subarray(0, 9));
      const other = await victim.converse(OFFER);
      const sockets = await Promise.all(Array.from({ length: 200 }, () => victim.socket(OFFER)));
      const traffic = Buffer.concat([...Array<Buffer>(9).fill(whole), begun]);
      for (const socket of sockets) socket.write(traffic);
      for (const socket of sockets) socket.resetAndDestroy();
      await other.send(clientFrame(WHOLE, Buffer.from('f248cdc9c90700', 'hex')));
      assert.equal(await other.next(), 'text "Hello"');
      await victim.stateWhen((state) => state.sockets === 1, 10_000);
      assert.equal((await victim.state()).sockets, 1);
      other.wire.close();
    });
  });
});

function inFragments(payload: Buffer, size: number): Buffer[] {
  const frames: Buffer[] = [];
  for (let i = 0; i < payload.length; i += size) {
    const isLast = i + size >= payload.length;
    const first = (isLast ? 0x80 : 0) | (i === 0 ? BEGUN : 0);
    frames.push(clientFrame(first, payload.subarray(i, i + size)));
  }
  return [Buffer.concat(frames)];
}
