import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createHub, type WebSocketHandlers } from 'encke';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type AnyWebSocket,
  closeAsked,
  describeConversation,
  type EchoServer,
} from './conversation.ts';
import { openEncke, serveEncke } from './encke-peer.ts';
import { serveUpgrades } from './upgrading-server.ts';

describeConversation(
  'a client of ws, at encke',
  serveEncke,
  (url, protocols) => new WebSocket(url, protocols) as unknown as AnyWebSocket,
);

describeConversation('encke/client, at a server of ws', serveWs, openEncke);

describe('a client of ws, at encke, besides', () => {
  it('has its pings answered, and answers those of the server', async () => {
    const pongs: string[] = [];
    const { url, close } = await serve({
      open: (socket) => socket.ping(Buffer.from('from the server')),
      pong: (socket, payload) => {
        pongs.push(Buffer.from(payload).toString());
        socket.close();
      },
    });
    const socket = new WebSocket(url);
    socket.on('open', () => socket.ping('from the client'));
    const [[pong], [ping]] = await Promise.all([once(socket, 'pong'), once(socket, 'ping')]);
    assert.deepEqual([String(pong), String(ping)], ['from the client', 'from the server']);
    await once(socket, 'close');
    assert.deepEqual(pongs, ['from the server']);
    await close();
  });

  it('may send a message in fragments, cut in the middle of a character', async () => {
    const { url, close } = await serve({ message: (socket, data) => socket.send(data) });
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const octets = Buffer.from('☄ comet');
    socket.send(octets.subarray(0, 1), { binary: false, fin: false });
    socket.ping();
    socket.send(octets.subarray(1, 4), { binary: false, fin: false });
    socket.send(octets.subarray(4), { fin: true });
    const [echo] = await once(socket, 'message');
    assert.equal(String(echo), '☄ comet');
    socket.close();
    await close();
  });

  it('may vanish: the socket is closed with 1006', async () => {
    const codes: Promise<number>[] = [];
    const { url, close } = await serve({
      open: (socket) => void codes.push(codeOf(socket.data)),
      close: (socket, code) => socket.data.resolve?.(code),
      authorize: () => ({ data: {} as Code }),
    });
    const socket = new WebSocket(url);
    await once(socket, 'open');
    socket.terminate();
    assert.equal(await codes[0], 1006);
    await close();
  });

  it('is refused from a foreign page, and gets to read why', async () => {
    const { url, close } = await serve({});
    const socket = new WebSocket(url, { origin: 'https://elsewhere.example' });
    const [, response] = await once(socket, 'unexpected-response');
    assert.equal(response.statusCode, 403);
    assert.equal(response.headers.connection, 'close');
    const [why] = await once(response, 'data');
    assert.match(String(why), /elsewhere\.example/);
    await close();
  });
});

// Helpers

/** Where the close code of a connection goes. */
interface Code {
  resolve?: (code: number) => void;
}

function codeOf(data: Code): Promise<number> {
  return new Promise((resolve) => {
    data.resolve = resolve;
  });
}

async function serve<Data>(handlers: WebSocketHandlers<Data>): Promise<EchoServer> {
  const hub = createHub();
  hub.websocket('/', handlers);
  const { port } = await hub.listen();
  return { url: `ws://127.0.0.1:${port}/`, close: () => hub.close() };
}

/** The echo server of a conversation, as one writes it with ws. */
function serveWs(): Promise<EchoServer> {
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => ['chat', 'superchat'].find((name) => offered.has(name)) ?? false,
  });
  return serveUpgrades((request, socket, head) =>
    server.handleUpgrade(request, socket, head, echo),
  );

  function echo(socket: WebSocket): void {
    socket.on('message', (data, isBinary) => {
      const asked = isBinary ? undefined : closeAsked(data);
      if (asked === undefined) socket.send(data, { binary: isBinary });
      else socket.close(asked.code, asked.reason);
    });
  }
}
