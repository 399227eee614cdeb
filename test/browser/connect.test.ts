import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connect } from '../../src/browser/connect.ts';
import type { ConnectOptions } from '../../src/browser/types.ts';
import { bye, entry, FakeBrowser, ready } from '../support/fake-browser.ts';

async function connecting(options: ConnectOptions = {}) {
  const browser = new FakeBrowser();
  const told: unknown[] = [];
  const connection = connect('/live', {
    platform: browser.platform,
    onentry: ({ channel, data }) => void told.push(`${channel} ${data}`),
    ongap: ({ channels, cursor }) => void told.push(`gap of ${channels.join()} at ${cursor}`),
    onclose: (error) => void told.push(error?.message),
    ...options,
  });
  await browser.settle();
  return { browser, connection, told };
}

async function onWebSocket(options: ConnectOptions = {}) {
  const all = await connecting(options);
  all.browser.socket.tell(ready());
  return all;
}

/** One whose poll is held. */
async function onLongPoll(options: ConnectOptions = {}) {
  const all = await connecting({ transports: ['long-poll'], ...options });
  all.browser.request.poll(ready(), bye());
  await all.browser.settle();
  return all;
}

describe('connect', () => {
  it('tells entries and where it is', async () => {
    const { browser, connection, told } = await onWebSocket();
    browser.socket.tell(entry(1), entry(2, ''), { cursor: 'e.9-0' });
    assert.deepEqual(told, ['news 1', ' 2']);
    const { state, transport, cursor, session } = connection;
    assert.deepEqual([state, transport, cursor, session], ['open', 'websocket', 'e.9-0', 's1']);
    assert.equal(browser.remembered.get('encke:http://localhost/live'), 'websocket');
  });

  it('asks for what it was given', async () => {
    const { browser } = await connecting({
      transports: ['stream'],
      channels: ['a', 'b'],
      cursor: 'e.5-0',
      headers: { 'x-a': '1' },
    });
    const { url } = browser.request;
    assert.equal(
      url.href,
      'http://localhost/live?transport=stream&cursor=e.5-0&channel=a&channel=b',
    );
    assert.equal(browser.request.field('x-a'), '1');
  });

  it('takes the cursor of the server as it is, when it is new and when there is a gap', async () => {
    const { browser, connection, told } = await onWebSocket({ cursor: 'z.99-0' });
    assert.equal(connection.cursor, 'e.0-0');
    browser.socket.tell({ gap: ['news'], cursor: 'e.4-0' });
    assert.equal(connection.cursor, 'e.4-0');
    browser.socket.cut();
    await browser.advance(500);
    browser.socket.tell(
      ready({ session: 's2', cursor: 'f.1-0', recovery: 'gap', gaps: ['', 'news'] }),
    );
    assert.equal(connection.cursor, 'f.1-0');
    assert.deepEqual(told, ['gap of news at e.4-0', 'gap of ,news at f.1-0']);
  });

  it('is iterated over, and goes on when that is left', async () => {
    const { browser, connection, told } = await connecting();
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const { data } of connection) {
        seen.push(data);
        if (data === 2) break;
      }
    })();
    browser.socket.tell(ready(), entry(1), entry(2), entry(3));
    await reading;
    assert.deepEqual(seen, [1, 2]);
    assert.deepEqual([told.length, connection.state], [3, 'open']);
  });

  it('ends an iteration when it is closed, and throws there when it is refused', async () => {
    const { connection } = await onWebSocket();
    const read = async (): Promise<void> => {
      for await (const _ of connection);
    };
    const reading = read();
    connection.close();
    await reading;

    const other = await connecting();
    const refused = assert.rejects(
      (async () => {
        for await (const _ of other.connection);
      })(),
      { name: 'ConnectError', status: 403, message: 'Not you.' },
    );
    other.browser.socket.cut();
    await other.browser.settle();
    other.browser.request.answer(403, 'Not you.');
    await refused;
  });

  it('goes on when the application throws, which is reported as a rejection', async () => {
    const reports: unknown[] = [];
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (error) => void reports.push(error));
    const { browser, connection } = await onWebSocket({
      onentry: () => {
        throw new Error('of the application');
      },
    });
    browser.socket.tell(entry(1), entry(2));
    await browser.settle();
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
    assert.equal(connection.cursor, 'e.2-0');
    assert.deepEqual(reports.map(String), Array(2).fill('Error: of the application'));
  });

  it('throws for a URL that is none, and for a transport that it does not know', () => {
    const { platform } = new FakeBrowser();
    assert.throws(() => connect('http://', { platform }), TypeError);
    const transports = ['carrier pigeon' as 'stream'];
    assert.throws(() => connect('/live', { platform, transports }), TypeError);
  });

  describe('send', () => {
    it('goes over the WebSocket once that is ready, and resolves once it is acknowledged', async () => {
      const { browser, connection } = await connecting();
      const sent = [connection.send('a'), connection.send('b')];
      assert.deepEqual(browser.socket.sent, []);
      browser.socket.tell(ready());
      assert.deepEqual(browser.socket.sent, ['{"n":1,"data":"a"}', '{"n":2,"data":"b"}']);
      browser.socket.tell({ ack: 1 }, { ack: 2 });
      assert.deepEqual(await Promise.all(sent), [1, 2]);
      assert.equal(browser.requests.length, 0);
    });

    it('is sent again on the next connection of the session, and anew in the next session', async () => {
      const { browser, connection } = await onWebSocket();
      void connection.send('a');
      void connection.send('b');
      browser.socket.tell({ ack: 1 });
      browser.socket.cut();
      await browser.advance(500);
      browser.socket.tell(ready({ recovery: 'full' }));
      assert.deepEqual(browser.socket.sent, ['{"n":2,"data":"b"}']);
      browser.socket.cut();
      await browser.advance(1_000);
      browser.socket.tell(ready({ session: 's2', recovery: 'gap', gaps: [''] }));
      assert.deepEqual(browser.socket.sent, ['{"n":1,"data":"b"}']);
    });

    it('goes on from the number that is expected when it was out of order', async () => {
      const { browser, connection } = await onWebSocket();
      const sent = [connection.send('a'), connection.send('b')];
      browser.socket.tell(bye('out-of-order', 0, { expected: 2 }));
      await browser.advance(0);
      browser.socket.tell(ready({ recovery: 'full' }));
      assert.deepEqual(browser.socket.sent, ['{"n":2,"data":"b"}']);
      assert.equal(await sent[0], 1);
    });

    it('goes by POST beside a poll, while that is held', async () => {
      const { browser, connection } = await onLongPoll();
      const poll = browser.request;
      const sent = connection.send('a');
      await browser.settle();
      assert.deepEqual(browser.request.messages, [{ n: 1, data: 'a' }]);
      browser.request.answer(200, '{"ack":1}');
      assert.equal(await sent, 1);
      assert.equal(poll.isAborted, false);
    });

    it('ends its poll and begins another when the browser may hold the POST back for it', async () => {
      const { browser, connection } = await onLongPoll();
      const poll = browser.request;
      void connection.send('a');
      await browser.advance(1_000);
      assert.ok(poll.isAborted);
      assert.equal(browser.requests.length, 4);
      assert.equal(browser.request.parameter('wait'), '25');
      assert.equal(connection.state, 'open');
    });

    it('begins a new session when the server has lost it, and repeats what is not acknowledged', async () => {
      const { browser, connection, told } = await onLongPoll();
      const sent = connection.send('a');
      await browser.settle();
      browser.request.answer(409, '{"error":"unknown-session"}');
      await browser.advance(1_000);
      assert.equal(browser.request.method, 'POST');
      browser.request.answer(409, '{"error":"unknown-session"}');
      await browser.advance(500);
      assert.equal(browser.request.parameter('session'), 's1');
      browser.request.poll(ready({ session: 's2', recovery: 'gap', gaps: [''] }), bye());
      await browser.advance(500);
      const post = browser.requests.findLast(({ method }) => method === 'POST')!;
      assert.equal(post.parameter('session'), 's2');
      post.answer(200, '{"ack":1}');
      assert.equal(await sent, 1);
      assert.deepEqual(told, ['gap of  at e.0-0']);
    });

    it('is rejected when the server wants no message that large', async () => {
      const { browser, connection } = await onWebSocket();
      const sent = assert.rejects(connection.send('a'.repeat(100)), { status: 413 });
      browser.socket.cut(1009);
      await browser.settle();
      browser.request.answer(413);
      await sent;
      assert.equal(await browser.advance(500), undefined);
      browser.socket.tell(ready({ recovery: 'full' }));
      assert.deepEqual(browser.socket.sent, []);
    });

    it('is rejected when the connection is closed, before or after', async () => {
      const { connection } = await onWebSocket();
      const before = assert.rejects(connection.send('a'), /closed/);
      connection.close();
      await assert.rejects(connection.send('b'), /closed/);
      await before;
    });

    it('is rejected when it is refused, as everything is', async () => {
      const { browser, connection, told } = await onLongPoll();
      const sent = assert.rejects(connection.send('a'), { status: 401 });
      await browser.settle();
      browser.request.answer(401, 'expired');
      await sent;
      assert.deepEqual([told, connection.state], [['expired'], 'closed']);
    });
  });

  describe('subscribe', () => {
    it('reads on from the cursor with all that was subscribed in one turn', async () => {
      const { browser, connection } = await onWebSocket({ channels: ['a'] });
      browser.socket.tell(entry(3, 'a'));
      const [first] = browser.sockets;
      connection.subscribe('b');
      connection.subscribe('c');
      connection.unsubscribe('a');
      await browser.advance(0);
      assert.ok(first!.isClosed);
      assert.equal(browser.sockets.length, 2);
      const { searchParams } = browser.socket.url;
      assert.deepEqual(searchParams.getAll('channel'), ['b', 'c']);
      assert.equal(searchParams.get('cursor'), 'e.3-0');
      assert.equal(connection.state, 'open');
    });

    it('does nothing for a channel that is read already', async () => {
      const { browser, connection } = await onWebSocket({ channels: ['a'] });
      connection.subscribe('a');
      connection.unsubscribe('b');
      await browser.advance(0);
      assert.equal(browser.sockets.length, 1);
      const all = await onWebSocket();
      all.connection.subscribe('a');
      await all.browser.advance(0);
      assert.equal(all.browser.sockets.length, 1);
      assert.throws(() => all.connection.unsubscribe('a'), TypeError);
    });

    it('names none, not all, when nothing is subscribed', async () => {
      const { browser, connection } = await onWebSocket({ channels: [] });
      assert.deepEqual(browser.socket.url.searchParams.getAll('channel'), ['']);
      connection.subscribe('a');
      await browser.advance(0);
      assert.deepEqual(browser.socket.url.searchParams.getAll('channel'), ['a']);
    });

    it('counts for an attempt that has only just begun', async () => {
      const { browser, connection } = await onWebSocket({
        channels: ['a'],
        token: () => new Promise((resolve) => setImmediate(resolve, 't')),
      });
      browser.socket.cut();
      browser.fire('online');
      connection.subscribe('b');
      await browser.advance(0);
      assert.deepEqual(browser.socket.url.searchParams.getAll('channel'), ['a', 'b']);
    });

    it('does nothing any more once it is closed', async () => {
      const { browser, connection } = await onWebSocket({ channels: [] });
      connection.close();
      connection.subscribe('a');
      await browser.advance(60_000);
      assert.equal(browser.sockets.length, 1);
    });

    it('waits for the next attempt while there is none', async () => {
      const { browser, connection } = await onWebSocket({ channels: [] });
      browser.socket.cut();
      connection.subscribe('a');
      await browser.advance(499);
      assert.equal(browser.sockets.length, 1);
      await browser.advance(1);
      assert.deepEqual(browser.socket.url.searchParams.getAll('channel'), ['a']);
    });
  });

  describe('close', () => {
    it('ends the connection and the session, once', async () => {
      const { browser, connection, told } = await onWebSocket();
      connection.close();
      connection.close();
      await browser.settle();
      assert.ok(browser.socket.isClosed);
      assert.equal(browser.requests.length, 1);
      assert.equal(browser.request.method, 'DELETE');
      assert.equal(browser.request.url.href, 'http://localhost/live?session=s1');
      assert.equal(browser.request.init.keepalive, true);
      browser.request.cut();
      assert.deepEqual([told, connection.state], [[undefined], 'closed']);
    });

    it('ends what has not begun', async () => {
      const browser = new FakeBrowser();
      const connection = connect('/live', { platform: browser.platform });
      connection.close();
      await browser.advance(100_000);
      assert.deepEqual([browser.sockets, browser.requests, browser.timers], [[], [], []]);
    });

    it('is heard of nothing any more', async () => {
      const { browser, connection, told } = await onWebSocket();
      connection.close();
      browser.socket.tell(entry(1));
      browser.fire('online');
      await browser.advance(100_000);
      assert.deepEqual(told, [undefined]);
      assert.equal(browser.sockets.length, 1);
    });

    for (const last of ['open', 'waiting', 'connecting']) {
      it(`may be called when it is told that it is ${last}`, async () => {
        const browser = new FakeBrowser();
        const connection = connect('/live', {
          platform: browser.platform,
          onstate: (state) => state === last && connection.close(),
        });
        await browser.settle();
        browser.socket.tell(ready(), entry(1));
        browser.socket.cut();
        await browser.advance(1_000);
        const { length } = browser.sockets;
        await browser.advance(100_000);
        assert.equal(browser.sockets.length, length);
        assert.ok(length === 1 && browser.timers.length === 0);
        assert.equal(connection.state, 'closed');
      });
    }

    it('may be called from within a callback', async () => {
      const { browser, connection, told } = await onWebSocket({
        onentry: () => connection.close(),
      });
      browser.socket.tell(entry(1), entry(2));
      assert.deepEqual([told, connection.cursor], [[undefined], 'e.1-0']);
    });
  });
});
