import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { describe, it } from 'node:test';

import { CLIENT_GROUND } from '../../src/node/client-ground.ts';
import { Connection } from '../../src/node/connection.ts';
import { until } from '../support/until.ts';

describe('CLIENT_GROUND', () => {
  it('holds the connections of clients for as long as there are any', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const connection = new Connection(connect(server.address() as { port: number }), CLIENT_GROUND);
    assert.ok(CLIENT_GROUND.connections.has(connection));
    connection.destroy();
    await until(() => CLIENT_GROUND.connections.size === 0);
    server.close();
  });
});
