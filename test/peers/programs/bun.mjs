/** Bun's own server: `bun bun.mjs PORT`. */

const MAX_MESSAGE = 64 * 2 ** 20;

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  async fetch(request, server) {
    // No URL: what stands in Host makes none of some requests, and Bun lets them pass.
    const pathname = /^(?:\w+:\/\/[^/]*)?([^?]*)/.exec(request.url)[1] || '/';
    if (pathname === '/' && request.headers.has('upgrade')) {
      if (server.upgrade(request)) return undefined;
      return new Response('no upgrade', { status: 400 });
    }
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
