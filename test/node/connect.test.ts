import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ConnectOptions, connect } from '../../src/client.ts';
import { newHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

const TRANSPORTS = ['websocket', 'event-stream', 'stream', 'long-poll'] as const;

/** A hub with a live route, and what its sessions sent. */
async function liveHub() {
  const hub = newHub();
  const received: unknown[] = [];
  const sessions = new Set<string>();
  let token = '';
  hub.live('/live', {
    authorize: ({ headers, url }) => {
      token = headers.get('authorization') ?? new URL(url, 'http://localhost').search;
      if (token.includes('wrong')) return { status: 401, body: 'Not with this token.' };
      return { channels: ['news', 'sport'] };
    },
    open: ({ id }) => void sessions.add(id),
    message: (_session, data) => void received.push(data),
    close: ({ id }) => void sessions.delete(id),
  });
  const { url } = await hub.listen();
  return { hub, url: new URL('/live', url).href, received, sessions, token: () => token };
}

/** A connection, and the data of the entries that it told. */
function reading(url: string, options: ConnectOptions) {
  const told: unknown[] = [];
  const gaps: unknown[] = [];
  const connection = connect(url, {
    backoff: () => 20,
    onentry: ({ data }) => void told.push(data),
    ongap: ({ channels }) => void gaps.push(channels),
    ...options,
  });
  return { connection, told, gaps };
}

const COUNT = 200;
const NUMBERS = Array.from({ length: COUNT }, (_, i) => i);

for (const transport of TRANSPORTS) {
  describe(`connect, over ${transport}`, () => {
    it('delivers all that is published and all that is sent, in order, once', async () => {
      const { hub, url, received } = await liveHub();
      const { connection, told, gaps } = reading(url, { transports: [transport] });
      await until(() => connection.state === 'open');
      const sent = NUMBERS.map((number) => connection.send(number));
      for (const number of NUMBERS) {
        hub.channel(number % 2 === 0 ? 'news' : 'sport').publish(number);
        if (number % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await until(() => told.length >= COUNT);
      assert.deepEqual(
        await Promise.all(sent),
        NUMBERS.map((number) => number + 1),
      );
      assert.deepEqual(told, NUMBERS);
      assert.deepEqual(received, NUMBERS);
      assert.deepEqual([gaps, connection.transport], [[], transport]);
      connection.close();
    });

    it('reads on from the cursor of an earlier connection', async () => {
      const { hub, url } = await liveHub();
      const { connection, told } = reading(url, { transports: [transport] });
      await until(() => connection.state === 'open');
      hub.channel('news').publish('before');
      await until(() => told.length === 1);
      const { cursor } = connection;
      connection.close();

      hub.channel('news').publish('meanwhile');
      const again = reading(url, { transports: [transport], cursor });
      await until(() => again.told.length === 1);
      assert.deepEqual([again.told, again.gaps], [['meanwhile'], []]);
      again.connection.close();
    });

    it('is told by the words of the server why it is refused', async () => {
      const { url } = await liveHub();
      let error: unknown;
      const { connection } = reading(url, {
        transports: [transport],
        token: () => 'wrong',
        onclose: (reason) => {
          error = reason;
        },
      });
      await until(() => connection.state === 'closed');
      assert.deepEqual(
        [(error as { status: number }).status, (error as Error).message.trim()],
        [401, 'Not with this token.'],
      );
    });

    it('brings a token, and ends its session when it is closed', async () => {
      const { hub, url, token, sessions } = await liveHub();
      const { connection } = reading(url, { transports: [transport], token: async () => 'right' });
      await until(() => connection.state === 'open');
      // A poll that is on its way yet would come to the server behind the end of its session.
      await until(() => hub.channel('news').readers === 1);
      assert.match(token(), /right/);
      assert.equal(sessions.size, 1);
      connection.close();
      await until(() => sessions.size === 0);
    });

    it('comes back with a fresh token when the one before has expired, and misses nothing', async () => {
      const hub = newHub();
      const tokens = new Set<string>();
      hub.live('/live', {
        authorize: ({ headers, url }) => {
          tokens.add(headers.get('authorization') ?? new URL(url, 'http://localhost').search);
          return { channels: ['news'], expires: Date.now() + 300 };
        },
      });
      const { url } = await hub.listen();
      let count = 0;
      const { connection, told, gaps } = reading(new URL('/live', url).href, {
        transports: [transport],
        token: () => `token${++count}`,
      });
      await until(() => connection.state === 'open');
      for (let i = 0; i < 50; i++) {
        hub.channel('news').publish(i);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      await until(() => told.length === 50);
      assert.deepEqual(
        told,
        told.map((_, i) => i),
      );
      assert.deepEqual(gaps, []);
      assert.ok(tokens.size >= 3, `${[...tokens]}`);
      connection.close();
    });

    it('reads the channels that are subscribed, each from the cursor on', async () => {
      const { hub, url } = await liveHub();
      const { connection, told, gaps } = reading(url, {
        transports: [transport],
        channels: ['news'],
      });
      await until(() => connection.state === 'open');
      hub.channel('news').publish('a');
      hub.channel('sport').publish('not read');
      await until(() => told.length === 1);
      connection.subscribe('sport');
      hub.channel('sport').publish('b');
      await until(() => told.length >= 2);
      hub.channel('sport').publish('c');
      hub.channel('news').publish('d');
      await until(() => told.at(-1) === 'd');
      assert.deepEqual(told.slice(-3), ['b', 'c', 'd']);
      assert.deepEqual(gaps, []);
      connection.close();
    });
  });
}

describe('connect, in Node', () => {
  it('takes the WebSocket at first, and is iterated over', async () => {
    const { hub, url } = await liveHub();
    const connection = connect(url);
    const reader = connection[Symbol.asyncIterator]();
    await until(() => connection.state === 'open');
    hub.channel('news').publish('Comet sighted');
    const { value } = await reader.next();
    assert.deepEqual([value.channel, value.data], ['news', 'Comet sighted']);
    assert.equal(connection.transport, 'websocket');
    connection.close();
  });

  it('has nothing that Node takes for a leak when there are many', async (t) => {
    const { url } = await liveHub();
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    t.after(() => process.off('warning', warned));
    const connections = Array.from({ length: 12 }, () => connect(url));
    await until(() => connections.every(({ state }) => state === 'open'));
    for (const connection of connections) connection.close();
    assert.deepEqual(warnings, []);
  });

  it('wants the whole address', () => {
    assert.throws(() => connect('/live'), TypeError);
    assert.throws(() => connect('ftp://localhost/live'), /begins with http: or https:, not ftp:/);
  });

  it('names an option that is misspelt, and one of another type', () => {
    const url = 'http://127.0.0.1:1/live';
    for (const [options, message] of [
      [{ onEntry() {} }, /connect has no option onEntry: did you mean onentry\?/],
      [{ onentry: 'x' }, /onentry must be a function, not the string "x"/],
      [{ transports: 'websocket' }, /transports must be a list: websocket/],
      [{ channels: 'news' }, /channels must be a list: news/],
    ] as const) {
      assert.throws(() => connect(url, options as never), { name: 'TypeError', message });
    }
  });

  it('comes back to a server that has lost its log, and tells of the gap', async () => {
    const first = await liveHub();
    const { connection, gaps, told } = reading(first.url, {});
    await until(() => connection.state === 'open');
    const session = connection.session;
    await first.hub.close({ drain: 0 });
    await until(() => connection.state !== 'open');
    const sent = connection.send('to whom it may concern');

    const second = newHub();
    const received: unknown[] = [];
    second.live('/live', {
      authorize: () => ({ channels: ['news'] }),
      message: (_session, data) => void received.push(data),
    });
    await second.listen({ port: Number(new URL(first.url).port) });
    await until(() => connection.state === 'open');
    assert.equal(await sent, 1);
    assert.deepEqual(received, ['to whom it may concern']);
    assert.notEqual(connection.session, session);
    assert.deepEqual(gaps.length, 1);
    second.channel('news').publish('hello again');
    await until(() => told.length === 1);
    connection.close();
  });
});
