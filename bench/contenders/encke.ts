/** The echo and the smallest answer of encke. */
import { createHub } from '../../src/index.ts';
import { serveAt } from './contender.ts';

const hub = createHub();

hub.websocket('/', {
  message: (socket, data) => {
    socket.send(data);
  },
});
hub.http('/', () => ({ body: 'ok' }));

const { port } = await hub.listen({ port: 0 });
serveAt(port);
