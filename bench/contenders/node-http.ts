/** The smallest answer of `node:http`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveAt } from './contender.ts';

const server = createServer((_request, response) => response.end('ok'));

// The connections of a run are all there from its beginning to its end.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => serveAt((server.address() as AddressInfo).port));
