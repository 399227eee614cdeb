import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';

import { refuseUpgrade } from '../../src/ws/refusal.ts';
import { dial, readUntil } from '../support/raw.ts';

describe('refuseUpgrade', () => {
  it('lets a client that still sends read why, and gives it up when it has ended', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      refuseUpgrade(socket, 401, 'who are you?', { 'WWW-Authenticate': 'Bearer' });
      socket.once('close', () => server.close());
    });
    await once(server.listen(0), 'listening');
    const socket = dial((server.address() as { port: number }).port);
    socket.write(Buffer.alloc(100_000));
    const answer = String(await readUntil(socket, 'you?'));
    assert.match(answer, /^HTTP\/1.1 401 Unauthorized\r\nConnection: close\r\n/);
    assert.match(answer, /Content-Length: 12\r\nWWW-Authenticate: Bearer\r\n\r\nwho are you\?$/);
    socket.end();
    await once(server, 'close');
  });

  it('gives up one that does not end', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => refuseUpgrade(socket, 400));
    await once(server.listen(0), 'listening');
    const { port } = server.address() as { port: number };
    const socket = dial(port);
    const answer = String(await readUntil(socket, 'Bad Request\r\n'));
    assert.match(answer, /^HTTP\/1.1 400 Bad Request/);
    socket.resume();
    await once(server.close(), 'close');
    socket.destroy();
  });

  it('throws at a field that can not be sent', () => {
    assert.throws(
      () => refuseUpgrade({} as never, 400, '', { 'X-Injected': 'a\r\nb: c' }),
      TypeError,
    );
  });
});
