import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { dial, exchange, readUntil } from '../support/raw.ts';
import { listeningHub } from '../support/running-hub.ts';
import { thenable } from '../support/thenable.ts';
import { until } from '../support/until.ts';

describe('serveHttp', () => {
  it('answers later, with fields, octets, a Response, or nothing', async () => {
    const { hub, get } = await listeningHub();
    hub.http('/later', async () => ({ status: 201, headers: { etag: '"x"' }, body: 'made' }));
    hub.http('/octets', () => ({ body: Buffer.from('octets') }));
    hub.http('/response', () => new Response('text', { headers: { 'x-a': 'b' } }));
    hub.http('/nothing', () => ({ status: 204 }));
    hub.http('/empty', () => ({}));
    assert.match(await get('/later'), /201 Created.*etag: "x".*content-type: text\/plain.*made$/is);
    assert.match(await get('/octets'), /Content-Length: 6\r\n.*octets$/is);
    assert.match(await get('/response'), /x-a: b.*4\r\ntext\r\n0\r\n\r\n$/is);
    assert.match(await get('/nothing'), /204 No Content/);
    assert.match(await get('/empty'), /200 OK.*Content-Length: 0/is);
  });

  it('says which part of an answer is none, before anything of it is sent', async () => {
    const reported: unknown[] = [];
    const { hub, get } = await listeningHub({ onError: (error) => reported.push(error) });
    for (const [i, [answer, message]] of Object.entries([
      [{ body: 5 }, /the body of an answer must be a string/],
      [{ body: { a: 1 } }, /JSON\.stringify/],
      [{ body: () => 'a' }, /the body of an answer/],
      [{ headers: { 'X-Count': 5 } }, /the value of X-Count must be a string, not of type number/],
      [{ headers: { 'X-Count': undefined }, body: '' }, /X-Count .* not of type undefined/],
      ['text', /a handler returns/],
    ] as const)) {
      hub.http(`/${i}`, () => answer as never);
      assert.match(await get(`/${i}`), /^HTTP\/1\.1 500 /);
      assert.match((reported.pop() as Error).message, message);
    }
  });

  it('breaks an answer off whose pieces are none', async () => {
    const reported: unknown[] = [];
    const { hub, get } = await listeningHub({ onError: (error) => reported.push(error) });
    hub.http('/', () => ({
      body: (async function* () {
        yield 'one';
        yield 2 as never;
      })(),
    }));
    assert.doesNotMatch(await get('/'), /0\r\n\r\n$/);
    assert.match((reported.pop() as Error).message, /the body of an answer must be/);
  });

  it('leaves the type alone that the handler gave', async () => {
    const { hub, get } = await listeningHub();
    hub.http('/', () => ({ headers: { 'Content-Type': 'text/html' }, body: '<p>' }));
    const answer = await get('/');
    assert.match(answer, /Content-Type: text\/html/);
    assert.equal(answer.match(/content-type/gi)?.length, 1);
  });

  it('streams an answer as it is made, and stops making it when the peer leaves', async () => {
    const { hub, port } = await listeningHub();
    let stopped = false;
    hub.http('/', () => ({
      body: (async function* () {
        try {
          for (let i = 0; ; i++) {
            yield `piece ${i};`;
            await sleep(5);
          }
        } finally {
          stopped = true;
        }
      })(),
    }));
    const socket = dial(port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await readUntil(socket, 'piece 2;');
    assert.equal(stopped, false);
    socket.destroy();
    await until(() => stopped);
  });

  it('makes no more of an answer than the peer takes', async () => {
    const { hub, port } = await listeningHub();
    let made = 0;
    hub.http('/', () => ({
      body: (async function* () {
        for (; made < 1_000; made++) yield Buffer.alloc(65_536);
      })(),
    }));
    const socket = dial(port).pause();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await sleep(300);
    const before = made;
    assert.ok(before < 500, `${before} pieces were made for a peer that reads none`);
    let received = 0;
    for await (const octets of socket) received += (octets as Buffer).length;
    assert.ok(received > 65_536_000);
  });

  it('answers HEAD with the head alone, also where the content would have no end', async () => {
    const { hub, port } = await listeningHub();
    let cancelled = 0;
    hub.http('/', () => ({ body: new ReadableStream({ cancel: () => void cancelled++ }) }));
    const wire = 'HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    assert.match(await exchange(port, wire), /^HTTP\/1.1 200 .*\r\n\r\n$/s);
    assert.equal(cancelled, 1);
  });

  it('waits for an answer that is promised by other means than Promise', async () => {
    const { hub, get } = await listeningHub();
    hub.http('/', () => thenable({ body: 'later' }) as never);
    assert.match(await get('/'), /later$/);
  });

  it('breaks an answer off whose making fails, and reports', async () => {
    const error = new Error('half way');
    const reported: unknown[] = [];
    const { hub, get } = await listeningHub({ onError: (reason) => reported.push(reason) });
    hub.http('/', () => ({
      body: (async function* () {
        yield 'half';
        throw error;
      })(),
    }));
    const answer = await get('/');
    assert.match(answer, /4\r\nhalf\r\n$/);
    assert.deepEqual(reported, [error]);
  });

  for (const [name, handler] of [
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['returns nothing', () => undefined as never],
    ['gives a field that would be two', () => ({ headers: { a: 'b\r\nc: d' } })],
  ] as const) {
    it(`answers 500, closes and reports when a handler ${name}`, async () => {
      const reported: unknown[] = [];
      const { hub, get } = await listeningHub({ onError: (error) => reported.push(error) });
      hub.http('/', handler);
      const answer = await get('/', '');
      assert.match(answer, /^HTTP\/1.1 500 .*Connection: close/is);
      assert.equal(answer.match(/HTTP\/1.1/g)?.length, 1);
      assert.equal(reported.length, 1);
    });
  }

  it('does not report that the peer erred or left, but what a handler did wrong thereafter', async () => {
    const reported: unknown[] = [];
    const { hub, get } = await listeningHub({ onError: (error) => reported.push(error) });
    const slip = new Error('a slip');
    let answered = 0;
    hub.http('/read', ({ body }) => body.bytes().finally(() => answered++) as never);
    hub.http('/wait', ({ signal, body }) => {
      body.bytes().catch(() => {});
      return sleep(10_000, undefined, { signal }).finally(() => answered++) as never;
    });
    hub.http('/slip', async ({ body }) => {
      await body.bytes().catch(() => {});
      answered++;
      throw slip;
    });
    for (const path of ['/read', '/wait', '/slip']) {
      const answer = await get(path, 'Transfer-Encoding: chunked\r\n\r\nfive');
      assert.match(answer, /^HTTP\/1.1 400 /);
    }
    await until(() => answered === 3);
    assert.deepEqual(reported, [slip]);
  });

  it('does not report a handler that gave up because the peer has ended its side', async () => {
    const reported: unknown[] = [];
    const { hub, port } = await listeningHub({ onError: (error) => reported.push(error) });
    hub.http('/', ({ signal }) => sleep(10_000, {}, { signal }));
    const socket = dial(port);
    socket.end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await readUntil(socket, '500');
    assert.deepEqual(reported, []);
  });

  it('survives an onError that throws', async () => {
    const { hub, get } = await listeningHub({
      onError: () => {
        throw new Error('again');
      },
    });
    const { error } = console;
    console.error = () => {};
    hub.http('/', () => {
      throw new Error('no');
    });
    assert.match(await get('/'), /500/);
    console.error = error;
  });
});
