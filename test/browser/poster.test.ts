import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createOutbox } from '../../src/browser/outbox.ts';
import { createPoster, HELD_BACK, STRAYS, UNANSWERED } from '../../src/browser/poster.ts';
import { requestsTo } from '../../src/browser/request.ts';
import { FakeBrowser } from '../support/fake-browser.ts';

function posting() {
  const browser = new FakeBrowser();
  const outbox = createOutbox();
  const told: string[] = [];
  const host = { session: 's1', canPost: true };
  const poster = createPoster(outbox, {
    platform: browser.platform,
    requestFor: requestsTo(new URL('http://localhost/live'), {}),
    session: () => host.session,
    canPost: () => host.canPost,
    backoff: (failures) => 100 * 2 ** failures,
    giveWay: () => void told.push('give way'),
    lost: () => void told.push('lost'),
    refused: ({ status, message }) => void told.push(`refused: ${status} ${message}`),
  });
  /** Sends messages at once; what became of each is told. */
  const send = async (...messages: unknown[]): Promise<void> => {
    for (const data of messages) {
      outbox.add(data).then(
        (n) => void told.push(`acknowledged ${n}`),
        (error) => void told.push(`${error.status} ${error.message}`),
      );
      poster.flush();
    }
    await browser.settle();
  };
  return { browser, outbox, host, told, send, poster };
}

const STRAY = '{"error":"unknown-session"}';

const ack = (n: number): string => JSON.stringify({ ack: n });

describe('createPoster', () => {
  it('sends what was sent in one turn as one array, to the session', async () => {
    const { browser, send, told } = posting();
    await send('a', 'b');
    const { url, method, messages } = browser.request;
    assert.equal(url.href, 'http://localhost/live?session=s1');
    assert.equal(method, 'POST');
    assert.equal(browser.request.field('content-type'), 'application/json');
    assert.deepEqual(messages, [
      { n: 1, data: 'a' },
      { n: 2, data: 'b' },
    ]);
    browser.request.answer(200, ack(2));
    await browser.settle();
    assert.deepEqual(told, ['acknowledged 1', 'acknowledged 2']);
  });

  it('has one request under way, and sends what came meanwhile in the next', async () => {
    const { browser, send } = posting();
    await send('a');
    await send('b', 'c');
    assert.equal(browser.requests.length, 1);
    browser.request.answer(200, ack(1));
    await browser.advance(0);
    assert.equal(browser.requests.length, 2);
    assert.deepEqual(
      browser.request.messages.map(({ n }) => n),
      [2, 3],
    );
  });

  it('sends nothing while it is not the way to send, or there is no session', async () => {
    const { browser, host, send, poster } = posting();
    host.canPost = false;
    await send('a');
    host.canPost = true;
    host.session = '';
    poster.flush();
    await browser.settle();
    assert.equal(browser.requests.length, 0);
  });

  it('sends the same again after trouble, at longer and longer intervals', async () => {
    const { browser, send, told } = posting();
    await send('a');
    browser.request.cut();
    await browser.settle();
    assert.deepEqual(browser.timers, [100]);
    await browser.advance(100);
    browser.request.answer(500);
    await browser.settle();
    assert.deepEqual(browser.timers, [300]);
    await browser.advance(200);
    browser.request.answer(503, '', { 'retry-after': '9' });
    await browser.settle();
    assert.deepEqual(browser.timers, [9_300]);
    await browser.advance(9_000);
    assert.deepEqual(browser.request.messages, [{ n: 1, data: 'a' }]);
    browser.request.answer(200, ack(1));
    await browser.settle();
    assert.deepEqual(told, ['acknowledged 1']);
  });

  it('gives a request up that is never answered', async () => {
    const { browser, send } = posting();
    await send('a');
    await browser.advance(UNANSWERED);
    assert.ok(browser.request.isAborted);
    await browser.advance(100);
    assert.equal(browser.requests.length, 2);
  });

  it('has a connection given up for a request that may be held back by the browser', async () => {
    const { browser, send, told } = posting();
    await send('a');
    await browser.advance(HELD_BACK - 1);
    assert.deepEqual(told, []);
    await browser.advance(1);
    assert.deepEqual(told, ['give way']);
    assert.equal(browser.request.isAborted, false);
  });

  it('goes on from the number that is expected', async () => {
    const { browser, send, told } = posting();
    await send('a', 'b', 'c');
    browser.request.answer(409, '{"error":"out-of-order","expected":3}');
    await browser.advance(0);
    assert.deepEqual(told, ['acknowledged 1', 'acknowledged 2']);
    assert.deepEqual(browser.request.messages, [{ n: 3, data: 'c' }]);
  });

  it('tells that the session is lost, and sends it all in the next with numbers from 1', async () => {
    const { browser, send, told, host, outbox } = posting();
    await send('a');
    browser.request.answer(200, ack(1));
    await browser.advance(0);
    await send('b');
    browser.request.answer(409, STRAY);
    await browser.advance(100);
    assert.deepEqual(told, ['acknowledged 1']);
    browser.request.answer(409, STRAY);
    await browser.settle();
    assert.deepEqual(told, ['acknowledged 1', 'lost']);
    host.session = 's2';
    outbox.resend(1);
    await browser.advance(200);
    assert.equal(browser.request.parameter('session'), 's2');
    assert.deepEqual(browser.request.messages, [{ n: 1, data: 'b' }]);
  });

  it('sends to servers that take turns until it comes to the one that knows the session', async () => {
    const { browser, send, told } = posting();
    for (let n = 1; n <= 2 * STRAYS; n++) {
      await send(n);
      browser.request.answer(409, STRAY);
      await browser.advance(100);
      assert.deepEqual(browser.request.messages, [{ n, data: n }]);
      browser.request.answer(200, ack(n));
      await browser.advance(0);
    }
    assert.equal(told.length, 2 * STRAYS);
    assert.ok(!told.includes('lost'));
  });

  it('refuses what comes to servers alone that know no session, in the end', async () => {
    const { browser, send, told, host, outbox } = posting();
    await send('a', 'b');
    for (let i = 1; i <= STRAYS; i++) {
      assert.equal(browser.requests.length, i);
      browser.request.answer(409, STRAY);
      await browser.settle();
      if (i === STRAYS) break;
      host.session = `s${i + 1}`;
      outbox.resend(1);
      await browser.advance(100 * 2 ** (i - 1));
    }
    const refused = `409 ${STRAY}`;
    assert.deepEqual(told.splice(0), [...Array(4).fill('lost'), refused, refused]);
    await browser.advance(0);
    await send('c');
    browser.request.answer(409, STRAY);
    await browser.advance(100);
    browser.request.answer(200, ack(1));
    await browser.settle();
    assert.deepEqual(told, ['acknowledged 1']);
  });

  it('goes by no answer of an earlier session', async () => {
    const { browser, send, told, host, outbox } = posting();
    await send('a');
    host.session = 's2';
    outbox.resend(1);
    browser.request.answer(200, ack(1));
    await browser.advance(100);
    assert.deepEqual(told, []);
    assert.equal(browser.requests.length, 2);
  });

  it('sends less at a time when it was too much, and reports what is too large alone', async () => {
    const { browser, send, told } = posting();
    await send('a', 'b'.repeat(1_000), 'c');
    for (let i = 0; i < 10 && browser.request.messages.length > 1; i++) {
      browser.request.answer(413, 'over limits.body');
      await browser.advance(0);
    }
    assert.deepEqual(browser.request.messages, [{ n: 1, data: 'a' }]);
    browser.request.answer(200, ack(1));
    await browser.advance(0);
    browser.request.answer(413, 'over limits.body');
    await browser.advance(0);
    assert.deepEqual(told, ['acknowledged 1', '413 over limits.body']);
    assert.deepEqual(browser.request.messages, [{ n: 2, data: 'c' }]);
  });

  it('reports what the server does not take, and why', async () => {
    for (const status of [400, 404, 415]) {
      const { browser, send, told } = posting();
      await send('a', 'b');
      browser.request.answer(status, 'no');
      await browser.settle();
      assert.deepEqual(told, [`${status} no`, `${status} no`]);
    }
  });

  it('tells of a refusal', async () => {
    const { browser, send, told } = posting();
    await send('a');
    browser.request.answer(401, 'Who are you?');
    await browser.settle();
    assert.deepEqual(told, ['refused: 401 Who are you?']);
  });

  it('takes an answer that makes no sense for trouble', async () => {
    for (const [status, text] of [
      [200, 'ok'],
      [200, '{}'],
      [409, '<html>'],
    ] as const) {
      const { browser, send, told } = posting();
      await send('a');
      browser.request.answer(status, text);
      await browser.settle();
      assert.deepEqual(browser.timers, [100], `${status} ${text}`);
      await browser.advance(100);
      browser.request.answer(200, ack(1));
      await browser.settle();
      assert.deepEqual(told, ['acknowledged 1']);
    }
  });
});
