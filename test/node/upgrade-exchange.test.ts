import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { dial, exchange, openingHandshake, readUntil } from '../support/raw.ts';
import { attachedHub, newHub, runningHost } from '../support/running-hub.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

describe('UpgradeExchange', () => {
  it('opens a connection that authorize decides on later', async () => {
    const { hub, port } = await attachedHub();
    hub.websocket('/ws', {
      authorize: async ({ source }) => ({ data: typeof source }),
      message: (socket, data) => socket.send(`${socket.data} ${data}`),
    });
    const socket = dial(port);
    socket.write(openingHandshake('/ws'));
    socket.write(frameTo('server', { opcode: 1, payload: 'early' }));
    await readUntil(socket, 'object early');
    socket.destroy();
  });

  it('keeps what comes until it is decided, and nothing that comes over another connection', async () => {
    const { hub, port } = await attachedHub();
    const { promise, resolve } = deferred();
    const heard: unknown[] = [];
    hub.websocket('/slow', {
      authorize: () => promise.then(() => ({})),
      message: (_, data) => heard.push(data),
      close: (_, code) => heard.push(`closed by ${code}`),
    });
    hub.websocket('/other', { message: (socket, data) => socket.send(data) });
    const [slow, other] = [dial(port), dial(port)];
    other.write(openingHandshake('/other'));
    await readUntil(other, '\r\n\r\n');
    const say = async (text: string) => {
      other.write(frameTo('server', { opcode: 1, payload: text }));
      await readUntil(other, text);
    };
    slow.write(openingHandshake('/slow'));
    // Sockets read into one buffer: what is kept of it has to outlive what the others read.
    await say('what the buffer holds of somebody else, behind what is kept');
    slow.write(frameTo('server', { opcode: 1, payload: 'one' }));
    await say('and in its place');
    slow.write(frameTo('server', { opcode: 1, payload: 'two' }));
    await say('and at last');
    resolve();
    slow.end(frameTo('server', { opcode: 8, payload: '' }));
    await until(() => `${heard.at(-1)}`.startsWith('closed'));
    assert.deepEqual(heard, ['one', 'two', 'closed by 1005']);
    other.destroy();
  });

  it('refuses handshakes with a whole answer, then closes', async () => {
    const { hub, port } = await attachedHub();
    hub.websocket('/ws', { authorize: () => ({ status: 403, body: 'no' }) });
    const refused = await exchange(port, openingHandshake('/ws'));
    assert.match(refused, /^HTTP\/1.1 403 Forbidden\r\n.*Date: .*Content-Length: 2\r\n.*no$/is);
    const malformed = openingHandshake('/ws').replace('Version: 13', 'Version: 12');
    assert.match(await exchange(port, malformed), /^HTTP\/1.1 426 .*Sec-WebSocket-Version: 13/is);
    const foreign = openingHandshake('/ws', 'Origin: http://evil.example\r\n');
    assert.match(await exchange(port, foreign), /^HTTP\/1.1 403 .*option origins/s);
  });

  it('gives a refused upgrade a streamed Response too', async () => {
    const { hub, port } = await attachedHub();
    hub.websocket('/ws', { authorize: () => new Response('why not', { status: 429 }) });
    assert.match(
      await exchange(port, openingHandshake('/ws')),
      /^HTTP\/1.1 429 .*why not\r\n0\r\n\r\n$/s,
    );
  });

  it('answers by an ordinary route that has no sockets, if there is no content', async () => {
    const hub = newHub();
    hub.http('/echo', async ({ body }) => ({ body: `echo ${await body.text()}` }));
    const { server, port } = await runningHost();
    server.on('upgrade', hub.upgrade);
    assert.match(await exchange(port, openingHandshake('/echo')), /^HTTP\/1.1 200 .*echo $/s);
    const content = openingHandshake('/echo', 'Content-Length: 3\r\n');
    assert.match(await exchange(port, `${content}abc`), /^HTTP\/1.1 400 .*RFC 9110 .*7\.8/s);
  });

  it('frames answers by their status and method, whatever the fields say', async () => {
    const hub = newHub();
    hub.http('/none', () => ({ status: 204, headers: { 'content-length': '2' }, body: 'no' }));
    hub.http('/some', () => ({ headers: { 'content-length': '2', date: 'now' }, body: 'ok' }));
    hub.websocket('/ws', {});
    const { server, port } = await runningHost();
    server.on('upgrade', hub.upgrade);
    assert.doesNotMatch(await exchange(port, openingHandshake('/none')), /content-length|no$/i);
    const some = await exchange(port, openingHandshake('/some'));
    assert.deepEqual(some.match(/(?:content-length|date): .*/gi), [
      'Date: now',
      'Content-Length: 2',
    ]);
    const head = openingHandshake('/ws').replace('GET', 'HEAD');
    assert.match(await exchange(port, head), /^HTTP\/1.1 405 .*\r\n\r\n$/s);
  });

  it('answers a peer that has ended its side meanwhile', async () => {
    const { hub, port } = await attachedHub();
    const { promise, resolve } = deferred();
    hub.websocket('/ws', {
      authorize: ({ signal }) => {
        signal.addEventListener('abort', () => resolve());
        return promise.then(() => ({}));
      },
    });
    const socket = dial(port);
    socket.end(openingHandshake('/ws'));
    assert.match(await readUntil(socket, 'accepted'), /^HTTP\/1.1 400 /);
  });

  it('opens nothing once the hub is closing', async () => {
    const { hub, server, port } = await attachedHub();
    const { promise, resolve } = deferred();
    let asked = 0;
    hub.websocket('/ws', {
      authorize: () => {
        asked++;
        return promise.then(() => ({}));
      },
    });
    const early = exchange(port, openingHandshake('/ws'));
    await until(() => asked === 1);
    const closed = hub.close();
    resolve();
    assert.match(await early, /^HTTP\/1.1 503 /);
    await closed;
    assert.match(await exchange(port, openingHandshake('/ws')), /^HTTP\/1.1 503 /);
    assert.ok(server.listening);
  });
});

// Helpers

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
