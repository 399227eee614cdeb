/** The smallest answer of `node:http`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveAt } from './contender.ts';

const server = createServer((_request, response) => response.end('ok'));

// Idle connections have a deadline, as those of encke: the same, and longer than a run's pauses.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => serveAt((server.address() as AddressInfo).port));
