import { type CompressionOptions, createHub } from 'encke';
import { WebSocket } from 'encke/client';
import {
  type AnyWebSocket,
  closeAsked,
  type EchoServer,
  type OpenWebSocket,
} from './conversation.ts';

/** encke's own client, for the servers of others. */
export function openEncke(url: string, protocols: string[] = []): AnyWebSocket {
  const socket = new WebSocket(url, protocols);
  socket.binaryType = 'arraybuffer';
  return socket as unknown as AnyWebSocket;
}

/** The same, offering to compress. */
export function openEnckeWith(compression: CompressionOptions): OpenWebSocket {
  return (url, protocols) => {
    const socket = new WebSocket(url, protocols, { compression });
    socket.binaryType = 'arraybuffer';
    return socket as unknown as AnyWebSocket;
  };
}

/** encke's own echo server, for the clients of others. */
export async function serveEncke(
  compression: boolean | CompressionOptions = false,
): Promise<EchoServer> {
  const hub = createHub();
  hub.websocket('/', {
    protocols: ['chat', 'superchat'],
    compression,
    message(socket, data) {
      const asked = closeAsked(data);
      if (asked === undefined) socket.send(data);
      else socket.close(asked.code, asked.reason);
    },
  });
  hub.websocket('/refused', { authorize: () => ({ status: 401, body: 'Who is there?\n' }) });
  const { port } = await hub.listen();
  return { url: `ws://127.0.0.1:${port}/`, close: () => hub.close() };
}
