import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { type Address, createHub, type Hub } from 'encke';
import { serveExchanges } from './exchanges.ts';

describe('curl, at encke', () => {
  if (spawnSync('curl', ['--version']).error !== undefined && process.env['CI'] !== 'true') {
    it('is not tried: install curl (on Debian: apt-get install curl)', () => {});
    return;
  }
  let hub: Hub;
  let address: Address;
  before(async () => {
    hub = createHub({ limits: { closing: 100 } });
    hub.websocket('/bye', { open: (socket) => socket.close(1001, 'Bye') });
    address = await serveExchanges(hub);
  });
  after(() => hub.close());

  /** What curl prints: with `-i` the head too, the octets as latin1. */
  async function curl(path: string, ...options: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      'curl',
      ['--silent', '--show-error', '--max-time', '10', ...options, new URL(path, address.url).href],
      { encoding: 'latin1', maxBuffer: 4 * 1024 * 1024 },
    );
    return stdout;
  }

  it('gets', async () => {
    const answer = await curl('/', '-i');
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(answer, /\r\n\r\nok$/);
  });

  it('asks for the head alone', async () => {
    const answer = await curl('/', '--head');
    assert.match(answer, /\r\ncontent-length: 2\r\n/i);
    assert.match(answer, /\r\n\r\n$/);
  });

  it('posts content of known length', async () => {
    assert.equal(await curl('/echo', '-d', 'hello'), 'hello');
  });

  it('posts content in chunks', async () => {
    const answer = await curl('/echo', '-d', 'hello', '-H', 'Transfer-Encoding: chunked');
    assert.equal(answer, 'hello');
  });

  it('waits until it is told to send its content', async () => {
    const content = 'x'.repeat(100_000);
    const answer = await curl('/echo', '-i', '-d', content, '-H', 'Expect: 100-continue');
    assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    assert.ok(answer.endsWith(`\r\n\r\n${content}`));
  });

  it('speaks HTTP/1.0, and reads a stream until the close', async () => {
    const answer = await curl('/stream', '-i', '--http1.0');
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.doesNotMatch(answer, /transfer-encoding/i);
    assert.match(answer, /\r\n\r\n0\n1\n.*9\n$/s);
  });

  it('offers HTTP/2 by an upgrade, and is answered in HTTP/1.1', async () => {
    assert.match(await curl('/', '-i', '--http2'), /^HTTP\/1\.1 200 OK\r\n/);
  });

  it('asks for several targets on one connection', async () => {
    const next = new URL('/echo', address.url).href;
    const answer = await curl('/', '-v', '--stderr', '-', '-d', 'x', next, '-d', 'y', next);
    assert.match(answer, /Re-using existing connection/);
  });

  it('upgrades to WebSocket by hand, and sees the Close frame', async () => {
    const answer = await curl(
      '/bye',
      ...['-i', '--http1.1', '-H', 'Connection: Upgrade', '-H', 'Upgrade: websocket'],
      ...['-H', 'Sec-WebSocket-Version: 13', '-H', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    );
    assert.match(answer, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
    assert.match(answer, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i);
    assert.ok(answer.endsWith('\r\n\r\n\x88\x05\x03\xe9Bye'));
  });

  it('is told what version of WebSocket is spoken', async () => {
    const answer = await curl(
      '/bye',
      ...['-i', '-H', 'Connection: Upgrade', '-H', 'Upgrade: websocket'],
      ...['-H', 'Sec-WebSocket-Version: 12', '-H', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    );
    assert.match(answer, /^HTTP\/1\.1 426 Upgrade Required\r\n/);
    assert.match(answer, /\r\nSec-WebSocket-Version: 13\r\n/i);
  });
});
