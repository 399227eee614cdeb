import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp1 } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { HttpHandler } from '../../src/index.ts';
import { Http2Peer, listening } from '../support/http2.ts';
import { exchange } from '../support/raw.ts';
import { listeningHub, newHub, runningHost } from '../support/running-hub.ts';

/** What a client has heard of an answer. */
interface Heard {
  readonly hints: readonly string[];
  readonly status: number | undefined;
  readonly content: string;
  readonly trailers: Readonly<Record<string, unknown>>;
}

/** A way into a hub that answers by a handler. */
type Door = (
  handler: HttpHandler,
  reported: unknown[],
) => Promise<(method?: string) => Promise<Heard>>;

const DOORS: Readonly<Record<string, Door>> = {
  'hub.listen': async (handler, reported) => {
    const { hub, port } = await listeningHub({ onError: (error) => reported.push(error) });
    hub.http('/', handler);
    return (method) => askHttp1(port, method);
  },
  'hub.attach on node:http': async (handler, reported) => {
    const hub = newHub({ onError: (error) => reported.push(error) }).http('/', handler);
    const { server, port } = await runningHost();
    hub.attach(server);
    return (method) => askHttp1(port, method);
  },
  'hub.middleware on node:http': async (handler, reported) => {
    const hub = newHub({ onError: (error) => reported.push(error) }).http('/', handler);
    const { port } = await runningHost((request, response) =>
      hub.middleware(request, response, () => response.end('not of the hub')),
    );
    return (method) => askHttp1(port, method);
  },
  'hub.attach on node:http2': async (handler, reported) => {
    const hub = newHub({ onError: (error) => reported.push(error) }).http('/', handler);
    const server = createHttp2Server();
    hub.attach(server);
    const peer = await Http2Peer.connect(await listening(server));
    return (method) => askHttp2(peer, method);
  },
  'hub.middleware on node:http2': async (handler, reported) => {
    const hub = newHub({ onError: (error) => reported.push(error) }).http('/', handler);
    const server = createHttp2Server((request, response) =>
      hub.middleware(request, response, () => response.end('not of the hub')),
    );
    const peer = await Http2Peer.connect(await listening(server));
    return (method) => askHttp2(peer, method);
  },
};

const STYLE = '</style.css>; rel=preload; as=style';
const SCRIPT = '</main.js>; rel="modulepreload"';

async function* pieces() {
  yield 'one ';
  yield 'x'.repeat(200_000);
  yield ' two';
}

for (const [door, open] of Object.entries(DOORS)) {
  describe(`what comes before and behind an answer, by ${door}`, () => {
    it('sends hints while the answer is being made', async () => {
      let answer = (): void => {};
      const waiting = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const ask = await open(async (request) => {
        request.earlyHints([STYLE, SCRIPT]);
        request.earlyHints(STYLE);
        // The answer comes in any case, so that what is missing is seen.
        await Promise.race([waiting, sleep(2_000, undefined, { ref: false })]);
        return { status: 201, body: 'made' };
      }, []);
      hinted = answer;
      const since = performance.now();
      const { hints, status, content } = await ask();
      assert.ok(performance.now() - since < 1_500, 'the hints waited for the answer');
      assert.deepEqual(hints, [`${STYLE}, ${SCRIPT}`, STYLE]);
      assert.deepEqual([status, content], [201, 'made']);
    });

    it('refuses hints that are none, and those that come too late', async () => {
      const reported: unknown[] = [];
      const late: unknown[] = [];
      const ask = await open((request) => {
        if (request.method === 'DELETE') request.earlyHints('style.css');
        return {
          body: (async function* () {
            try {
              request.earlyHints(STYLE);
            } catch (error) {
              late.push(error);
            }
            yield 'content';
          })(),
        };
      }, reported);
      assert.equal((await ask('DELETE')).status, 500);
      assert.match(`${reported}`, /TypeError: a link is/);
      const { hints, content } = await ask();
      assert.deepEqual([hints, content], [[], 'content']);
      assert.ok(late[0] instanceof TypeError);
    });

    it('sends fields behind content, streamed or whole or none', async () => {
      let length = 0;
      const bodies = [pieces(), 'whole', Buffer.from('octets'), null];
      const contents = ['one ', 'whole', 'octets', ''];
      const ask = await open(() => {
        const body = bodies.shift();
        length = bodies.length;
        return { body, trailers: () => ({ 'X-Left': `${length}`, 'x-more': ['a', 'b'] }) };
      }, []);
      for (const [i, content] of contents.entries()) {
        const heard = await ask();
        assert.ok(heard.content.startsWith(content));
        assert.equal(heard.content.length, i === 0 ? 200_008 : content.length);
        assert.deepEqual(heard.trailers, { 'x-left': `${3 - i}`, 'x-more': 'a, b' });
      }
    });

    it('leaves them out where there is no place for them', async () => {
      const trailers = { 'x-a': 'b' };
      const ask = await open(
        ({ method }) => (method === 'DELETE' ? { status: 204, trailers } : { body: 'a', trailers }),
        [],
      );
      for (const method of ['HEAD', 'DELETE']) {
        const heard = await ask(method);
        assert.deepEqual([heard.content, heard.trailers], ['', {}], method);
      }
      assert.deepEqual((await ask()).trailers, trailers);
    });

    it('ends an answer that turns out to have none', async () => {
      const ask = await open(() => ({ body: pieces(), trailers: () => ({}) }), []);
      const { content, trailers } = await ask();
      assert.deepEqual([content.length, trailers], [200_008, {}]);
    });

    it('refuses fields that may not come behind the content', async () => {
      const reported: unknown[] = [];
      const ask = await open(
        ({ method }) => ({
          body: 'content',
          trailers: method === 'GET' ? { 'Content-Type': 'a' } : () => ({ 'set-cookie': 'a=1' }),
        }),
        reported,
      );
      assert.equal((await ask()).status, 500);
      assert.equal((await ask('DELETE')).status, 500);
      assert.equal(
        `${reported}`,
        'TypeError: Content-Type may not be a trailer field,TypeError: set-cookie may not be a trailer field',
      );
    });

    it('breaks an answer off whose trailers can not be sent', async () => {
      const reported: unknown[] = [];
      const ask = await open(
        () => ({ body: pieces(), trailers: () => ({ 'content-length': '1' }) }),
        reported,
      );
      await assert.rejects(ask());
      assert.match(`${reported}`, /content-length may not be a trailer field/);
    });
  });
}

for (const door of ['hub.listen', 'hub.attach'] as const) {
  it(`sends neither hints nor trailers to HTTP/1.0, nor behind a length, by ${door}`, async () => {
    const answer: HttpHandler = (request) => {
      request.earlyHints(STYLE);
      const headers = request.url === '/length' ? { 'content-length': '1', trailer: 'x-a' } : {};
      return { headers, body: 'a', trailers: { 'x-a': 'b' } };
    };
    const { hub, port } = door === 'hub.listen' ? await listeningHub() : await attached();
    hub.http('/', answer).http('/length', answer);
    const http10 = await exchange(port, 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n');
    assert.match(http10, /^HTTP\/1\.1 200 .*\r\n\r\na$/s);
    const head = 'GET /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const length = await exchange(port, head);
    assert.match(length, /^HTTP\/1\.1 103 .*\r\n\r\nHTTP\/1\.1 200 .*\r\n\r\na$/s);
  });
}

// Helpers

async function attached() {
  const hub = newHub();
  const { server, port } = await runningHost();
  hub.attach(server);
  return { hub, port };
}

/** Called with the first hints that a client hears. */
let hinted = (): void => {};

async function askHttp1(port: number, method = 'GET'): Promise<Heard> {
  const hints: string[] = [];
  const asking = requestHttp1({ port, method, host: '127.0.0.1', headers: { host: 'localhost' } });
  asking.on('information', ({ statusCode, headers }) => {
    if (statusCode === 103) hints.push(`${headers['link']}`);
    hinted();
  });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let content = '';
  for await (const octets of response) content += octets;
  return { hints, status: response.statusCode, content, trailers: response.trailers };
}

async function askHttp2({ session }: Http2Peer, method = 'GET'): Promise<Heard> {
  const hints: string[] = [];
  let trailers: Record<string, unknown> = {};
  const stream = session.request({ ':path': '/', ':authority': 'localhost', ':method': method });
  stream.on('headers', (head) => {
    if (head[':status'] === 103) hints.push(`${head['link']}`);
    hinted();
  });
  stream.on('trailers', (fields) => {
    trailers = Object.fromEntries(Object.entries(fields));
  });
  const [head] = await once(stream, 'response');
  let content = '';
  for await (const octets of stream) content += octets;
  return { hints, status: head[':status'], content, trailers };
}
