import type { Transport } from './types.ts';

/** The server's largest message is smaller than one that was sent. @see RFC 6455 §7.4.1 */
const TOO_LARGE = 1009;

/** A record a text message, both ways. */
export const webSocket: Transport = {
  name: 'websocket',
  open({ url, platform, receive, ended }) {
    const socket = new platform.WebSocket!(url.replace(/^http/, 'ws'));
    socket.onmessage = ({ data }) => receive(data);
    socket.onclose = ({ code, reason }) =>
      ended({ status: code === TOO_LARGE ? 413 : undefined, text: reason });
    return {
      close: () => socket.close(),
      send: (json) => socket.send(json),
    };
  },
};
