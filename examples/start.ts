/**
 * Two pages that show what goes over the wire: a chat between open tabs, and server push in seven
 * ways side by side: `npm start -- --port 8080`.
 *
 * @module
 */

import { type AddressInfo, createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { createHub } from 'encke';
import { Chat } from './chat/chat.ts';
import { servePage } from './chat/page.ts';
import { Transports } from './transports/transports.ts';

/** Where the page is when nobody asked for another port. */
const USUAL_PORT = 8080;

const { values } = parseArgs({
  options: { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } },
});
const asked = values.port ?? process.env['PORT'];
const port = Number(asked ?? USUAL_PORT);
if (!(port >= 0 && port <= 65_535)) {
  console.error(`--port takes a number up to 65535, not ${asked}.`);
  process.exit(1);
}

const hub = createHub({ limits: { message: 1024 * 1024 } });
const chat = new Chat(hub);
servePage(hub);

// hub.listen() would do, were it not for the taps.
const server = createServer({ allowHalfOpen: true, noDelay: true });
server.on('listening', () => {
  const { port: bound, address, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  const names = new Set([host, 'localhost', '127.0.0.1', '[::1]']);
  const transports = new Transports(
    hub,
    [...names].map((name) => `http://${name}:${bound}`),
  );
  server.on('connection', (socket) => hub.accept(transports.tap(chat.tap(socket))));
  console.log(`Open http://${host}:${bound}/ in two tabs.`);
});
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  if (asked === undefined) {
    console.log(`Port ${USUAL_PORT} is taken; another will do.`);
    server.listen(0, values.host);
    return;
  }
  console.error(`Port ${asked} is taken. Choose another: npm start -- --port 8081`);
  process.exitCode = 1;
});
server.listen(port, values.host);
