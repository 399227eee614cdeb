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

// Helpers

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
