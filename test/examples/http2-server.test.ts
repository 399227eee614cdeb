import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { printed } from '../support/example.ts';
import { Http2Peer, readStreamUntil } from '../support/http2.ts';

describe('examples/http2/server.mjs', () => {
  it('pushes by event stream and by WebSocket on one connection, until it is told to go', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'encke-'));
    const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
    writeFileSync(files.key, KEY);
    writeFileSync(files.certificate, CERTIFICATE);
    const program = ['examples/http2/server.mjs', files.key, files.certificate, '0'];
    const server = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => {
      server.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    });
    const url = new URL(await printed(server, /https:\S+/));
    const client = await Http2Peer.connect(url.origin, { servername: 'localhost' });
    assert.match((await client.ask('/')).content, /new EventSource\('\/events'\)/);
    assert.equal((await client.ask('/other')).status, 404);
    const { stream } = await client.begin('/events?transport=event-stream');
    const { stream: socket } = await client.handshake('/events');
    await Promise.all([stream, socket].map((one) => readStreamUntil(one, '"data":{"time":')));
    socket.close();
    stream.resume();
    server.kill('SIGINT');
    await once(server, 'exit');
    assert.equal(server.exitCode, 0);
  });
});
