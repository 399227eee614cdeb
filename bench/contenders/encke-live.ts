/** A channel of encke, read by any transport. */
import { createHub } from '../../src/index.ts';
import { serveAt } from './contender.ts';

const hub = createHub();
// Who is published to only reads, and would be closed for not answering a Ping.
hub.live('/', { authorize: () => ({ channels: ['news'] }), heartbeat: 0 });
const news = hub.channel('news');

const { port } = await hub.listen({ port: 0 });
serveAt(port, (message) => {
  news.publish(message);
});
