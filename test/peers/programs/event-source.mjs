/** undici's EventSource, which tells what it gets: `node event-source.mjs {url} {types}`. */

import { EventSource } from 'undici';

const [url, types = ''] = process.argv.slice(2);
const source = new EventSource(url);

const tell = (event) => console.log(JSON.stringify(event));
source.onopen = () => tell({ type: 'open' });
source.onerror = () => tell({ type: 'error', readyState: source.readyState });
for (const type of ['message', ...types.split(',').filter((one) => one !== '')]) {
  source.addEventListener(type, ({ data, lastEventId }) => tell({ type, data, lastEventId }));
}
