import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Session } from '../../src/index.ts';
import { liveHub } from '../support/live-hub.ts';
import { LivePeer } from '../support/live-peer.ts';
import { exchange } from '../support/raw.ts';
import { until } from '../support/until.ts';

describe('receiveUpstream', () => {
  it('delivers in order, once each, and says how far it came', async () => {
    const { session, ask, told } = await posting();
    assert.deepEqual(await ask([]), [200, { ack: 0 }]);
    assert.deepEqual(await ask([numbered(1), numbered(2)]), [200, { ack: 2 }]);
    assert.deepEqual(await ask([numbered(1), numbered(2), numbered(3)]), [200, { ack: 3 }]);
    assert.deepEqual(told.splice(0), ['open', 'message 1 1', 'message 2 2', 'message 3 3']);
    assert.deepEqual(await ask([{ data: 'x' }]), [200, { ack: 3 }]);
    assert.deepEqual(told, ['message undefined "x"']);
    assert.ok(session);
  });

  it('takes what stands before the first that is out of order', async () => {
    const { ask, told } = await posting();
    const expected = [409, { error: 'out-of-order', expected: 2 }];
    assert.deepEqual(await ask([numbered(1), numbered(3), numbered(2)]), expected);
    assert.deepEqual(told, ['open', 'message 1 1']);
  });

  it('takes nothing when one of them is none', async () => {
    const { ask, told } = await posting();
    for (const content of [
      [numbered(1), { n: 2 }],
      [{ n: 0, data: 1 }],
      [{ n: 1.5, data: 1 }],
      { n: 1, data: 1 },
      '[',
      '',
    ]) {
      assert.equal((await ask(content))[0], 400);
    }
    assert.deepEqual(told, ['open']);
  });

  it('wants JSON in UTF-8, and no more of it than limits.body', async () => {
    const { ask, told } = await posting({ body: 1_000 });
    for (const type of ['text/plain', 'application/jsonp', '']) {
      assert.equal((await ask([], { 'content-type': type }))[0], 415);
    }
    const type = { 'content-type': 'Application/JSON; charset=utf-8' };
    assert.equal((await ask([numbered(1)], type))[0], 200);
    assert.equal((await ask([{ data: 'x'.repeat(1_000) }]))[0], 413);
    assert.equal((await ask(Buffer.from('[{"data":"\xff"}]', 'latin1')))[0], 400);
    assert.equal(told.length, 2);
  });

  for (const isAttached of [false, true]) {
    it(`lets a page read that its content is too long${isAttached ? ', inside node:http' : ''}`, async () => {
      const origin = 'https://app.example';
      let asked = 0;
      const { port, reported } = await liveHub(
        { origins: [origin], authorize: () => ({ channels: [], a: asked++ }) },
        { limits: { body: 100 } },
        isAttached,
      );
      const { session } = (await LivePeer.open(port, 'long-poll')).ready;
      const head = `POST /events?session=${session} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n`;
      const long = 'x'.repeat(101);
      for (const content of [
        `Content-Length: 101\r\n\r\n${long}`,
        `Transfer-Encoding: chunked\r\n\r\n65\r\n${long}\r\n0\r\n\r\n`,
      ]) {
        const answer = await exchange(port, `${head}Origin: ${origin}\r\n${content}`);
        assert.match(answer, /^HTTP\/1.1 413 .*limits.body/s);
        assert.match(answer, /\r\naccess-control-allow-origin: https:\/\/app.example\r\n/i);
        assert.match(answer, /\r\naccess-control-allow-credentials: true\r\n/i);
        assert.match(answer, /\r\nvary: Origin\r\n/i);
      }
      asked = 0;
      const evil = await exchange(
        port,
        `${head}Origin: https://evil.example\r\nContent-Length: 101\r\n\r\n${long}`,
      );
      assert.match(evil, /^HTTP\/1.1 403 /);
      assert.doesNotMatch(evil, /access-control-allow/i);
      assert.equal(asked, 0);
      assert.deepEqual(reported, []);
    });
  }

  it('knows no session without an id, nor one that it does not know', async () => {
    const { url, post } = await liveHub();
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: '[]' });
    assert.equal(answer.status, 409);
    assert.deepEqual(await answer.json(), { error: 'unknown-session' });
    assert.equal((await post('__proto__', [numbered(1)])).status, 409);
  });

  it('acknowledges once the handler is done, and a repeat no sooner', async () => {
    const settle: (() => void)[] = [];
    const { ask } = await posting(
      {},
      { message: () => new Promise<void>((resolve) => settle.push(resolve)) },
    );
    const answers: string[] = [];
    const first = ask([numbered(1)]).then(() => answers.push('first'));
    await until(() => settle.length === 1);
    const again = ask([numbered(1)]).then(() => answers.push('again'));
    await sleep(50);
    assert.deepEqual(answers, []);
    settle[0]!();
    await Promise.all([first, again]);
    assert.equal(settle.length, 1);
  });

  it('reports and acknowledges what the handler fails at, and closes the connection', async () => {
    for (const message of [
      () => {
        throw new Error('no');
      },
      () => Promise.reject(new Error('no')),
    ]) {
      const { session, hub } = await posting({}, { message });
      const answer = await hub.post(session, [numbered(1), numbered(2)]);
      assert.equal(answer.headers.get('connection'), 'close');
      assert.deepEqual(await answer.json(), { ack: 2 });
      assert.equal(hub.reported.length, 2);
    }
  });

  it('acknowledges nothing behind a message that ends the session', async () => {
    const { ask, told } = await posting(
      {},
      { message: (session: Session<unknown>, data: unknown) => data === 2 && session.close() },
    );
    assert.deepEqual(await ask([numbered(1), numbered(2), numbered(3)]), [200, { ack: 2 }]);
    assert.deepEqual(told, ['open', 'message 1 1', 'message 2 2', 'close server closed']);
    assert.equal((await ask([numbered(3)]))[0], 409);
  });

  it('takes nothing for a session that ends while the content comes', async () => {
    const { session, hub } = await posting();
    let push: ((text: string) => void) | undefined;
    const body = new ReadableStream({
      start: (controller) => {
        push = (text) => {
          controller.enqueue(Buffer.from(text));
          if (text.endsWith(']')) controller.close();
        };
      },
    });
    const answered = hub.post(session, '', { body, duplex: 'half' } as RequestInit);
    push!('[{"n":1,');
    await until(() => hub.sessions[0]!.uses === 2);
    hub.sessions[0]!.close();
    push!('"data":1}]');
    assert.equal((await answered).status, 409);
    assert.deepEqual(hub.told, ['open', 'close server closed']);
  });
});

// Helpers

const numbered = (n: number) => ({ n, data: n });

/** A session, and a way to post to it. */
async function posting(limits = {}, route = {}) {
  const hub = await liveHub(route, { limits });
  const peer = await hub.open('stream');
  const { session } = peer.ready;
  const ask = async (content: unknown, headers?: Record<string, string>) => {
    const init: RequestInit = { headers: { 'content-type': 'application/json', ...headers } };
    if (content instanceof Uint8Array) init.body = content as never;
    const answer = await hub.post(session, content, init);
    const isJson = answer.headers.get('content-type') === 'application/json';
    return [answer.status, isJson ? await answer.json() : await answer.text()] as const;
  };
  return { hub, session, ask, told: hub.told };
}
