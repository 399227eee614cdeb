import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { DEFAULT_CLIENT_LIMITS } from '../../src/node/client-terms.ts';
import { OpeningAttempt, type OpeningTerms } from '../../src/node/opening-attempt.ts';
import { StandardServer, serverFrame } from '../support/standard-peer.ts';
import { until } from '../support/until.ts';

describe('OpeningAttempt', () => {
  it('hands the connection over with what came behind the handshake', async () => {
    const { server, told } = await attempt();
    (await server.peer()).open('', serverFrame(1, 'early'));
    await until(() => told.length === 1);
    assert.deepEqual(told, ['opened 8105']);
    server.close();
  });

  it('asks that no cache answers, unless it is told something else', async () => {
    const fields = [['cache-control', 'max-age=1']] as const;
    const { server } = await attempt({ fields });
    const peer = await server.peer();
    assert.deepEqual(peer.fields('cache-control'), ['max-age=1']);
    assert.deepEqual(peer.fields('pragma'), ['no-cache']);
    server.close();
  });

  it('tells where the server points, and that alone', async () => {
    const { server, told } = await attempt();
    const peer = await server.peer();
    peer.socket.end('HTTP/1.1 307 There\r\nLocation: /b\r\nContent-Length: 1\r\n\r\nx');
    await until(() => told.length === 1);
    await peer.frame();
    assert.deepEqual(told, ['redirected /b']);
    server.close();
  });

  for (const [answer, detail] of [
    ['HTTP/1.1 307 There\r\nContent-Length: 0\r\n\r\n', /307 Temporary Redirect \(RFC/],
    ['HTTP/1.1 404 X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n', /404 Not Found \(RFC/],
    ['', /before it was complete|was cut/],
  ] as const) {
    it(`is refused by ${JSON.stringify(answer.slice(0, 20))}`, async () => {
      const { server, told } = await attempt();
      (await server.peer()).socket.end(answer);
      await until(() => told.length === 1);
      assert.match(told[0]!, detail);
      server.close();
    });
  }

  it('tells once of an answer that goes on behind what is kept of it', async () => {
    const { server, told } = await attempt();
    const peer = await server.peer();
    peer.socket.end(`HTTP/1.1 403 X\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(5_000)}`);
    await until(() => told.length > 0);
    await peer.frame();
    assert.equal(told.length, 1);
    server.close();
  });

  it('wants one of the subprotocols that it asks for', async () => {
    const { server, told } = await attempt({ protocols: ['chat'] });
    (await server.peer()).open();
    await until(() => told.length === 1);
    assert.match(told[0]!, /^refused .*none of the subprotocols/);
    server.close();
  });

  it('tells nothing once it is given up', async () => {
    const { server, told, opening } = await attempt();
    const peer = await server.peer();
    opening.abort();
    peer.open();
    assert.equal(await peer.frame(), undefined);
    assert.deepEqual(told, []);
    server.close();
  });
});

// Helpers

async function attempt(terms: Partial<OpeningTerms> = {}) {
  const server = await StandardServer.start();
  const told: string[] = [];
  const opening = new OpeningAttempt(
    new URL(`ws://127.0.0.1:${server.port}/`),
    {
      protocols: [],
      compression: undefined,
      fields: [],
      limits: DEFAULT_CLIENT_LIMITS,
      transport: {},
      ...terms,
    },
    {
      opened: ({ connection, rest }) => {
        told.push(`opened ${Buffer.from(rest).toString('hex', 0, 2)}`);
        connection.destroy();
      },
      redirected: (location) => () => told.push(`redirected ${location}`),
      refused: ({ message }) => told.push(`refused ${message}`),
    },
  );
  return { server, told, opening };
}
