import assert from 'node:assert/strict';
import { Socket, type SocketConstructorOpts } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';

import { shareReceiveBuffer } from '../../src/node/receive-buffer.ts';
import { acceptedSocket } from '../support/accepted-socket.ts';
import { until } from '../support/until.ts';

describe('shareReceiveBuffer', () => {
  it('makes two sockets read into the same memory, in the Nodes that encke is tested on', async (t) => {
    const seen = new Set<Uint8Array>();
    const received: string[] = [];
    const peers = [await acceptedSocket(t), await acceptedSocket(t)];
    for (const { accepted } of peers) {
      const isShared = shareReceiveBuffer(accepted, (count, octets) => {
        seen.add(octets);
        received.push(Buffer.from(octets.subarray(0, count)).toString());
        return true;
      });
      assert.ok(isShared);
      accepted.resume();
    }
    peers[0]!.peer.write('one');
    await until(() => received.length === 1);
    peers[1]!.peer.write('two');
    await until(() => received.length === 2);
    assert.deepEqual(received, ['one', 'two']);
    assert.equal(seen.size, 1);
  });

  it('stops reading when the receiver says so, and goes on', async (t) => {
    const { accepted, peer } = await acceptedSocket(t);
    let received = 0;
    shareReceiveBuffer(accepted, (count) => {
      received += count;
      return false;
    });
    accepted.resume();
    peer.write(Buffer.alloc(1_000_000));
    await until(() => received > 0);
    const before = received;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(received, before);
    assert.ok(before <= 65_536);
    accepted._read(0);
    await until(() => received > before);
  });

  it('leaves alone what is no socket of this kind, or has a buffer of its own', async (t) => {
    class OtherSocket extends Socket {}
    const onread = { buffer: new Uint8Array(9), callback: () => true };
    const own = new Socket({ onread } as SocketConstructorOpts);
    const { accepted } = await acceptedSocket(t);
    Reflect.set(accepted, '_handle', {});
    for (const socket of [new OtherSocket(), new Socket(), own, accepted, new PassThrough()]) {
      assert.equal(
        shareReceiveBuffer(socket as Socket, () => true),
        false,
      );
    }
  });
});
