import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { type Example, startExample } from '../support/example.ts';

describe('npm run subject', () => {
  let subject: Example;
  before(async () => {
    subject = await startExample('subject');
  });
  after(() => subject.stop());

  const at = (path: string) => new URL(path, subject.url);

  it('answers ok', async () => {
    assert.equal(await (await fetch(at('/'))).text(), 'ok');
  });

  it('echoes the content of a POST', async () => {
    const body = 'x'.repeat(100_000);
    assert.equal(await (await fetch(at('/echo'), { method: 'POST', body })).text(), body);
  });

  for (const [method, path, status] of [
    ['POST', '/', 405],
    ['GET', '/echo', 405],
    ['DELETE', '/echo', 405],
    ['POST', '/nowhere', 404],
    ['GET', '/nowhere', 404],
  ] as const) {
    it(`answers ${method} ${path} with ${status}`, async () => {
      const response = await fetch(at(path), { method });
      assert.equal(response.status, status);
      assert.equal(response.headers.has('allow'), status === 405);
    });
  }

  for (const path of ['/', '/ws']) {
    it(`echoes over a WebSocket at ${path}, whatever the host and the origin`, async () => {
      const url = at(path).href.replace('http', 'ws');
      const headers = { Host: 'a.example', Origin: 'https://b.example' };
      const socket = new WebSocket(url, ['soap', 'superchat'], { headers });
      await once(socket, 'open');
      assert.equal(socket.protocol, 'superchat');
      socket.send('text');
      assert.deepEqual(await once(socket, 'message'), [Buffer.from('text'), false]);
      socket.send(Buffer.from('binary'));
      assert.deepEqual(await once(socket, 'message'), [Buffer.from('binary'), true]);
      socket.close();
    });
  }

  it('takes a message of 64 MiB, but not an octet more', async () => {
    const socket = new WebSocket(at('/ws').href.replace('http', 'ws'));
    await once(socket, 'open');
    const octets = Buffer.alloc(64 * 1024 * 1024, 'encke');
    socket.send(octets);
    const [echo] = await once(socket, 'message');
    assert.ok(octets.equals(echo));
    socket.send(Buffer.alloc(octets.length + 1));
    const [code] = await once(socket, 'close');
    assert.equal(code, 1009);
  });
});
