/** engine.io beside a plain handler of node:http: `node engine-io.mjs PORT`. */

import { createServer } from 'node:http';
import { attach } from 'engine.io';

import { answer } from './plain-http.mjs';

const server = createServer(answer);
attach(server).on('connection', (socket) => {
  socket.on('message', (message) => socket.send(message));
});
server.listen(Number(process.argv[2]), '127.0.0.1');
