import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { type CompressionOptions, createHub } from 'encke';
import { WebSocket as EnckeWebSocket } from 'encke/client';
import { WebSocket as UndiciWebSocket } from 'undici';
import { type PerMessageDeflateOptions, WebSocket, WebSocketServer } from 'ws';

import {
  type AnyWebSocket,
  describeConversation,
  type EchoServer,
  type OpenWebSocket,
} from './conversation.ts';
import { openEnckeWith, serveEncke } from './encke-peer.ts';
import { serveUpgrades } from './upgrading-server.ts';

describeConversation(
  'a client of ws that compresses, at encke',
  () => serveEncke(true),
  openWs({ threshold: 0 }),
);
describeConversation(
  'encke/client, compressing, at a server of ws',
  () => serveWs({ threshold: 0 }),
  openEnckeWith({ threshold: 0 }),
);
describeConversation(
  'the WebSocket of undici that compresses, at encke',
  () => serveEncke({ threshold: 0 }),
  openUndici,
);

const PIECES = ['comet '.repeat(500), 'x', 'tail \u{1f98a} '.repeat(3_000), 'comet '.repeat(500)];

describe('a message in pieces, compressed', () => {
  for (const terms of [
    { threshold: 0 },
    { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
    { threshold: 0, serverMaxWindowBits: 9 },
  ] satisfies CompressionOptions[]) {
    for (const [peer, open] of Object.entries({
      ws: openWs({ threshold: 0 }),
      undici: openUndici,
      'encke/client': openEnckeWith({ threshold: 0 }),
    })) {
      it(`is read by ${peer}, and the messages behind it: ${JSON.stringify(terms)}`, async () => {
        const hub = createHub();
        let sent = 0;
        hub.websocket('/', {
          compression: terms,
          open: async (socket) => {
            assert.equal(await socket.sendPieces(PIECES), true);
            socket.send('a comet behind it');
            const octets = PIECES.map((piece) => Buffer.from(piece));
            assert.equal(await socket.sendPieces(octets), true);
            socket.send('a comet behind that');
          },
        });
        const server = createServer((socket) => {
          hub.accept(socket);
          socket.once('close', () => {
            sent = socket.bytesWritten;
          });
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        const socket = open(`ws://127.0.0.1:${port}/`, []) as unknown as WebSocketOfStandard;
        socket.binaryType = 'arraybuffer';
        const heard: string[] = [];
        await new Promise<void>((resolve, reject) => {
          socket.addEventListener('message', (event) => {
            const { data } = event as MessageEvent;
            heard.push(
              typeof data === 'string' ? data : `octets ${Buffer.from(data as ArrayBuffer)}`,
            );
            if (heard.length === 4) resolve();
          });
          socket.addEventListener('close', () =>
            reject(new Error(`closed behind ${heard.length}`)),
          );
        });
        socket.close();
        await hub.close();
        server.close();
        await once(server, 'close');
        const whole = PIECES.join('');
        const [first, behind, octets, last] = heard;
        assert.ok(first === whole && octets === `octets ${whole}`);
        assert.deepEqual([behind, last], ['a comet behind it', 'a comet behind that']);
        assert.ok(sent < whole.length / 10, `${sent} octets`);
      });
    }
  }

  it('is sent by encke/client, and read by a server of ws and by encke', async () => {
    for (const serve of [() => serveWs({ threshold: 0 }), () => serveEncke({ threshold: 0 })]) {
      const { url, close } = await serve();
      const socket = new EnckeWebSocket(url, [], { compression: { threshold: 0 } });
      const heard = new Promise((resolve, reject) => {
        socket.onmessage = ({ data }) => resolve(data);
        socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
      });
      await opened(socket);
      assert.notEqual(socket.extensions, '');
      assert.equal(await socket.sendPieces(PIECES), true);
      assert.equal(await heard, PIECES.join(''));
      socket.onclose = null;
      socket.close();
      await close();
    }
  });
});

// Helpers

/** What is used of a WebSocket here. */
type WebSocketOfStandard = Pick<EnckeWebSocket, 'binaryType' | 'addEventListener' | 'close'>;

function opened(socket: EnckeWebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.onopen = () => resolve();
  });
}

function openWs(perMessageDeflate: PerMessageDeflateOptions): OpenWebSocket {
  return (url, protocols) =>
    new WebSocket(url, protocols, { perMessageDeflate }) as unknown as AnyWebSocket;
}

function openUndici(url: string, protocols: string[]): AnyWebSocket {
  const socket = new UndiciWebSocket(url, protocols);
  socket.binaryType = 'arraybuffer';
  return socket as unknown as AnyWebSocket;
}

/** An echo server of ws, with the subprotocols and the request to close of a conversation. */
function serveWs(perMessageDeflate: PerMessageDeflateOptions): Promise<EchoServer> {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate,
    handleProtocols: (offered) => ['chat', 'superchat'].find((name) => offered.has(name)) ?? false,
  });
  return serveUpgrades((request, socket, head) =>
    server.handleUpgrade(request, socket, head, echo),
  );
}

function echo(socket: WebSocket): void {
  socket.on('message', (data, isBinary) => {
    const [, code, reason] = (!isBinary && /^close (\d+) (.*)$/.exec(String(data))) || [];
    if (code === undefined) socket.send(data, { binary: isBinary });
    else socket.close(Number(code), reason);
  });
}
