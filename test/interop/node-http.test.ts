import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { type Address, createHub, type Hub } from 'encke';
import { Conversation, type EchoServer } from './conversation.ts';
import { openEncke } from './encke-peer.ts';
import { serveExchanges } from './exchanges.ts';
import { serveUpgrades } from './upgrading-server.ts';

describe('a client of node:http, at encke', () => {
  let hub: Hub;
  let address: Address;
  let agent: Agent;
  before(async () => {
    hub = createHub();
    address = await serveExchanges(hub);
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
  });
  after(async () => {
    agent.destroy();
    await hub.close();
  });

  function ask(method: string, path: string, headers = {}): ClientRequest {
    const { host, port } = address;
    return request({ host, port, agent, method, path, headers });
  }

  it('keeps one connection for many requests', async () => {
    const reused = [];
    for (let i = 0; i < 20; i++) {
      const asking = ask('GET', '/').end();
      assert.equal(await text(await answerTo(asking)), 'ok');
      reused.push(asking.reusedSocket);
    }
    assert.deepEqual(reused.slice(1), new Array(19).fill(true));
  });

  it('posts content in chunks, with trailers', async () => {
    const asking = ask('POST', '/echo', { Trailer: 'X-Sum' });
    for (let i = 0; i < 100; i++) asking.write(`${i},`);
    asking.addTrailers({ 'X-Sum': '4950' });
    asking.end();
    const sent = Array.from({ length: 100 }, (_, i) => `${i},`).join('');
    assert.equal(await text(await answerTo(asking)), sent);
  });

  it('is told to continue before it sends the content that it has announced', async () => {
    const asking = ask('POST', '/echo', { Expect: '100-continue', 'Content-Length': 5 });
    asking.flushHeaders();
    await once(asking, 'continue');
    asking.end('hello');
    assert.equal(await text(await answerTo(asking)), 'hello');
  });

  it('is not told to continue when nobody wants the content', async () => {
    const asking = ask('POST', '/status?403', { Expect: '100-continue', 'Content-Length': 5 });
    asking.on('continue', () => assert.fail('asked for the content'));
    asking.flushHeaders();
    const response = await answerTo(asking);
    assert.equal(response.statusCode, 403);
    response.resume();
    asking.destroy();
  });

  it('reads an answer in chunks as it is made', async () => {
    const response = await answerTo(ask('GET', '/stream').end());
    assert.equal(response.headers['transfer-encoding'], 'chunked');
    assert.equal((await text(response)).length, 20);
  });

  it('reads no content of HEAD, 204 and 304 on a connection that goes on', async () => {
    for (const [method, path, status, content] of [
      ['HEAD', '/', 200, ''],
      ['GET', '/status?204', 204, ''],
      ['GET', '/status?304', 304, ''],
      ['GET', '/', 200, 'ok'],
    ] as const) {
      const response = await answerTo(ask(method, path).end());
      assert.equal(response.statusCode, status);
      assert.equal(await text(response), content);
    }
  });

  it('aborts the signal of a request when it resets the connection', async () => {
    const begun = new Promise<AbortSignal>((resolve) => {
      hub.http('/gone', async ({ signal }) => {
        resolve(signal);
        await once(signal, 'abort');
        return { status: 200 };
      });
    });
    const asking = ask('GET', '/gone').end();
    asking.on('error', () => {}); // a socket hang up, which is what it does
    const signal = await begun;
    assert.equal(signal.aborted, false);
    asking.socket?.resetAndDestroy();
    await once(signal, 'abort');
  });
});

/** How a server of node:http agrees to an upgrade. */
const UPGRADED = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: WebSocket',
  'connection: keep-alive, upgrade',
];

describe('encke/client, at a server of node:http', () => {
  it('reads the frames that came with the answer', async () => {
    const server = await serveAnswers((accept) => [
      ...UPGRADED,
      `Sec-WebSocket-Accept: ${accept}`,
      '',
      '\x81\x05Hello',
    ]);
    const conversation = await Conversation.open(openEncke(server.url));
    assert.equal(await conversation.next(), 'Hello');
    assert.equal((await conversation.closed).code, 1006);
    await server.close();
  });

  for (const [what, lines] of [
    ['a refusal', ['HTTP/1.1 401 Unauthorized', 'Content-Length: 0', '', '']],
    ['a redirection', ['HTTP/1.1 302 Found', 'Location: /', 'Content-Length: 0', '', '']],
    ['a wrong accept value', [...UPGRADED, `Sec-WebSocket-Accept: ${'A'.repeat(27)}=`, '', '']],
    ['no accept value', [...UPGRADED, '', '']],
    ['no HTTP', ['220 mail.example ESMTP', '']],
  ] as const) {
    it(`fails at ${what}`, async () => {
      const server = await serveAnswers(() => lines);
      const conversation = new Conversation(openEncke(server.url));
      assert.equal((await conversation.closed).code, 1006);
      await server.close();
    });
  }
});

// Helpers

async function answerTo(asking: ClientRequest): Promise<IncomingMessage> {
  const [response] = await once(asking, 'response');
  return response;
}

/** Answers each handshake with these lines, and ends. */
function serveAnswers(answer: (accept: string) => readonly string[]): Promise<EchoServer> {
  return serveUpgrades(({ headers }, socket) => {
    const joined = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(joined).digest('base64');
    socket.end(Buffer.from(answer(accept).join('\r\n'), 'latin1'));
  });
}
