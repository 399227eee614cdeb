/** An EventSource, which tells what it gets: `node event-source.mjs LIBRARY {url} {types}`. */

const [library, url, types = ''] = process.argv.slice(2);
const LIBRARIES = {
  encke: () => import('../../../dist/src/client.js'),
  undici: () => import('undici'),
};

const { EventSource } = await LIBRARIES[library]();
const source = new EventSource(url);

const tell = (event) => console.log(JSON.stringify(event));
source.onopen = () => tell({ type: 'open' });
source.onerror = () => tell({ type: 'error', readyState: source.readyState });
for (const type of ['message', ...types.split(',').filter((one) => one !== '')]) {
  source.addEventListener(type, ({ data, lastEventId }) => tell({ type, data, lastEventId }));
}

// While undici waits to come back, that does not keep a process alive.
setInterval(() => {}, 2 ** 30);
