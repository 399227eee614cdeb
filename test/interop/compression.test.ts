import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CompressionOptions } from 'encke';
import { WebSocket as UndiciWebSocket } from 'undici';
import { type PerMessageDeflateOptions, WebSocket, WebSocketServer } from 'ws';

import {
  type AnyWebSocket,
  Conversation,
  describeConversation,
  type EchoServer,
  type OpenWebSocket,
} from './conversation.ts';
import { openEnckeWith, serveEncke } from './encke-peer.ts';
import { serveUpgrades } from './upgrading-server.ts';

/** Every parameter alone and together, at the least that zlib can and at the most. */
const COMBINATIONS: readonly CompressionOptions[] = [
  ...[9, 15].flatMap((serverMaxWindowBits) =>
    [9, 15].flatMap((clientMaxWindowBits) =>
      [false, true].flatMap((serverNoContextTakeover) =>
        [false, true].map((clientNoContextTakeover) => ({
          serverMaxWindowBits,
          clientMaxWindowBits,
          serverNoContextTakeover,
          clientNoContextTakeover,
          threshold: 0,
        })),
      ),
    ),
  ),
  {},
];

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

describe('compression, with every combination of parameters', () => {
  for (const options of COMBINATIONS) {
    const { threshold: _, ...parameters } = options;
    const what = JSON.stringify(parameters);

    it(`is agreed on by clients of ws and undici, at encke with ${what}`, async () => {
      const server = await serveEncke(options);
      await talk(server, openWs({ threshold: 0 }));
      await talk(server, openUndici);
      await server.close();
    });

    it(`is agreed on by encke with what a client of ws offers: ${what}`, async () => {
      const server = await serveEncke({ threshold: 0 });
      await talk(server, openWs({ threshold: 0, ...parameters }));
      await server.close();
    });

    it(`is agreed on by encke/client, at a server of ws with ${what}`, async () => {
      const server = await serveWs({ threshold: 0, ...parameters });
      await talk(server, openEnckeWith({ threshold: 0 }));
      await server.close();
    });

    it(`is agreed on by a server of ws with what encke/client offers: ${what}`, async () => {
      const server = await serveWs({ threshold: 0 });
      await talk(server, openEnckeWith(options));
      await server.close();
    });
  }
});

// Helpers

/** Exchanges messages that refer to each other, and some that do not get shorter. */
async function talk(server: EchoServer, open: OpenWebSocket): Promise<void> {
  const conversation = await Conversation.open(open(server.url, []));
  const { extensions } = conversation.socket as AnyWebSocket & { readonly extensions: string };
  assert.match(extensions, /^permessage-deflate/);
  const records = Array.from({ length: 3_000 }, (_, i) => `{"id":${i},"name":"comet ${i % 97}"}`);
  const various = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 7_919) >> 5));
  for (const message of ['', records.slice(0, 9).join(), records.join(), various, 'x', various]) {
    const echo = await conversation.exchange(message);
    assert.deepEqual(echo, message);
  }
  await conversation.close();
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
