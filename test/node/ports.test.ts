import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';

import { Ports } from '../../src/node/ports.ts';
import { dial } from '../support/raw.ts';

describe('Ports', () => {
  it('opens ports of loopback, and says where they are', async () => {
    const { ports } = newPorts();
    const [first, second] = [await ports.open({}), await ports.open({ host: '::1' })];
    assert.equal(first.url, `http://127.0.0.1:${first.port}/`);
    assert.equal(second.url, `http://[::1]:${second.port}/`);
    await ports.close();
  });

  for (const [host, expected] of [
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', undefined],
  ] as const) {
    it(`hands over what comes in on ${host}, and where where that is certain`, async () => {
      const { ports, accepted } = newPorts();
      const { port } = await ports.open({ host });
      const socket = dial(port);
      await once(socket, 'end');
      assert.deepEqual(accepted, [expected]);
      socket.destroy();
      await ports.close();
    });
  }

  it('rejects with the reason why a port can not be opened', async () => {
    const { ports } = newPorts();
    const { port } = await ports.open({});
    await assert.rejects(ports.open({ port }), { code: 'EADDRINUSE' });
    await ports.close();
  });

  it('is closed when the last connection is gone', async () => {
    const sockets: Socket[] = [];
    const ports = new Ports({ accept: (socket) => sockets.push(socket), report: assert.ifError });
    const { port } = await ports.open({});
    const socket = dial(port);
    await once(socket, 'connect');
    let isClosed = false;
    const closed = ports.close().then(() => {
      isClosed = true;
    });
    socket.end();
    for await (const _ of sockets[0]!) assert.fail('nothing was sent');
    assert.equal(isClosed, false);
    sockets[0]!.end();
    await closed;
  });

  it('opens none while it is being closed, nor afterwards', async () => {
    const { ports } = newPorts();
    const opening = ports.open({});
    await ports.close();
    await assert.rejects(opening, /the hub is closed/);
    await assert.rejects(ports.open({}), /the hub is closed/);
  });
});

// Helpers

function newPorts() {
  const accepted: unknown[] = [];
  const ports = new Ports({
    accept: (socket, localAddress) => {
      accepted.push(localAddress);
      socket.end();
    },
    report: assert.ifError,
  });
  return { ports, accepted };
}
