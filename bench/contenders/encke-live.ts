/** A channel of encke, read by any transport. */
import { createHub } from '../../src/index.ts';
import { serveAt } from './contender.ts';

const hub = createHub();
hub.live('/', { authorize: () => ({ channels: ['news'] }) });
const news = hub.channel('news');

const { port } = await hub.listen({ port: 0 });
serveAt(port, (message) => {
  news.publish(message);
});
