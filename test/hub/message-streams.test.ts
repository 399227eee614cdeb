import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { sessionWith, text } from '../support/session.ts';
import { frameTo } from '../support/websocket.ts';

describe('messageStreams', () => {
  it('reads messages as they are asked for, and ends with the connection', async () => {
    const { session, carrier } = sessionWith();
    const { readable } = session.socket.streams();
    carrier.receive(Buffer.concat([text('a'), frameTo('server', { opcode: 2, payload: 'b' })]));
    const reader = readable.getReader();
    assert.ok(carrier.endpoint!.waiting > 0);
    assert.deepEqual(await reader.read(), { value: 'a', done: false });
    assert.deepEqual([...((await reader.read()).value as Uint8Array)], [98]);
    const last = reader.read();
    carrier.receive(frameTo('server', { opcode: 8 }));
    assert.equal((await last).done, true);
  });

  it('has done a write when the peer has taken it', async () => {
    const { session, carrier, wire } = sessionWith();
    const writer = session.socket.streams().writable.getWriter();
    await writer.write('a');
    carrier.behind = true;
    let isDone = false;
    const written = writer.write(Uint8Array.of(66)).then(() => {
      isDone = true;
    });
    await turn();
    assert.deepEqual([wire(), isDone], ['\x81\x01a\x82\x01B', false]);
    carrier.behind = false;
    carrier.tenant!.drained();
    await written;
    await writer.close();
    assert.equal(wire(), '\x88\x02\x03\xe8');
  });

  it('rejects what is written to a connection that is not open', async () => {
    const { session } = sessionWith();
    const writer = session.socket.streams().writable.getWriter();
    session.socket.close();
    await assert.rejects(writer.write('late'), TypeError);
  });

  for (const side of ['readable', 'writable'] as const) {
    it(`closes when the ${side} is given up`, async () => {
      const { session, wire } = sessionWith();
      const { readable, writable } = session.socket.streams();
      await (side === 'readable' ? readable.cancel() : writable.abort());
      assert.equal(wire(), '\x88\x02\x03\xe8');
    });
  }
});
