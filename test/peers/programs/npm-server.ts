/** A server of npm in a process of its own: `node npm-server.js LIBRARY PORT`. */

import { startBetterSse } from '../../conformance/event-stream-peers.ts';
import { startNodeHttp } from '../../conformance/node-http.ts';
import { JOIN, type Library } from '../../conformance/websocket-peers.ts';

const [name, port] = process.argv.slice(2);

if (name === 'better-sse') await startBetterSse(Number(port));
else await startNodeHttp(JOIN[name as Library], Number(port));
