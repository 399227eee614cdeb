import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';

import { type Connection, type ConnectOptions, connect } from '../../src/client.ts';
import { bye, entry, ready } from '../support/fake-browser.ts';
import { type Asked, ScriptedLive } from '../support/scripted-live.ts';
import { until } from '../support/until.ts';

/** The clauses of RFC 6202 that bind a client, each by its id in `spec/clauses/rfc6202.tsv`. */
describe('connect, by RFC 6202', () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });

  /** A client of a scripted server, and what it told. */
  async function reading(
    answer: (asked: Asked, count: number) => unknown,
    options: ConnectOptions = {},
  ): Promise<{ asked: Asked[]; told: unknown[]; connection: Connection }> {
    const server = await new ScriptedLive(answer).listen();
    const told: unknown[] = [];
    const connection = connect(server.url, {
      transports: ['long-poll'],
      backoff: () => 10,
      onentry: ({ data }) => void told.push(data),
      ...options,
    });
    open.push(connection, server);
    return { asked: server.asked, told, connection };
  }

  /** Answers each poll at once, the first twenty. */
  const polls =
    (fields: Record<string, string> = {}) =>
    ({ response }: Asked, count: number): void => {
      if (count > 20) return;
      response.writeHead(200, fields);
      response.end(JSON.stringify([ready({ session: '' }), entry(count), bye()]));
    };

  it('6202-2.1-3: sends the next poll at once', async () => {
    const { asked } = await reading(polls());
    await until(() => asked.length === 21);
    const pauses = asked.slice(1).map(({ at }, i) => at - asked[i]!.at);
    assert.ok(pauses.sort((a, b) => a - b)[10]! < 50, `${pauses}`);
  });

  it('6202-2.1-4: polls over a persistent connection', async () => {
    const { asked } = await reading(polls());
    await until(() => asked.length === 21);
    // The next poll may begin before Node's fetch has put the connection of the last one back.
    assert.ok(new Set(asked.map(({ connection }) => connection)).size <= 2);
    assert.ok(asked.every(({ headers }) => headers.connection !== 'close'));
  });

  it('6202-2.1-5: polls over connections that do not persist, too', async () => {
    const { asked, told } = await reading(polls({ connection: 'close' }));
    await until(() => asked.length === 21);
    assert.equal(new Set(asked.map(({ connection }) => connection)).size, 21);
    assert.equal(told.length, 20);
  });

  it('6202-2.2-1: keeps the head of a poll below 500 octets', async () => {
    const { asked } = await reading(polls(), { channels: ['news'] });
    await until(() => asked.length === 21);
    assert.ok(Math.max(...asked.map(({ headLength }) => headLength)) < 500);
  });

  it('6202-2.2-6, 6202-4.2-1, 6202-5.5-1: says for how long a poll may be held, below 30 s', async () => {
    const { asked } = await reading(polls());
    await until(() => asked.length === 21);
    assert.equal(asked[1]!.url.searchParams.get('wait'), '25');
  });

  it('6202-3.1-5: tells the end of a stream, which is said, from a cut', async () => {
    const states: string[] = [];
    const { asked, told } = await reading(
      ({ response }, count) => {
        if (count > 3) return;
        const records = [ready({ session: '' }), entry(count), ...(count === 2 ? [bye()] : [])];
        response.write(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
        if (count === 2) response.end();
        else setTimeout(() => response.destroy(), 20);
      },
      {
        transports: ['stream'],
        onstate: (state, reason) => void states.push(`${state} ${reason}`.trim()),
      },
    );
    await until(() => asked.length === 4);
    assert.deepEqual(told, [1, 2, 3]);
    const cut = ['waiting cut', 'connecting'];
    assert.deepEqual(states, ['open', ...cut, 'open', ...cut]);
  });

  it('6202-3.2-1: falls back to polling where the first octets do not come', async () => {
    const { asked, told } = await reading(
      ({ url, response }) => {
        if (url.searchParams.get('transport') === 'long-poll') {
          response.end(JSON.stringify([ready({ session: '' }), entry(1), bye('round', 1_000)]));
        } else response.flushHeaders();
      },
      { transports: ['event-stream', 'stream', 'long-poll'], patience: 100 },
    );
    await until(() => told.length === 1);
    assert.deepEqual(
      asked.map(({ url }) => url.searchParams.get('transport')),
      ['event-stream', 'stream', 'long-poll'],
    );
  });

  for (const transport of ['event-stream', 'stream'] as const) {
    it(`6202-3.2-4, 6202-3.2-5: takes messages of ${transport} out of any chunks, delimiters and all`, async () => {
      const data = ['\n\ndata: forged\n\n', '\r{"bye":{}}\r\n', '☄ é \u2028', ''];
      const { told } = await reading(
        async ({ response }, count) => {
          if (count > 1) return;
          const records = [
            ready({ session: '' }),
            ...data.map((each) => ({ ...entry(1), data: each })),
          ];
          const text = records
            .map((record) => JSON.stringify(record))
            .map((json) => (transport === 'stream' ? `${json}\n` : `data: ${json}\r\n\r\n`))
            .join('');
          response.socket!.setNoDelay(true);
          for (const octet of Buffer.from(text)) {
            response.write(Buffer.of(octet));
            if (octet > 127) await new Promise((resolve) => setImmediate(resolve));
          }
        },
        { transports: [transport] },
      );
      await until(() => told.length === data.length);
      assert.deepEqual(told, data);
    });
  }

  /** Answers polls and POSTs, these late. */
  const both =
    (taken: unknown[]) =>
    async ({ method, content, response }: Asked, count: number): Promise<void> => {
      if (method === 'GET') {
        if (count === 1) response.end(JSON.stringify([ready(), bye()]));
        return;
      }
      const messages = JSON.parse((await content()) || '[]') as { n: number; data: unknown }[];
      await new Promise((resolve) => setTimeout(resolve, 30));
      taken.push(...messages.map(({ data }) => data));
      response.end(JSON.stringify({ ack: messages.at(-1)?.n ?? 0 }));
    };

  it('6202-4.1-1: has at most two requests outstanding, a poll and a POST', async () => {
    const taken: unknown[] = [];
    const { asked, connection } = await reading(both(taken));
    await until(() => connection.state === 'open');
    const sent: Promise<number>[] = [];
    for (let i = 0; i < 100; i++) {
      sent.push(connection.send(i));
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(sent);
    assert.deepEqual(
      taken,
      sent.map((_, i) => i),
    );
    assert.equal(Math.max(...asked.map(({ outstanding }) => outstanding)), 2);
  });

  it('6202-4.1-2, 6202-5.2-1: sends nothing behind a poll, but on another connection', async () => {
    const { asked, connection } = await reading(both([]));
    await until(() => asked.length === 2);
    await connection.send('a');
    const [, poll, post] = asked;
    assert.equal(post!.method, 'POST');
    assert.notEqual(post!.connection, poll!.connection);
  });

  it('6202-4.2-4: repeats a message with its number, and a poll with its cursor', async () => {
    const contents: string[] = [];
    const { asked, connection } = await reading(async ({ method, content, response }, count) => {
      if (method === 'GET') {
        if (count === 1) response.end(JSON.stringify([ready(), entry(1), bye()]));
        return;
      }
      contents.push(await content());
      if (contents.length === 1) response.destroy();
      else response.end('{"ack":1}');
    });
    await until(() => asked.length === 2);
    assert.equal(await connection.send('a'), 1);
    assert.deepEqual(contents, Array(2).fill('[{"n":1,"data":"a"}]'));
    asked[1]!.response.destroy();
    await until(() => asked.at(-1)!.method === 'GET');
    const { searchParams } = asked.at(-1)!.url;
    assert.equal(searchParams.get('cursor'), 'e.1-0');
    assert.equal(searchParams.get('session'), 's1');
  });

  it('6202-5.6-1: asks for nothing out of a cache', async () => {
    const { asked } = await reading(polls());
    await until(() => asked.length === 21);
    assert.ok(asked.every(({ headers }) => headers['cache-control'] === 'no-cache'));
  });
});
