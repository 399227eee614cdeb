import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { printed, spawnExample, startExample } from '../support/example.ts';

describe('npm start', () => {
  it('serves the chat, under a strict security policy', async () => {
    const { url, stop } = await startExample('start');
    const page = await fetch(url);
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.match(
      page.headers.get('content-security-policy')!,
      /^default-src 'none'; script-src 'self'/,
    );
    assert.match(await page.text(), /<title>encke/);
    assert.equal((await fetch(url, { method: 'POST' })).headers.get('allow'), 'GET, HEAD');
    assert.equal((await fetch(new URL('/etc/passwd', url))).status, 404);
    await stop();
  });

  it('serves every file that its pages name', async () => {
    const { url, stop } = await startExample('start');
    const [waiting, seen] = [['/'], new Set<string>()];
    for (const path of waiting) {
      if (seen.has(path)) continue;
      seen.add(path);
      const response = await fetch(new URL(path, url));
      assert.equal(response.status, 200, path);
      const named = (await response.text()).matchAll(/(?:src|href|from)\s*=?\s*['"](\.?\/[^'"]+)/g);
      for (const [, name] of named) waiting.push(new URL(name!, new URL(path, url)).pathname);
    }
    for (const path of ['/frame-view.js', '/style.css', '/page/base.css', '/page/icon.svg']) {
      assert.ok(seen.has(path), path);
    }
    assert.ok(seen.has('/transports/') && seen.has('/transports/page/receive.js'));
    await stop();
  });

  it('takes its port from the environment too', async () => {
    const child = spawnExample('start', [], { PORT: '0' });
    assert.match(await printed(child, /http:\S+/), /^http:\/\/127\.0\.0\.1:\d+\/$/);
    child.kill();
  });

  it('says what to do when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const child = spawnExample('start', ['--port', `${port}`]);
    const complaint = text(child.stderr!);
    const [status] = await once(child, 'exit');
    assert.equal(status, 1);
    assert.match(await complaint, new RegExp(`^Port ${port} is taken.*--port`));
    other.close();
  });

  it('says what is wrong with a port that is none', async () => {
    const child = spawnExample('start', ['--port', 'http']);
    const complaint = text(child.stderr!);
    const [status] = await once(child, 'exit');
    assert.equal(status, 1);
    assert.match(await complaint, /^--port/);
  });
});
