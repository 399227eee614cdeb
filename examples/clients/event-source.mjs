/**
 * A client for `encke conform --client`: an EventSource that tells what it gets as lines of JSON.
 *
 *     npx encke conform --client -- node event-source.mjs {url} {types}
 */
import { EventSource } from 'encke/client';

const [url, types = ''] = process.argv.slice(2);
const source = new EventSource(url);

const tell = (event) => console.log(JSON.stringify(event));
source.onopen = () => tell({ type: 'open' });
source.onerror = () => tell({ type: 'error', readyState: source.readyState });
for (const type of ['message', ...types.split(',').filter((one) => one !== '')]) {
  source.addEventListener(type, ({ data, lastEventId }) => tell({ type, data, lastEventId }));
}
