/**
 * A client for `encke conform --client --speaks websocket`: it sends back what it is sent, and does what a
 * text tells it to.
 *
 *     npx encke conform --client --speaks websocket -- node websocket.mjs {url} {protocols}
 */
import { WebSocket } from 'encke/client';

const [url, protocols = ''] = process.argv.slice(2);

const COMMANDS = {
  close: (socket, code, ...reason) =>
    code === undefined ? socket.close() : socket.close(Number(code), reason.join(' ')),
  'close-then-send': (socket) => {
    socket.close(1000);
    socket.send('late');
  },
  flood: function flood(socket, count) {
    if (count === 0 || socket.readyState !== WebSocket.OPEN) return;
    socket.send('flood');
    setImmediate(flood, socket, count - 1);
  },
  connect,
};

function connect() {
  const asked = protocols === '' ? [] : protocols.split(',');
  const socket = new WebSocket(url, asked, { compression: true });
  socket.binaryType = 'arraybuffer';
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
