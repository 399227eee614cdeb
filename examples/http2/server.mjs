/**
 * Server push over HTTP/2, inside a server of node:http2: each tab has an event stream and a
 * WebSocket, and all of them together one connection.
 *
 *     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
 *       -subj /CN=localhost -keyout key.pem -out certificate.pem
 *     node server.mjs key.pem certificate.pem 8443
 */
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createHub } from 'encke';

const [key, certificate, port = '8443'] = process.argv.slice(2);

const hub = createHub();
hub.live('/events', { authorize: () => ({ channels: ['news'] }) }); // everybody may read the news
setInterval(() => hub.channel('news').publish({ time: new Date() }), 1_000).unref();

const PAGE = `<!doctype html><title>encke over HTTP/2</title><pre></pre><script>
  const show = (from, { data, ready }) => {
    const [{ nextHopProtocol }] = performance.getEntriesByType('navigation');
    const text = ready ? 'ready' : JSON.stringify(data);
    document.querySelector('pre').append([nextHopProtocol, from, text].join(' '), '\\n');
  };
  new EventSource('/events').onmessage = ({ data }) => show('event stream', JSON.parse(data));
  const socket = new WebSocket(location.origin.replace('https', 'wss') + '/events');
  socket.onmessage = ({ data }) => show('WebSocket', JSON.parse(data));
</script>`;

const options = {
  key: readFileSync(key),
  cert: readFileSync(certificate),
  allowHTTP1: true, // for those that speak no HTTP/2
  settings: { maxConcurrentStreams: 100 }, // of each connection: Node sets no bound
};
const server = createSecureServer(options, (request, response) => {
  // What is not the hub's, whether it came by HTTP/2 or by HTTP/1.1.
  response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html' });
  response.end(request.url === '/' ? PAGE : 'Nothing is here.');
});

hub.attach(server);
server.listen(Number(port), '127.0.0.1', () => {
  console.log(`listening on https://localhost:${server.address().port}/`);
});

process.on('SIGINT', async () => {
  server.close();
  await hub.close({ drain: 2_000 }); // clients are told to come back, and their connections to end
  process.exit();
});
