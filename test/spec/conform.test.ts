import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';

import { conform } from '../../spec/conform.ts';
import { countsOf, type Report } from '../../spec/report/report.ts';
import { startEncke } from '../conformance/encke.ts';
import { startFull } from '../conformance/full.ts';
import { startLive } from '../conformance/live.ts';
import { startNodeHttp } from '../conformance/node-http.ts';

/** Enough probes for a subject to be lost among them. */
const ONLY: readonly string[] = ['9112-2*', '9112-3*', '9112-9*'];
const TIMEOUT = 300;

/** How many connections a subject behaves on before it does not. */
const BEHAVES = 20;

/** Subjects that nobody can judge, and what the report has to say of them. */
const UNFIT: readonly (readonly [what: string, talk: (socket: Socket) => void, said: RegExp])[] = [
  ['hangs', () => {}, /GET \/ has to be answered with 200, what came was nothing within 300 ms/],
  ['resets', (socket) => socket.resetAndDestroy(), /nothing, then a reset|ECONNRESET/],
  ['ends', (socket) => socket.end(), /nothing, then the end/],
  ['floods', flood, /what came was "a{20,}/],
  ['speaks another protocol', (socket) => socket.end('220 mail ESMTP\r\n'), /"220 mail ESMTP/],
  ['speaks in another way', (socket) => socket.end('SSH-2.0-x\r\n\r\n'), /"SSH-2.0-x/],
  [
    'answers otherwise',
    (socket) => socket.end('HTTP/1.1 404 No\r\n\r\n'),
    /200, and was by 404 No/,
  ],
];

describe('conform', () => {
  it('judges a server at its addresses, and says what it does not have', async () => {
    const { port, close } = await startNodeHttp();
    const results: string[] = [];
    const report = await conform(
      { http: `http://127.0.0.1:${port}/`, name: 'node:http' },
      {
        only: ['9112-3.2-8', '9112-6.1-7'],
        seed: 1,
        timeout: TIMEOUT,
        onResult: ({ probe }) => results.push(probe),
      },
    );
    await close();
    assert.equal(report.subject.name, 'node:http');
    assert.deepEqual([report.obstacles, report.lacks], [[], []]);
    assert.deepEqual(
      report.results.map(({ probe, verdict }) => `${probe} ${verdict}`),
      ['9112-3.2-8 fail', '9112-6.1-7/b fail', '9112-6.1-7/a pass'],
    );
    assert.equal(results.length, 3);
    const [fault] = report.results;
    assert.match(fault!.requirement, /Host/);
    assert.deepEqual([fault!.standard, fault!.section], ['rfc9112', '3.2']);
  });

  it('judges a server inside TLS', async () => {
    const { securePort: port, close } = await startEncke();
    const report = await conform(
      { webSocket: `wss://localhost:${port}/`, http: `https://127.0.0.1:${port}/` },
      { only: ['6455-4.2', '6455-5.1', '6455-10.6', '9112-9.8', '9112-3.2', '9110-7.4'], seed: 1 },
    );
    await close();
    assert.deepEqual(report.obstacles, []);
    const { pass, fail, inconclusive } = countsOf(report.results);
    assert.deepEqual([fail, inconclusive, pass > 40], [0, 0, true]);
    assert.equal(report.results.find(({ probe }) => probe === '9112-9.8-5')!.verdict, 'pass');
  });

  it('judges an event stream and a live route, with and without a way to publish', async () => {
    const { port, endpoint, close } = await startLive();
    const address = `http://127.0.0.1:${port}${endpoint.path}`;
    const addresses = { eventStream: address, live: address, heartbeat: endpoint.heartbeat };
    const options = { skip: ['6202-3.2-2', '6202-4.2-3'], seed: 1 };
    const whole = await conform(addresses, options);
    const half = await conform({ ...addresses, publish: '/nowhere' }, options);
    await close();
    const [all, some] = [countsOf(whole.results), countsOf(half.results)];
    assert.deepEqual([whole.obstacles, whole.lacks, half.obstacles], [[], [], []]);
    assert.match(half.lacks[0]!, /a way to publish: POST \/nowhere was answered by 404/);
    assert.deepEqual([all.fail, all.inconclusive, some.fail, some.inconclusive], [0, 0, 0, 0]);
    assert.ok(some['not applicable'] > 10 && all['not applicable'] < 5);
  });

  it('judges a live route that has no room, and none that is not there', async () => {
    const { port, endpoint, close } = await startFull();
    const full = `http://127.0.0.1:${port}${endpoint.path}`;
    const [report, other] = [await conform({ full }), await conform({ full: `${full}/not` })];
    await close();
    assert.deepEqual(report.obstacles, []);
    assert.deepEqual(report.results.map(({ probe, verdict }) => `${probe} ${verdict}`).sort(), [
      '6202-2.2-4 pass',
      '6202-6-2 pass',
      'html-17.6-5 departure',
    ]);
    assert.match(other.obstacles.join(), /full at .* no room has to be answered, .* by 404/);
  });

  const OF_CONTENT = ['9110-8.4-1', '9110-9.3.2-1', '9112-6.3-13', '9112-9.3.2-3/a', '9112-9.6-12'];
  for (const [what, content, verdict, lack] of [
    ['judges a server by whatever content it has', () => 'Welcome.', 'pass', /^an HTTP reflector/],
    [
      'leaves out what it can tell by no content that is the same each time',
      (count: number) => `You are visitor ${count}.`,
      'not applicable',
      /^content at \/ that is the same each time/,
    ],
    ['does the same for a server without content', () => '', 'not applicable', /^content at/],
  ] as const) {
    it(what, async () => {
      let count = 0;
      const server = createHttpServer({ keepAlive: true }, (request, response) => {
        if (request.url === '/') response.end(content(++count));
        else if (request.method === 'POST') request.pipe(response);
        else response.writeHead(404).end();
      }).listen(0);
      server.on('connection', (socket) => socket.setNoDelay(true));
      const { port } = server.address() as AddressInfo;
      const { lacks, results } = await judge(port, OF_CONTENT);
      server.close();
      assert.match(lacks[0]!, lack);
      assert.deepEqual(
        results
          .filter(({ probe }) => OF_CONTENT.includes(probe))
          .map((result) => `${result.probe} ${result.verdict}`)
          .sort(),
        OF_CONTENT.map((id) => `${id} ${verdict}`),
      );
    });
  }

  it('takes a server without echo and reflector, and lets their probes be', async () => {
    const { server, port } = await listen((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')),
    );
    const { lacks, results } = await judge(port, ['9112-6.1-9', '9110-8.6-5/b', '9112-2.2-9/a']);
    server.close();
    assert.match(lacks.join(), /an HTTP echo.*an HTTP reflector at \/reflect/);
    const verdicts = results.map(({ probe, verdict }) => `${probe} ${verdict}`);
    assert.ok(verdicts.includes('9112-6.1-9 not applicable'), verdicts.join());
    assert.ok(verdicts.includes('9110-8.6-5/b not applicable'), verdicts.join());
  });

  for (const [what, talk, said] of UNFIT) {
    it(`does not judge a subject that ${what}`, async () => {
      const { server, port } = await listen(talk);
      const report = await judge(port);
      server.close();
      notJudged(report, said);
    });
  }

  it('does not judge a subject that is not there', async () => {
    const { server, port } = await listen(() => {});
    server.close();
    notJudged(await judge(port), /no connection: ECONNREFUSED/);
  });

  it('does not judge a WebSocket that sends back something else', async () => {
    const { port, close } = await startNodeHttp();
    const report = await conform({ webSocket: `ws://127.0.0.1:${port}/` }, { timeout: TIMEOUT });
    await close();
    notJudged(report, /the opening handshake has to be answered with 101, and was by 200 OK/);
  });

  for (const [what, talk, said] of [
    [
      'dies',
      undefined,
      /it no longer answered, no connection: ECONNREFUSED; under way were .*9112-/,
    ],
    ['hangs', () => {}, /it no longer answered, nothing within 300 ms/],
    ['floods', flood, /it no longer answered/],
  ] as const) {
    it(`stops at a subject that ${what} in the middle, in bounded time and memory`, async () => {
      const began = Date.now();
      const before = process.memoryUsage().rss;
      const report = await withTurncoat(talk, (port) => judge(port));
      assert.equal(report.obstacles.length, 1);
      assert.match(report.obstacles[0]!, said);
      const { inconclusive, pass } = countsOf(report.results);
      assert.ok(inconclusive > 0 && pass > 0, `${inconclusive} inconclusive, ${pass} pass`);
      assert.ok(Date.now() - began < 30 * TIMEOUT, `${Date.now() - began} ms`);
      const grown = (process.memoryUsage().rss - before) / 2 ** 20;
      assert.ok(grown < 600, `${grown} MiB`);
    });
  }

  it('wants at least one address, and right ones', async () => {
    await assert.rejects(conform({}), /no address/);
    await assert.rejects(conform({ http: 'ws://a/' }), /"ws:\/\/a\/" is not an address like http:/);
    await assert.rejects(conform({ http: 'http://a/b' }), /no path.*http:\/\/a\/$/);
    await assert.rejects(conform({ webSocket: 'ws://me@a/' }), /no name and password/);
  });
});

// Helpers

function judge(port: number, only: readonly string[] = ONLY): Promise<Report> {
  return conform(
    { http: `http://127.0.0.1:${port}/` },
    { only, timeout: TIMEOUT, patience: 50, seed: 3 },
  );
}

function notJudged({ obstacles, results }: Report, said: RegExp): void {
  assert.equal(obstacles.length, 1);
  assert.match(obstacles[0]!, said);
  assert.ok(results.length > 0);
  assert.ok(results.every(({ verdict }) => verdict === 'inconclusive'));
}

/** Octets without end, as fast as they are taken. */
function flood(socket: Socket): void {
  const octets = Buffer.alloc(65_536, 'a');
  const pour = () => {
    while (socket.writable && socket.write(octets)) {}
  };
  socket.on('drain', pour);
  pour();
}

/** A way to node:http that after some connections turns to something else, or is gone. */
async function withTurncoat(
  turned: ((socket: Socket) => void) | undefined,
  judgeIt: (port: number) => Promise<Report>,
): Promise<Report> {
  const behind = await startNodeHttp();
  let count = 0;
  const { server, port } = await listen((socket) => {
    count += 1;
    if (count <= BEHAVES) behind.server.emit('connection', socket);
    else if (turned !== undefined) turned(socket);
    else {
      socket.destroy();
      server.close();
    }
  });
  const report = await judgeIt(port);
  server.close();
  await behind.close();
  return report;
}

async function listen(talk: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}
