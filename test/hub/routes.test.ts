import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Wire } from '../../spec/wire.ts';
import { createHub } from '../../src/index.ts';

const HANDSHAKE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];

describe('Routes', () => {
  it('sends opening handshakes and other requests at one path to where they belong', async () => {
    const hub = createHub()
      .http('/', () => ({ body: 'page' }))
      .websocket('/', {});
    assert.deepEqual(
      await statusesOf(hub, [
        ask('GET / HTTP/1.1'),
        ask('GET / HTTP/1.1', ...HANDSHAKE),
        ask('GET / HTTP/1.0', ...HANDSHAKE),
        ask('GET / HTTP/1.1', 'Upgrade: h2c', 'Connection: Upgrade'),
        ask('GET / HTTP/1.1', 'Upgrade: websocket'),
      ]),
      [200, 101, 200, 200, 200],
    );
  });

  it('tells a request that is no handshake what to upgrade to, where there is nothing else', async () => {
    const hub = createHub().websocket('/ws', {});
    assert.deepEqual(await statusesOf(hub, [ask('GET /ws HTTP/1.1')]), [426]);
  });

  it('prefers the whole path to a prefix, and a longer prefix to a shorter', async () => {
    const hub = createHub()
      .http('*', () => ({ status: 299 }))
      .http('/a*', () => ({ status: 298 }))
      .http('/a/b', () => ({ status: 297 }));
    const targets = ['/', '/ab?c', '/a/b?c', '/a/b/', '/a*'];
    const requests = targets.map((target) => ask(`GET ${target} HTTP/1.1`));
    assert.deepEqual(await statusesOf(hub, requests), [299, 298, 297, 298, 298]);
  });

  it('says that nothing is served where no path leads', async () => {
    const hub = createHub().http('/a', () => ({}));
    assert.deepEqual(await statusesOf(hub, [ask('GET /b HTTP/1.1')]), [404]);
  });

  it('takes each path once for each kind, and only paths', () => {
    const hub = createHub()
      .http('/', () => ({}))
      .websocket('/', {});
    assert.throws(() => hub.http('/', () => ({})), TypeError);
    assert.throws(() => hub.websocket('/', {}), TypeError);
    assert.throws(() => hub.http('a', () => ({})), TypeError);
    assert.throws(() => hub.http('/a?b', () => ({})), TypeError);
  });
});

// Helpers

function ask(requestLine: string, ...fields: readonly string[]): string {
  return `${[requestLine, 'Host: localhost', ...fields].join('\r\n')}\r\n\r\n`;
}

/** The statuses of the answers, each request on a connection of its own. */
async function statusesOf(
  hub: ReturnType<typeof createHub>,
  requests: readonly string[],
): Promise<number[]> {
  const { port } = await hub.listen();
  const statuses: number[] = [];
  for (const request of requests) {
    const wire = await Wire.connect('127.0.0.1', port, 5_000);
    await wire.send(request);
    statuses.push((await wire.readResponse()).status);
    wire.close();
  }
  await hub.close();
  return statuses;
}
