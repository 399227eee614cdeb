import FayeWebSocket from 'faye-websocket';
import { closeAsked, describeConversation, type EchoServer } from './conversation.ts';
import { openEncke, serveEncke } from './encke-peer.ts';
import { serveUpgrades } from './upgrading-server.ts';

describeConversation(
  'a client of faye-websocket, at encke',
  serveEncke,
  (url, protocols) => new FayeWebSocket.Client(url, protocols),
);

describeConversation('encke/client, at a server of faye-websocket', serveFaye, openEncke);

// Helpers

/** The echo server of a conversation, as one writes it with faye-websocket. */
function serveFaye(): Promise<EchoServer> {
  return serveUpgrades((request, socket, head) => {
    const websocket = new FayeWebSocket(request, socket, head, ['chat', 'superchat']);
    websocket.on('message', ({ data }) => {
      const asked = typeof data === 'string' ? closeAsked(data) : undefined;
      if (asked === undefined) websocket.send(data);
      else websocket.close(asked.code, asked.reason);
    });
  });
}
