import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_CLIENT_LIMITS } from '../../src/node/client-terms.ts';
import { WebSocket } from '../../src/node/websocket.ts';
import { acceptValue } from '../../src/websocket/accept.ts';
import { eventsOf } from '../support/client-events.ts';
import { portOf } from '../support/host-server.ts';
import { readUntil } from '../support/raw.ts';
import { until } from '../support/until.ts';
import { frame } from '../support/websocket.ts';

describe('ClientSession', () => {
  for (const [what, answer] of [
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['a wrong accept value', accepting('AAAAAAAAAAAAAAAAAAAAAAAAAAA=')],
    ['a subprotocol that was not asked for', accepting(undefined, 'Sec-WebSocket-Protocol: x\r\n')],
    ['an extension that was not offered', accepting(undefined, 'Sec-WebSocket-Extensions: x\r\n')],
    ['nothing, and ends', ''],
  ] as const) {
    it(`fails when the server answers ${what}`, async () => {
      const server = await rawServer(async (socket) => {
        const head = await readUntil(socket, '\r\n\r\n');
        socket.end(typeof answer === 'string' ? answer : answer(head));
      });
      const events = await eventsOf(new WebSocket(`ws://127.0.0.1:${portOf(server)}/`));
      assert.deepEqual(events.slice(-1), ['close 1006 false']);
      assert.equal(events.length, 2);
      server.close();
    });
  }

  it('fails a server that masks, with the right code on the wire', async () => {
    let sent = '';
    const server = await rawServer(async (socket) => {
      const head = await readUntil(socket, '\r\n\r\n');
      const masked = frame({ opcode: 1, payload: 'a', maskingKey: 1 });
      socket.write(Buffer.concat([Buffer.from(accepting()(head)), masked]));
      for await (const octets of socket) sent += octets.toString('latin1');
      socket.end();
    });
    const events = await eventsOf(new WebSocket(`ws://127.0.0.1:${portOf(server)}/`));
    assert.deepEqual(events, [
      'open',
      'masked frame from a server (RFC 6455 §5.1)',
      'close 1006 false',
    ]);
    await until(() => sent !== '');
    assert.equal(sent.charCodeAt(0), 0x88);
    server.close();
  });

  it('sends nothing before the handshake is answered, and masks each frame with a fresh key', async () => {
    const keys: string[] = [];
    const server = await rawServer(async (socket) => {
      const head = await readUntil(socket, '\r\n\r\n');
      assert.ok(head.endsWith('\r\n\r\n'));
      socket.write(accepting()(head));
      let frames: Buffer = Buffer.alloc(0);
      socket.on('data', (octets: Buffer) => {
        frames = Buffer.concat([frames, octets]);
        if (frames.length <= 50 * 7 || keys.length > 0) return;
        for (let at = 0; frames[at] === 0x82; at += 7) {
          keys.push(frames.toString('hex', at + 2, at + 6));
        }
        socket.end(frame({ opcode: 8 }));
      });
    });
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`);
    assert.throws(() => socket.send('early'), { name: 'InvalidStateError' });
    await once(socket, 'open');
    for (let i = 0; i < 50; i++) socket.send(Uint8Array.of(i));
    socket.close();
    await once(socket, 'close');
    assert.equal(new Set(keys).size, 50);
    server.close();
  });

  it('sends the fields that it was given behind its own', async () => {
    let head = '';
    const server = await rawServer(async (socket) => {
      head = await readUntil(socket, '\r\n\r\n');
      socket.end();
    });
    const headers = { Authorization: 'Bearer x', Cookie: ['a=b', 'c=d'] };
    await eventsOf(new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], { headers }));
    assert.match(head, /\r\nAuthorization: Bearer x\r\nCookie: a=b\r\nCookie: c=d\r\n/);
    server.close();
  });

  it('gives up a server that takes longer than limits.handshake to answer', async () => {
    const server = await rawServer(() => {});
    const limits = { handshake: 100 };
    const since = performance.now();
    const events = await eventsOf(
      new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], { limits }),
    );
    assert.match(events[0]!, /did not answer in the time of limits\.handshake/);
    assert.deepEqual(events.slice(1), ['close 1006 false']);
    const elapsed = performance.now() - since;
    const { handshake } = DEFAULT_CLIENT_LIMITS;
    assert.ok(elapsed > 90 && elapsed < handshake / 3, `after ${elapsed} ms`);
    server.close();
  });

  it('keeps an open connection longer than limits.handshake, and to its other limits', async () => {
    const server = await rawServer(async (socket) => {
      socket.write(accepting()(await readUntil(socket, '\r\n\r\n')));
      await sleep(150);
      socket.end(frame({ opcode: 1, payload: 'four' }));
    });
    const controller = new AbortController();
    const { signal } = controller;
    const limits = { handshake: 100, message: 3 };
    const options = { limits, signal };
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], options);
    socket.onopen = () => controller.abort();
    const events = await eventsOf(socket);
    assert.equal(events[0], 'open');
    assert.match(events[1]!, /message exceeds limits\.message/);
    server.close();
  });

  it('refuses a signal that is none', () => {
    const signal = {} as AbortSignal;
    assert.throws(() => new WebSocket('ws://127.0.0.1:1/', [], { signal }), TypeError);
  });

  it('dials a server once the connection before is open or has failed', async () => {
    const heard: string[] = [];
    const server = await rawServer(async (socket) => {
      heard.push('dialled');
      const head = await readUntil(socket, '\r\n\r\n');
      await sleep(30);
      heard.push('answered');
      if (heard.length === 2) socket.destroy();
      else socket.end(accepting()(head));
    });
    const url = `ws://127.0.0.1:${portOf(server)}/`;
    const sockets = [
      new WebSocket(url),
      new WebSocket(url),
      new WebSocket(url),
      new WebSocket(url),
    ];
    const ends = Promise.all(sockets.map(eventsOf));
    sockets[2]!.close();
    await ends;
    assert.deepEqual(heard, ['dialled', 'answered', 'dialled', 'answered', 'dialled', 'answered']);
    server.close();
  });

  it('fails the connection when more is sent than limits.sendBuffer lets wait', async () => {
    let accepted: Socket | undefined;
    const server = await rawServer(async (socket) => {
      accepted = socket;
      socket.write(accepting()(await readUntil(socket, '\r\n\r\n')));
      socket.pause();
    });
    const limits = { sendBuffer: 1_000_000 };
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], { limits });
    await once(socket, 'open');
    const events = eventsOf(socket);
    let sent = 0;
    for (; socket.readyState === WebSocket.OPEN && sent < 1_000; sent++) {
      socket.send(new Uint8Array(100_000));
      await sleep(0);
    }
    assert.ok(sent > 10 && sent < 1_000, `${sent}`);
    assert.match((await events)[0]!, /unsent messages exceed limits\.sendBuffer/);
    assert.ok(socket.bufferedAmount > 1_000_000);
    accepted!.destroy();
    server.close();
  });

  it('fails the connection when a blob can not be read', async () => {
    let sent = '';
    const server = await rawServer(async (socket) => {
      socket.write(accepting()(await readUntil(socket, '\r\n\r\n')));
      for await (const octets of socket) sent += octets.toString('latin1');
      socket.end();
    });
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`);
    await once(socket, 'open');
    const events = eventsOf(socket);
    const blob = new Blob(['gone']);
    blob.arrayBuffer = () => Promise.reject(new Error('the file is gone'));
    socket.send(blob);
    assert.match((await events)[0]!, /could not be sent to its end/);
    await until(() => sent !== '');
    assert.equal(sent.charCodeAt(0), 0x88);
    server.close();
  });

  it('pings a server that is silent, and gives it up when it stays so', async () => {
    let sent = Buffer.alloc(0);
    const server = await rawServer(async (socket) => {
      socket.write(accepting()(await readUntil(socket, '\r\n\r\n')));
      socket.on('data', (octets: Buffer) => {
        sent = Buffer.concat([sent, octets]);
      });
    });
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], { heartbeat: 100 });
    assert.deepEqual(await eventsOf(socket), [
      'open',
      'the peer did not answer a Ping (RFC 6455 §5.5.2)',
      'close 1006 false',
    ]);
    assert.deepEqual([...sent.subarray(0, 2)], [0x89, 0x80]);
    server.close();
  });

  it('keeps a server that answers its pings', async () => {
    let pings = 0;
    const server = await rawServer(async (socket) => {
      socket.write(accepting()(await readUntil(socket, '\r\n\r\n')));
      socket.on('data', () => {
        if (++pings < 3) socket.write(frame({ opcode: 10 }));
        else if (pings === 3) socket.end(frame({ opcode: 8 }));
      });
    });
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], { heartbeat: 100 });
    assert.deepEqual(await eventsOf(socket), ['open', 'close 1005 true']);
    server.close();
  });

  it('refuses a heartbeat that is none', () => {
    for (const heartbeat of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => new WebSocket('ws://127.0.0.1:1/', [], { heartbeat }), RangeError);
    }
  });

  it('blames no silence when a server does not answer its Close', async () => {
    const server = await rawServer(async (socket) => {
      socket.write(accepting()(await readUntil(socket, '\r\n\r\n')));
    });
    const limits = { closing: 100 };
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], { limits });
    socket.onopen = () => socket.close();
    assert.deepEqual(await eventsOf(socket), ['open', 'close 1006 false']);
    server.close();
  });

  it('blames no silence when what is sent in front of its Close never ends', async () => {
    const server = await rawServer(async (socket) => {
      socket.write(accepting()(await readUntil(socket, '\r\n\r\n')));
    });
    const limits = { closing: 100 };
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], { limits });
    const blob = new Blob(['never read']);
    blob.arrayBuffer = () => new Promise(() => {});
    socket.onopen = () => {
      socket.send(blob);
      socket.close();
    };
    assert.deepEqual(await eventsOf(socket), ['open', 'close 1006 false']);
    server.close();
  });

  it('gives a server limits.closing to end the connection that it has closed', async () => {
    const server = await rawServer(async (socket) => {
      const head = await readUntil(socket, '\r\n\r\n');
      socket.write(Buffer.concat([Buffer.from(accepting()(head)), frame({ opcode: 8 })]));
    });
    const limits = { closing: 100 };
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, [], { limits });
    assert.deepEqual(await eventsOf(socket), ['open', 'close 1005 true']);
    server.close();
  });
});

// Helpers

/** The answer to a handshake, with the right accept value or another. */
function accepting(accept?: string, fields = ''): (head: string) => string {
  return (head) => {
    const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(head)![1]!;
    return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept ?? acceptValue(key)}\r\n${fields}\r\n`;
  };
}

async function rawServer(onConnection: (socket: Socket) => unknown) {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
