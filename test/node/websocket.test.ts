import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import { createHub, type Hub } from '../../src/node/hub.ts';
import type { Address } from '../../src/node/hub-options.ts';
import { WebSocket } from '../../src/node/websocket.ts';
import type { CloseEvent } from '../../src/node/websocket-events.ts';
import { eventsOf } from '../support/client-events.ts';
import { until } from '../support/until.ts';

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

  it('goes on hearing a server that echoes more than either of them reads at once', async () => {
    const socket = new WebSocket(`${url}/echo`);
    await once(socket, 'open');
    let received = 0;
    socket.onmessage = ({ data }) => {
      received += (data as string).length;
    };
    const text = 'x'.repeat(65_000);
    const count = 200;
    for (let i = 0; i < count; i++) socket.send(text);
    await until(() => received === count * text.length);
    socket.close();
    await once(socket, 'close');
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
    ['a refusal', '/nowhere', /404 Not Found/],
    ['a path for plain requests', '/', /404 Not Found/],
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
