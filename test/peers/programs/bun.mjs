/** Bun's own server: `bun bun.mjs PORT`. */

const MAX_MESSAGE = 64 * 2 ** 20;

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  async fetch(request, server) {
    const { pathname } = new URL(request.url);
    const isUpgrade = pathname === '/' && request.headers.has('upgrade');
    if (isUpgrade && server.upgrade(request)) return undefined;
    if (pathname === '/echo' && request.method === 'POST')
      return new Response(await request.bytes());
    if (pathname !== '/') return new Response(null, { status: 404 });
    if (['GET', 'HEAD'].includes(request.method)) return new Response('ok');
    return new Response(null, { status: 405, headers: { Allow: 'GET, HEAD' } });
  },
  websocket: {
    perMessageDeflate: true,
    maxPayloadLength: MAX_MESSAGE,
    backpressureLimit: MAX_MESSAGE,
    message: (socket, message) => void socket.send(message),
  },
});
