import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Address, createHub, type Hub } from '../../src/node/hub.ts';
import { type CloseEvent, type ErrorEvent, WebSocket } from '../../src/node/websocket.ts';
import { acceptValue } from '../../src/websocket/accept.ts';
import { portOf } from '../support/host-server.ts';
import { readUntil } from '../support/raw.ts';
import { frame } from '../support/websocket.ts';

describe('WebSocket', () => {
  let hub: Hub;
  let address: Address;
  let url: string;

  before(async () => {
    hub = createHub({ limits: { closing: 300, linger: 300 } });
    hub.websocket('/echo', { protocols: ['chat'], message: (socket, data) => socket.send(data) });
    hub.websocket('/close', { open: (socket) => socket.close(4001, 'go away') });
    hub.websocket('/cut', { open: (socket) => socket.terminate() });
    address = await hub.listen();
    url = `ws://127.0.0.1:${address.port}`;
  });

  after(() => hub.close());

  it('opens, exchanges messages in order and closes cleanly', async () => {
    const socket = new WebSocket(`${url}/echo`, ['other', 'chat']);
    socket.binaryType = 'arraybuffer';
    assert.equal(socket.readyState, WebSocket.CONNECTING);
    await once(socket, 'open');
    assert.equal(socket.readyState, WebSocket.OPEN);
    assert.equal(socket.protocol, 'chat');
    assert.equal(socket.extensions, '');
    assert.equal(socket.url, `${url}/echo`);
    const received: unknown[] = [];
    socket.onmessage = ({ data }) =>
      received.push(typeof data === 'string' ? data : [...new Uint8Array(data)]);
    socket.send('text');
    socket.send(Uint8Array.of(1, 2, 3).subarray(1));
    socket.send(Uint8Array.of(4, 5).buffer);
    socket.send('ü'.repeat(70_000));
    while (received.length < 4) await once(socket, 'message');
    assert.deepEqual(received, ['text', [2, 3], [4, 5], 'ü'.repeat(70_000)]);
    socket.close(4000, 'enough');
    assert.equal(socket.readyState, WebSocket.CLOSING);
    const event = (await once(socket, 'close'))[0] as CloseEvent;
    assert.deepEqual(
      [event.code, event.wasClean, socket.readyState],
      [4000, true, WebSocket.CLOSED],
    );
  });

  it('hands octets out as a Blob unless told otherwise', async () => {
    const socket = new WebSocket(`${url}/echo`);
    await once(socket, 'open');
    socket.send(Uint8Array.of(7));
    const [{ data, origin }] = (await once(socket, 'message')) as [MessageEvent];
    assert.deepEqual(new Uint8Array(await (data as Blob).arrayBuffer()), Uint8Array.of(7));
    assert.equal(origin, url);
    socket.close();
    await once(socket, 'close');
  });

  it("tells the server's close code and reason", async () => {
    const socket = new WebSocket(`${url}/close`);
    const event = (await once(socket, 'close'))[0] as CloseEvent;
    assert.deepEqual([event.code, event.reason, event.wasClean], [4001, 'go away', true]);
  });

  it('calls the handler that was set last, and one that was taken away no more', async () => {
    const socket = new WebSocket(`${url}/close`);
    const called: string[] = [];
    socket.onopen = () => called.push('first');
    socket.onopen = () => called.push('second');
    const kept = socket.onopen;
    socket.onerror = null;
    socket.onmessage = () => called.push('message');
    socket.onmessage = null;
    assert.equal(socket.onmessage, null);
    assert.equal(socket.onerror, null);
    socket.onclose = ({ code }) => called.push(String(code));
    assert.equal(typeof socket.onclose, 'function');
    await once(socket, 'close');
    assert.equal(kept, socket.onopen);
    assert.deepEqual(called, ['second', '4001']);
  });

  it('tells of an error, then of the close, when the connection is cut', async () => {
    const events = await eventsOf(new WebSocket(`${url}/cut`));
    assert.deepEqual(events.at(-1), 'close 1006 false');
  });

  for (const [what, path, why] of [
    ['a refusal', '/nowhere', /status 404/],
    ['a path for plain requests', '/', /status 404/],
  ] as const) {
    it(`fails on ${what}`, async () => {
      const events = await eventsOf(new WebSocket(url + path));
      assert.match(events[0]!, why);
      assert.deepEqual(events.slice(1), ['close 1006 false']);
    });
  }

  it('fails when nobody listens', async () => {
    const events = await eventsOf(new WebSocket('ws://127.0.0.1:1/'));
    assert.match(events[0]!, /ECONNREFUSED/);
    assert.deepEqual(events.slice(1), ['close 1006 false']);
  });

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
    await sleep(20);
    assert.equal(sent.charCodeAt(0), 0x88);
    server.close();
  });

  it('sends nothing before the handshake is answered, and masks each frame with a fresh key', async () => {
    const keys: string[] = [];
    const server = await rawServer(async (socket) => {
      const head = await readUntil(socket, '\r\n\r\n');
      assert.ok(head.endsWith('\r\n\r\n'));
      socket.write(accepting()(head));
      const frames = Buffer.from(await readUntil(socket, '\x88'), 'latin1');
      for (let at = 0; frames[at] === 0x82; at += 7)
        keys.push(frames.toString('hex', at + 2, at + 6));
      socket.end(frame({ opcode: 8 }));
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

  it('gives up connecting when it is closed', async () => {
    const server = await rawServer(() => {});
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`);
    socket.close();
    assert.equal(socket.readyState, WebSocket.CLOSING);
    const events = await eventsOf(socket);
    assert.deepEqual(events.slice(-1), ['close 1006 false']);
    server.close();
  });

  it('counts what is sent too late, and drops it', async () => {
    const socket = new WebSocket(`${url}/echo`);
    await once(socket, 'open');
    socket.close();
    socket.close();
    socket.send('late');
    socket.send(new Uint8Array(6));
    assert.equal(socket.bufferedAmount, 10);
    await once(socket, 'close');
  });

  for (const given of ['nonsense', 'ftp://a/', 'ws://a/#fragment', 'ws://a/#', 'ws:///']) {
    it(`refuses ${given} as a URL`, () => {
      assert.throws(() => new WebSocket(given), { name: 'SyntaxError' });
    });
  }

  for (const protocols of [[''], ['a b'], ['a', 'a']]) {
    it(`refuses ${JSON.stringify(protocols)} as subprotocols`, () => {
      assert.throws(() => new WebSocket(url, protocols), { name: 'SyntaxError' });
    });
  }

  it('refuses close codes and reasons that may not be sent', async () => {
    const socket = new WebSocket(`${url.replace('ws', 'http')}/echo`, 'chat');
    await once(socket, 'open');
    for (const code of [0, 999, 1001, 1005, 1006, 2999, 5000]) {
      assert.throws(() => socket.close(code), { name: 'InvalidAccessError' });
    }
    assert.throws(() => socket.close(1000, 'ü'.repeat(62)), { name: 'SyntaxError' });
    socket.close(1000, 'x'.repeat(123));
    await once(socket, 'close');
  });
});

// Helpers

/** What happened to a socket until it was closed. */
async function eventsOf(socket: WebSocket): Promise<string[]> {
  const events: string[] = [];
  socket.addEventListener('open', () => events.push('open'));
  socket.addEventListener('error', (event) => events.push((event as ErrorEvent).message));
  const [{ code, wasClean }] = (await once(socket, 'close')) as [CloseEvent];
  return [...events, `close ${code} ${wasClean}`];
}

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
