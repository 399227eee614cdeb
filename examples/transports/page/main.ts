/**
 * The page: one channel, received in seven ways at once. The server tells over a WebSocket of its own
 * what goes over their connections.
 *
 * @module
 */

import { byId } from '../../page/dom.ts';
import {
  type Demand,
  type Pace,
  type TabNews,
  type TabRecord,
  WAYS,
  type Way,
} from '../records.ts';
import { LaneView } from './lane-view.ts';
import { showOriginLimit } from './origin-limit.ts';
import { findOrigins } from './origins.ts';
import { Line, receive } from './receive.ts';
import { draw, forget, paletteOf } from './timeline.ts';

/** How often the pictures are drawn, in milliseconds: less often for those who like it quiet. */
const DRAW_EVERY = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 40;

/** How long to wait before it is looked again whether the server is back. */
const RETRY_AFTER = 1_000;

const published: number[] = [];
const views = new Map<Way, LaneView>();
/** The number of the latest message that was published. */
let latest = 0;

const watch = new WebSocket(`${location.origin.replace('http', 'ws')}/transports/watch`);
watch.addEventListener('message', ({ data }) => {
  for (const news of JSON.parse(data) as TabNews[]) hear(news);
});
watch.addEventListener('close', () => {
  byId('status').textContent = 'The server is gone. The page starts afresh when it is back.';
  setTimeout(reloadWhenBack, RETRY_AFTER);
});

byId('publish').addEventListener('click', () => ask({ demand: 'publish' }));
byId('pace').addEventListener('change', (event) =>
  ask({ demand: 'pace', pace: (event.target as HTMLInputElement).value as Pace }),
);
for (const way of WAYS) {
  const view = new LaneView(way, (fault) => ask({ demand: 'fault', way, fault }));
  views.set(way, view);
  byId('lanes').append(view.root);
}
requestAnimationFrame(drawAll);

function hear(news: TabNews): void {
  if (news.kind === 'tab') begin(news);
  else if (news.kind === 'published') {
    latest = news.number;
    published.push(news.at);
    byId('number').textContent = `#${latest}`;
  } else views.get(news.way)!.hear(news, latest);
}

async function begin({ tab, cursor }: TabRecord): Promise<void> {
  const origins = await findOrigins();
  await loaded();
  for (const way of WAYS) {
    const line = new Line(origins.of(way), { tab, way }, cursor, (message) =>
      views.get(way)!.take(message, Date.now()),
    );
    receive(way, line);
  }
  if (!origins.areSpread) byId('not-spread').hidden = false;
  byId('spare').textContent = new URL(origins.spare).host;
  showOriginLimit(`${origins.spare}/live?${new URLSearchParams({ tab, transport: 'stream' })}`);
}

/** A frame that never ends would keep the page from ever being loaded. */
function loaded(): Promise<void> {
  if (document.readyState === 'complete') return Promise.resolve();
  return new Promise((resolve) => addEventListener('load', () => resolve(), { once: true }));
}

let drawnAt = 0;

// Other colours are not waited for.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  drawnAt = 0;
});

function drawAll(time: number): void {
  requestAnimationFrame(drawAll);
  if (time - drawnAt < DRAW_EVERY) return;
  drawnAt = time;
  const now = Date.now();
  const palette = paletteOf(document.body);
  const scene = {
    published,
    requests: [],
    arrivals: published.map((at) => ({ at, arrived: at })),
    faults: [],
  };
  forget(scene, now);
  draw(byId<HTMLCanvasElement>('published'), scene, palette, now);
  for (const view of views.values()) view.draw(published, palette, now);
}

function ask(demand: Demand): void {
  if (watch.readyState === WebSocket.OPEN) watch.send(JSON.stringify(demand));
}

function reloadWhenBack(): void {
  fetch('/page/icon.svg').then(
    () => location.reload(),
    () => setTimeout(reloadWhenBack, RETRY_AFTER),
  );
}
