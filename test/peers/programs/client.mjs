/**
 * A client of WebSocket: `node client.mjs LIBRARY {url} {protocols}`. It sends back what it is sent, and does
 * what a text tells it to.
 *
 * @see ../../../docs/conformance.md
 */

import { createRequire } from 'node:module';

const [library, url, protocols = ''] = process.argv.slice(2);

/** Requires what is installed beside encke: `test/peers` has other versions of some, for other peers. */
const require = createRequire(new URL('../../../package.json', import.meta.url));

const LIBRARIES = {
  encke: async () => {
    const { WebSocket } = await import('../../../dist/src/client.js');
    return class extends WebSocket {
      constructor(address, asked) {
        super(address, asked, { compression: { threshold: 0 } });
      }
    };
  },
  ws: async () => require('ws').WebSocket,
  undici: async () => require('undici').WebSocket,
  websocket: async () => {
    const { w3cwebsocket: WebSocket } = require('websocket');
    const limits = { maxReceivedFrameSize: 64 * 2 ** 20, maxReceivedMessageSize: 64 * 2 ** 20 };
    return class extends WebSocket {
      constructor(address, asked) {
        super(address, asked, undefined, undefined, undefined, limits);
      }
    };
  },
  'faye-websocket': async () => require('faye-websocket').Client,
  global: async () => globalThis.WebSocket,
};

const OPEN = 1;
const WebSocket = await LIBRARIES[library]();

const COMMANDS = {
  close: (socket, code, ...reason) =>
    code === undefined ? socket.close() : socket.close(Number(code), reason.join(' ')),
  'close-then-send': (socket) => {
    socket.close(1000);
    socket.send('late');
  },
  ...(library === 'ws' && { ping: (socket, count) => socket.ping(Buffer.alloc(Number(count))) }),
  flood: function flood(socket) {
    if (socket.readyState !== OPEN) return;
    socket.send('flood');
    setImmediate(flood, socket);
  },
  connect,
};

function connect() {
  const socket = new WebSocket(url, protocols === '' ? [] : protocols.split(','));
  socket.binaryType = library === 'faye-websocket' ? 'nodebuffer' : 'arraybuffer';
  socket.onerror = () => {};
  socket.onmessage = ({ data }) => {
    const [verb, ...words] = typeof data === 'string' ? data.split(' ') : [];
    if (!Object.hasOwn(COMMANDS, verb)) return socket.send(data);
    try {
      COMMANDS[verb](socket, ...words);
    } catch {
      socket.send('refused');
    }
  };
}

connect();
