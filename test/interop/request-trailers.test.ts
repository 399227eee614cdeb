import assert from 'node:assert/strict';
import { createServer as createHttp2Server } from 'node:http2';
import { describe, it } from 'node:test';

import type { Hub, Request } from '../../src/index.ts';
import { Http2Peer, listening } from '../support/http2.ts';
import { dial, exchange } from '../support/raw.ts';
import { listeningHub, newHub, runningHost } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

type Lines = readonly (readonly [name: string, value: string])[];

/** What is asked: content, and what comes behind it. */
interface Asking {
  readonly content: string;
  readonly trailers: Lines;
}

/** What a client does to a hub that it came to by a door. */
interface Client {
  /** Sends all of it, and resolves with the answer. */
  ask(path: string, asking: Asking): Promise<string>;
  /** Sends content, and breaks off in front of the trailers when it is told. */
  breakOff(path: string, content: string): Promise<() => void>;
}

const limits = { body: 100_000, closing: 300, linger: 300 };

const DOORS: Readonly<Record<string, () => Promise<{ hub: Hub; client: Client }>>> = {
  'hub.listen': async () => {
    const { hub, port } = await listeningHub({ limits });
    return { hub, client: http1Client(port) };
  },
  'hub.attach on node:http': async () => {
    const hub = newHub({ limits });
    const { server, port } = await runningHost();
    hub.attach(server);
    return { hub, client: http1Client(port) };
  },
  'hub.middleware on node:http, behind what takes its time': async () => {
    const hub = newHub({ limits });
    const { port } = await runningHost((request, response) => {
      setTimeout(() => hub.middleware(request, response, () => response.end()), 20);
    });
    return { hub, client: http1Client(port) };
  },
  'hub.attach on node:http2': async () => {
    const hub = newHub({ limits });
    const server = createHttp2Server();
    hub.attach(server);
    return { hub, client: http2Client(await Http2Peer.connect(await listening(server))) };
  },
  'hub.middleware on node:http2, behind what takes its time': async () => {
    const hub = newHub({ limits });
    const server = createHttp2Server((request, response) => {
      setTimeout(() => hub.middleware(request, response, () => response.end()), 20);
    });
    return { hub, client: http2Client(await Http2Peer.connect(await listening(server))) };
  },
};

const TRAILERS: Lines = [
  ['X-Digest', 'abc'],
  ['Authorization', 'Bearer x'],
  ['X-More', '1'],
  ['X-More', '2'],
];

const RECEIVED: Lines = TRAILERS.map(([name, value]) => [name.toLowerCase(), value]);

for (const [door, open] of Object.entries(DOORS)) {
  describe(`the trailers of a request, by ${door}`, () => {
    it('are known once the content has been read, as a whole or piece by piece', async () => {
      const { hub, client } = await open();
      const known: unknown[] = [];
      hub.http('/whole', async ({ body, headers, trailers }) => {
        known.push(trailers.size);
        await body.text();
        return tell({ headers, trailers });
      });
      hub.http('/pieces', async (request) => {
        let length = 0;
        for await (const piece of request.body) length += piece.length;
        assert.equal(length, 90_000);
        return tell(request);
      });
      for (const path of ['/whole', '/pieces']) {
        const content = 'x'.repeat(90_000);
        const told = JSON.parse(await client.ask(path, { content, trailers: TRAILERS }));
        assert.deepEqual(told, { trailers: RECEIVED, more: '1, 2', headers: [null, null] }, path);
      }
      assert.deepEqual(known, [0]);
    });

    it('are empty where there are none', async () => {
      const { hub, client } = await open();
      hub.http('/', async (request) => {
        await request.body.text();
        return tell(request);
      });
      const told = JSON.parse(await client.ask('/', { content: 'content', trailers: [] }));
      assert.deepEqual(told.trailers, []);
    });

    it('are those of content that is empty', async () => {
      const { hub, client } = await open();
      hub.http('/', async (request) => {
        assert.equal(await request.body.text(), '');
        return tell(request);
      });
      const told = JSON.parse(await client.ask('/', { content: '', trailers: TRAILERS }));
      assert.deepEqual(told.trailers, RECEIVED);
    });

    it('stay empty when the content is not read, or too late', async () => {
      const { hub, client } = await open();
      const requests: Request[] = [];
      hub.http('/', (request) => {
        requests.push(request);
        return { body: 'answered' };
      });
      assert.equal(await client.ask('/', { content: 'content', trailers: TRAILERS }), 'answered');
      await assert.rejects(requests[0]!.body.text());
      assert.equal(requests[0]!.trailers.size, 0);
    });

    it('stay empty when the content is refused', async () => {
      const { hub, client } = await open();
      const reasons: unknown[] = [];
      hub.http('/', async ({ body, trailers }) => {
        await body.bytes().catch(({ code }) => reasons.push(code, trailers.size));
        return {};
      });
      await client.ask('/', { content: 'x'.repeat(100_001), trailers: TRAILERS }).catch(() => {});
      await until(() => reasons.length > 0);
      assert.deepEqual(reasons, ['HTTP_BODY_LIMIT', 0]);
    });

    it('stay empty when the content breaks off', async () => {
      const { hub, client } = await open();
      const requests: Request[] = [];
      const reasons: unknown[] = [];
      hub.http('/', async (request) => {
        requests.push(request);
        await request.body.bytes().catch(({ code }) => reasons.push(code, request.trailers.size));
        return {};
      });
      const cut = await client.breakOff('/', 'content');
      await until(() => requests.length === 1);
      cut();
      await until(() => reasons.length > 0);
      assert.deepEqual(reasons, ['HTTP_CUT', 0]);
    });

    it('are not kept without a bound', async () => {
      const { hub, client } = await open();
      const told: unknown[] = [];
      hub.http('/', async ({ body, trailers }) => {
        await body.bytes().catch(() => {});
        told.push(trailers.size);
        return {};
      });
      const trailers: Lines = Array.from({ length: 400 }, (_, i) => [`x-${i}`, 'x'.repeat(400)]);
      await client.ask('/', { content: 'content', trailers }).catch(() => {});
      // Where Node refuses them before the middleware has had its turn, nobody is asked at all.
      assert.ok(told.every((size) => size === 0));
    });
  });
}

for (const [code, trailers] of [
  ['trailer section exceeds limits.head', `X: ${'x'.repeat(1_000)}\r\n`],
  ['number of field lines exceeds limits.fields', 'X: x\r\n'.repeat(9)],
  ['invalid field value', 'X: \x01\r\n'],
  ['folded field line', 'X: x\r\n y\r\n'],
] as const) {
  it(`the trailers of a request are judged as its header section is: ${code}`, async () => {
    const { hub, port } = await listeningHub({ limits: { head: 1_000, fields: 8 } });
    const told: unknown[] = [];
    hub.http('/', async (request) => {
      await request.body.text().catch(({ message }) => told.push(message, request.trailers.size));
      return {};
    });
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answer = await exchange(port, `${head}1\r\nx\r\n0\r\n${trailers}\r\n`);
    assert.match(answer, /^HTTP\/1\.1 4(00|31) /);
    assert.ok(`${told[0]}`.startsWith(code), `${told[0]}`);
    assert.equal(told[1], 0);
  });
}

it('the trailers of one request are not those of the next', async () => {
  const { hub, port } = await listeningHub();
  hub.http('/', async (request) => {
    await request.body.text();
    return tell(request);
  });
  const ask = (trailers: string): string =>
    `POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n${trailers}\r\n`;
  const last = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  const answers = await exchange(port, ask('A: 1\r\n') + ask('') + ask('B: 2\r\n') + last);
  const told = Array.from(
    answers.matchAll(/"trailers":(.*?),"(?:more|headers)"/g),
    ([, lines]) => lines,
  );
  assert.deepEqual(told, ['[["a","1"]]', '[]', '[["b","2"]]', '[]']);
});

// Helpers

/** Says what a handler has been handed. */
function tell({ trailers, headers }: Pick<Request, 'headers' | 'trailers'>): { body: string } {
  const asked = ['x-digest', 'authorization'].map((name) => headers.get(name) ?? null);
  const told = { trailers: [...trailers], more: trailers.get('x-more'), headers: asked };
  return { body: JSON.stringify(told) };
}

function http1Client(port: number): Client {
  const head = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = (content: string): string =>
    content === '' ? '' : `${content.length.toString(16)}\r\n${content}\r\n`;
  return {
    async ask(path, { content, trailers }) {
      const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const answer = await exchange(port, `${head(path)}${chunk(content)}0\r\n${lines}\r\n`);
      return answer.slice(answer.indexOf('\r\n\r\n') + 4);
    },
    async breakOff(path, content) {
      const socket = dial(port);
      socket.write(`${head(path)}${chunk(content)}0\r\nX-Digest: abc\r\n`);
      return () => socket.resetAndDestroy();
    },
  };
}

function http2Client({ session }: Http2Peer): Client {
  const begin = (path: string) => {
    const head = { ':method': 'POST', ':path': path, ':authority': 'localhost' };
    return session.request(head, { waitForTrailers: true }).on('error', () => {});
  };
  return {
    async ask(path, { content, trailers }) {
      const stream = begin(path);
      const lines: Record<string, string[]> = {};
      for (const [name, value] of trailers) {
        const lower = name.toLowerCase();
        lines[lower] = [...(lines[lower] ?? []), value];
      }
      stream.on('wantTrailers', () => stream.sendTrailers(lines));
      stream.end(content);
      let answer = '';
      for await (const octets of stream) answer += octets;
      return answer;
    },
    async breakOff(path, content) {
      const stream = begin(path);
      stream.write(content);
      return () => stream.close(8);
    },
  };
}
