/** SockJS, whose raw WebSocket is at /sockjs/websocket: `node sockjs.mjs PORT`. */

import { createServer } from 'node:http';
import sockjs from 'sockjs';

import { answer } from './plain-http.mjs';

const server = createServer(answer);
const echo = sockjs.createServer({ log: () => {} });
echo.on('connection', (connection) => {
  connection?.on('data', (message) => connection.write(message));
});
echo.installHandlers(server, { prefix: '/sockjs' });
server.listen(Number(process.argv[2]), '127.0.0.1');
