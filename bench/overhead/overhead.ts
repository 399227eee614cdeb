/**
 * What a message costs on the wire by each transport, and how late it comes:
 * `npm run bench -- overhead [--messages COUNT] [--every MILLISECONDS]`.
 *
 * All read the same channel at once, from a hub in this process, with the request heads of a browser.
 *
 * @module
 */

import { setTimeout as wait } from 'node:timers/promises';
import { createHub, type Hub } from 'encke';
import { describeMachine } from '../machine.ts';
import { median } from '../statistics.ts';
import { RawReader, type Way } from './raw-reader.ts';

/** How often plain polling asks, in milliseconds. */
const POLL_EVERY = 10_000;

const HOUR = 3_600_000;

const WAYS: readonly (Way & { readonly quiet: string; readonly every: number })[] = [
  poll('polling, every 10 s', 'transport=long-poll&wait=0', POLL_EVERY),
  poll('long-poll', 'transport=long-poll'),
  poll('jsonp', 'transport=jsonp&callback=take'),
  stream('forever-frame', 'transport=forever-frame'),
  stream('stream', 'transport=stream'),
  stream('event-stream', 'transport=event-stream', ['Accept: text/event-stream']),
  stream('websocket', '', [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Origin: http://localhost',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
  ]),
];

/** How long a silence is measured, with a heartbeat and rounds of one second. */
const SILENCE = 5_500;
const QUIET_HEARTBEAT = 1_000;

/** Measures, and returns the table. */
export async function measureOverhead(messages: number, every: number): Promise<string> {
  const hub = createHub({ origins: '*' });
  for (const [path, heartbeat] of [
    ['/live', undefined],
    ['/quiet', QUIET_HEARTBEAT],
  ] as const) {
    hub.live(path, {
      authorize: () => ({ channels: [path] }),
      transports: ['websocket', 'event-stream', 'stream', 'long-poll', 'jsonp', 'forever-frame'],
      heartbeat,
    });
  }
  const { port } = await hub.listen();
  const quiet = await measureSilence(port, hub);
  const readers = WAYS.map((way) => new RawReader(way, port, '/live', hub.cursor()));
  await publishAll(hub, messages, every);
  await wait(POLL_EVERY + 500); // until the last poll
  const table = readers.map((reader, i) => line(reader, messages, quiet[i]!));
  for (const reader of readers) reader.close();
  await hub.close();
  return [
    describeMachine(),
    `${messages} messages, one every ${every} ms; octets of both directions, heads and framing included\n`,
    row('', 'requests', 'in vain', 'octets', 'a message', 'delay', 'at most', 'silent hour'),
    ...table,
  ].join('\n');
}

async function publishAll(hub: Hub, messages: number, every: number): Promise<void> {
  for (let number = 1; number <= messages; number++) {
    await wait(every);
    await hub.channel('/live').publish({ number, at: performance.now() });
  }
}

/**
 * The octets of an hour in which nothing happens: what goes over the wire in some seconds, as often
 * as it would in the hour.
 */
async function measureSilence(port: number, hub: Hub): Promise<number[]> {
  const readers = WAYS.map(
    (way) => new RawReader({ ...way, query: way.quiet, pause: 0 }, port, '/quiet', hub.cursor()),
  );
  await wait(QUIET_HEARTBEAT / 2);
  const before = readers.map(({ octets, requests }) => ({ octets, requests }));
  await wait(SILENCE);
  return readers.map((reader, i) => {
    const octets = reader.octets - before[i]!.octets;
    const rounds = reader.requests - before[i]!.requests || Math.floor(SILENCE / QUIET_HEARTBEAT);
    reader.close();
    return (octets / rounds) * (HOUR / WAYS[i]!.every);
  });
}

function line(reader: RawReader, messages: number, silentHour: number): string {
  const { name, requests, inVain, octets, delays } = reader;
  if (delays.length !== messages) throw new Error(`${name}: ${delays.length} of ${messages}`);
  return row(
    name,
    `${requests}`,
    `${inVain}`,
    octets.toLocaleString('en'),
    Math.round(octets / messages).toLocaleString('en'),
    milliseconds(median(delays)),
    milliseconds(Math.max(...delays)),
    Math.round(silentHour).toLocaleString('en'),
  );
}

function row(name: string, ...cells: readonly string[]): string {
  return name.padEnd(21) + cells.map((cell) => cell.padStart(12)).join('');
}

function milliseconds(time: number): string {
  return `${time < 10 ? time.toFixed(1) : Math.round(time).toLocaleString('en')} ms`;
}

/** A way whose answers end. A silent hour has one every 25 s, or as often as it asks. */
function poll(name: string, query: string, pause = 0) {
  const quiet = pause === 0 ? `${query}&wait=1` : query.replace('wait=0', 'wait=1');
  return { name, query, pause, quiet, every: pause === 0 ? 25_000 : pause };
}

/** A way whose answer never ends. A silent hour has a heartbeat every 20 s. */
function stream(name: string, query: string, fields: readonly string[] = []) {
  return { name, query, fields, quiet: query, every: 20_000 };
}
