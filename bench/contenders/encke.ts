/** The echo and the smallest answer of encke. */
import { createHub } from '../../src/index.ts';
import { serveAt } from './contender.ts';

/** With `compression`, by its default. */
const compression = process.argv.includes('compression');
const hub = createHub();

hub.websocket('/', {
  compression,
  message: (socket, data) => {
    socket.send(data);
  },
});
hub.http('/', () => ({ body: 'ok' }));

const { port } = await hub.listen({ port: 0 });
serveAt(port);
