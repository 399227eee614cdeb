/**
 * Bun's WebSockets, which echo: a line of JSON that comes in asks for a server or for a client, and a
 * line that goes out answers it.
 */

async function serve({ perMessageDeflate }) {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, self) =>
      self.upgrade(request) ? undefined : new Response(null, { status: 400 }),
    websocket: { perMessageDeflate, message: (socket, data) => void socket.send(data, true) },
  });
  return { url: `ws://127.0.0.1:${server.port}/` };
}

function connect({ url }) {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => socket.send(data);
  return new Promise((resolve) => {
    socket.onclose = ({ code }) => resolve({ code, extensions: socket.extensions });
  });
}

const ASKED = { serve, connect };

for await (const line of console) {
  if (line === '') break; // the end
  const { number, verb, ...options } = JSON.parse(line);
  ASKED[verb](options).then((answer) => console.log(JSON.stringify({ number, ...answer })));
}
process.exit();
