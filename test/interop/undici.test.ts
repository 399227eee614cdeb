import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Address, createHub, type Hub } from 'encke';
import { Client, fetch, WebSocket } from 'undici';
import { type AnyWebSocket, describeConversation } from './conversation.ts';
import { serveEncke } from './encke-peer.ts';
import { serveExchanges } from './exchanges.ts';

describeConversation('the WebSocket of undici, at encke', serveEncke, (url, protocols) => {
  const socket = new WebSocket(url, protocols);
  socket.binaryType = 'arraybuffer';
  return socket as unknown as AnyWebSocket;
});

describe('fetch of undici, at encke', () => {
  let hub: Hub;
  let address: Address;
  before(async () => {
    hub = createHub();
    address = await serveExchanges(hub);
  });
  after(() => hub.close());

  const at = (path: string) => new URL(path, address.url);

  it('gets', async () => {
    const response = await fetch(at('/'));
    assert.equal(response.status, 200);
    assert.equal(await response.text(), 'ok');
    assert.match(response.headers.get('date') ?? '', /GMT$/);
  });

  it('posts content of known length, and reads it back', async () => {
    for (const size of [0, 1, 1_000, 1_000_000]) {
      const body = Buffer.alloc(size, 'content');
      const response = await fetch(at('/echo'), { method: 'POST', body });
      assert.ok(body.equals(Buffer.from(await response.arrayBuffer())), `${size} octets`);
    }
  });

  it('posts content in chunks', async () => {
    async function* pieces() {
      for (let i = 0; i < 50; i++) yield Buffer.from(`piece ${i}\n`);
    }
    const response = await fetch(at('/echo'), { method: 'POST', body: pieces(), duplex: 'half' });
    const text = await response.text();
    assert.equal(text.split('\n').length, 51);
  });

  it('reads an answer as it is made', async () => {
    const response = await fetch(at('/stream'));
    assert.equal(response.headers.get('content-length'), null);
    assert.equal(await response.text(), Array.from({ length: 10 }, (_, i) => `${i}\n`).join(''));
  });

  it('reads no content of HEAD, 204, 205 and 304', async () => {
    const head = await fetch(at('/'), { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), '2');
    assert.equal(await head.text(), '');
    for (const status of [204, 205, 304]) {
      const response = await fetch(at(`/status?${status}`));
      assert.equal(response.status, status);
      assert.equal(await response.text(), '');
    }
  });

  it('reads why content that is too long was refused', async () => {
    const body = Buffer.alloc(1_048_577);
    const response = await fetch(at('/echo'), { method: 'POST', body });
    assert.equal(response.status, 413);
    assert.match(await response.text(), /limits\.body/);
  });

  it('asks 100 times at once', async () => {
    const sent = Array.from({ length: 100 }, (_, i) => `${i}`);
    const answers = sent.map(async (body) => {
      const response = await fetch(at('/echo'), { method: 'POST', body });
      return response.text();
    });
    assert.deepEqual(await Promise.all(answers), sent);
  });

  it('pipelines, and has its answers in order', async () => {
    const client = new Client(address.url, { pipelining: 10 });
    const sent = Array.from({ length: 30 }, (_, i) => `${i}`);
    const answers = sent.map(async (number) => {
      const { body } = await client.request({ path: `/late?${number}`, method: 'GET' });
      return body.text();
    });
    assert.deepEqual(await Promise.all(answers), sent);
    await client.close();
  });
});
