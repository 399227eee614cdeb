/**
 * Clients of WebSocket, each of which sends back what it is sent, and does what it is told where it can.
 *
 * @see spec/websocket-client/subject.ts
 * @module
 */

import FayeWebSocket from 'faye-websocket';
import * as undici from 'undici';
import websocket from 'websocket';
import { WebSocket as WsWebSocket } from 'ws';

import type { WebSocketClient } from '../../spec/websocket-client/subject.ts';
import { WebSocket } from '../../src/client.ts';

/** What an application may do with a connection; what is left out, the library does not let it do. */
interface Application {
  readonly isOpen: () => boolean;
  readonly send: (text: string) => void;
  readonly close: (code?: number, reason?: string) => void;
  readonly ping?: (payload: Buffer) => void;
  /** Opens another connection to the same address. */
  readonly connect: () => void;
}

/** Does what a text says. Returns false where it says nothing to be done. */
function obey(application: Application, words: string): boolean {
  const [verb, ...rest] = words.split(' ');
  const act = COMMANDS[verb!];
  if (act === undefined || (verb === 'ping' && application.ping === undefined)) return false;
  try {
    act(application, rest);
  } catch {
    application.send('refused');
  }
  return true;
}

const COMMANDS: Readonly<
  Record<string, (application: Application, words: readonly string[]) => void>
> = {
  close: ({ close }, [code, ...reason]) =>
    code === undefined ? close() : close(Number(code), reason.join(' ')),
  'close-then-send': ({ close, send }) => {
    close(1000);
    send('late');
  },
  ping: ({ ping }, [count]) => ping!(Buffer.alloc(Number(count))),
  flood: (application, [count]) => flood(application, Number(count)),
  connect: ({ connect }) => connect(),
};

/** Sends a text in each turn of the event loop, until the connection is closed. */
function flood(application: Application, count: number): void {
  if (count === 0 || !application.isOpen()) return;
  application.send('flood');
  setImmediate(() => flood(application, count - 1));
}

/** A socket with the interface that browsers have. */
interface StandardSocket {
  binaryType: string;
  readonly readyState: number;
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
}

/** A client that is a class with the interface that browsers have. */
function standard(open: (address: string, protocols: string[]) => StandardSocket): WebSocketClient {
  return (address, protocols) => {
    const sockets: StandardSocket[] = [];
    const connect = () => {
      const socket = opened(() => open(address, [...protocols]));
      if (socket === undefined) return;
      sockets.push(socket);
      socket.binaryType = 'arraybuffer';
      socket.onerror = () => {};
      const application: Application = {
        isOpen: () => socket.readyState === 1,
        send: (text) => socket.send(text),
        close: (code, reason) => socket.close(code, reason),
        connect,
      };
      socket.onmessage = ({ data }) => {
        if (typeof data !== 'string') socket.send(data as ArrayBuffer);
        else if (!obey(application, data)) socket.send(data);
      };
    };
    connect();
    return () => {
      for (const socket of sockets) socket.close();
    };
  };
}

/** What can't be opened is as good as closed. */
function opened<Socket>(open: () => Socket): Socket | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

/** encke's own, which compresses when it is told to. */
export const encke: WebSocketClient = standard(
  (address, protocols) =>
    new WebSocket(address, protocols, { compression: true }) as unknown as StandardSocket,
);

/** The one that Node has itself, as the package of it. */
export const undiciClient: WebSocketClient = standard(
  (address, protocols) => new undici.WebSocket(address, protocols) as unknown as StandardSocket,
);

/** `faye-websocket`, as it is. */
export const faye: WebSocketClient = standard(
  (address, protocols) => new FayeWebSocket.Client(address, protocols) as unknown as StandardSocket,
);

/** `ws`, which offers to compress, and here compresses messages of any length. */
export const ws: WebSocketClient = (address, protocols) => {
  const sockets: WsWebSocket[] = [];
  const connect = () => {
    const socket = opened(
      () => new WsWebSocket(address, [...protocols], { perMessageDeflate: { threshold: 0 } }),
    );
    if (socket === undefined) return;
    sockets.push(socket);
    socket.on('error', () => {});
    const application: Application = {
      isOpen: () => socket.readyState === socket.OPEN,
      send: (text) => socket.send(text, () => {}),
      close: (code, reason) => socket.close(code, reason),
      ping: (payload) => socket.ping(payload),
      connect,
    };
    socket.on('message', (data, isBinary) => {
      if (isBinary || !obey(application, `${data}`)) socket.send(data, { binary: isBinary });
    });
  };
  connect();
  return () => {
    for (const socket of sockets) socket.terminate();
  };
};

/** `websocket`, with the limit on messages that the others have. */
export const websocketClient: WebSocketClient = (address, protocols) => {
  const endings: (() => void)[] = [];
  const connect = () => {
    const client = new websocket.client({ maxReceivedFrameSize: 2 ** 26 });
    endings.push(() => client.abort());
    client.on('connectFailed', () => {});
    client.on('connect', (connection) => {
      endings.push(() => connection.drop());
      connection.on('error', () => {});
      const application: Application = {
        isOpen: () => connection.connected,
        send: (text) => connection.send(text),
        close: (code, reason) => connection.close(code, reason),
        ping: (payload) => connection.ping(payload),
        connect,
      };
      connection.on('message', ({ type, binaryData, utf8Data }) => {
        if (type === 'binary') connection.send(binaryData);
        else if (!obey(application, utf8Data)) connection.send(utf8Data);
      });
    });
    opened(() => client.connect(address, [...protocols]));
  };
  connect();
  return () => {
    for (const end of endings) end();
  };
};

/** All of them, by the names of their packages. */
export const CLIENTS = {
  encke,
  ws,
  websocket: websocketClient,
  'faye-websocket': faye,
  undici: undiciClient,
} as const;
