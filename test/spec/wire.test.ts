import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { Wire } from '../../spec/wire.ts';

describe('Wire', () => {
  it('reads counts, delimiters, responses and the end', async () => {
    const response = 'HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    await withPeer(
      (socket) => socket.end(`abcdef\r\n${response}tail`),
      async (wire) => {
        assert.equal((await wire.read(3)).toString(), 'abc');
        assert.equal((await wire.readUntil('\r\n')).toString(), 'def\r\n');
        assert.equal((await wire.readFinalResponse()).content.toString(), 'ok');
        assert.equal((await wire.readToEnd()).toString(), 'tail');
        assert.equal(wire.ending, 'fin');
      },
    );
  });

  it('returns what came when not all of it comes in time', async () => {
    await withPeer(
      (socket) => socket.write('ab'),
      async (wire) => {
        assert.equal((await wire.read(3)).toString(), 'ab');
        assert.equal(await wire.isQuiet(10), true);
        const missing = await wire.readResponse();
        assert.equal(missing.status, 0);
        assert.match(missing.faults[0]!.detail, /within/);
        assert.equal(wire.ending, 'open');
      },
    );
  });

  it('tells a reset from an end', async () => {
    await withPeer(
      (socket) => socket.resetAndDestroy(),
      async (wire) => {
        assert.equal((await wire.readToEnd()).length, 0);
        assert.equal(wire.ending, 'reset');
        assert.equal(await wire.endsHere(), false);
      },
    );
  });

  it('takes an end that comes late for no closing on demand', async (test) => {
    await withPeer(
      (socket) => socket.on('data', () => socket.end()),
      async (wire) => {
        test.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
        const isClosed = wire.endsHere();
        for (let elapsed = 0; elapsed < 4_000; elapsed += 50) test.mock.timers.tick(50);
        await new Promise(setImmediate);
        test.mock.timers.reset();
        await wire.send('end now');
        assert.equal(await isClosed, false);
        assert.equal(await wire.endsHere(), true);
      },
      60_000,
    );
  });

  it('records what went each way', async () => {
    await withPeer(
      (socket) => socket.pipe(socket),
      async (wire) => {
        await wire.send('ping', Uint8Array.of(0xff));
        wire.end();
        assert.equal((await wire.readToEnd()).toString('latin1'), 'ping\xff');
        const passages = wire.transcript.map(({ direction, octets }) => ({ direction, octets }));
        assert.deepEqual(
          passages.filter(({ direction }) => direction === 'sent').map(({ octets }) => octets),
          [Buffer.from('ping'), Buffer.of(0xff)],
        );
        assert.ok(passages.some(({ direction }) => direction === 'received'));
      },
    );
  });

  it('is reset from the start when nobody listens, and says why', async () => {
    const wire = await Wire.connect('127.0.0.1', 1, 200);
    assert.deepEqual([wire.ending, wire.obstacle], ['reset', 'ECONNREFUSED']);
    assert.match((await wire.readResponse()).faults[0]!.detail, /no connection: ECONNREFUSED/);
  });

  it('says that there was no TLS where there was none', async () => {
    const server = createServer((socket) => socket.end('220 mail\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const wire = await Wire.connectSecurely('127.0.0.1', port, 1_000);
    server.close();
    assert.equal(wire.ending, 'reset');
    assert.match(wire.obstacle!, /SSL|TLS|EPROTO/);
  });

  it('cuts off a peer that sends without end', async () => {
    await withPeer(flood, async (wire) => {
      while (wire.ending === 'open') await wire.readSome();
      assert.deepEqual([wire.isFlooded, wire.ending, wire.obstacle], [true, 'reset', undefined]);
      assert.match((await wire.readResponse()).faults[0]!.detail, /more octets than anybody/);
    });
  });

  it('looks for a head no further than one can be', async () => {
    await withPeer(flood, async (wire) => {
      assert.equal((await wire.readResponse()).status, 0);
      assert.equal(wire.isFlooded, false);
    });
  });

  it('keeps the beginning of what was long, and how long it was', async () => {
    await withPeer(
      (socket) => socket.resume(),
      async (wire) => {
        await wire.send('a'.repeat(20_000), 'b'.repeat(10));
        const kept = wire.transcript.map(({ octets, length }) => [octets.length, length]);
        assert.deepEqual(kept, [
          [16_384, 20_000],
          [0, 10],
        ]);
      },
    );
  });
});

/** Octets without end, as fast as they are taken. */
function flood(socket: Socket): void {
  const octets = Buffer.alloc(2 ** 18, 'a');
  const pour = () => {
    while (socket.writable && socket.write(octets)) {}
  };
  socket.on('error', () => {});
  socket.on('drain', pour);
  pour();
}

async function withPeer(
  onConnection: (socket: Socket) => void,
  test: (wire: Wire) => Promise<void>,
  timeout = 100,
): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, onConnection).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const wire = await Wire.connect('127.0.0.1', (server.address() as AddressInfo).port, timeout);
  await test(wire);
  wire.close();
  server.close();
}
