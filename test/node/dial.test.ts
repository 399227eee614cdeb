import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';

import { AUTHORITY, COMMON_NAME } from '../../spec/http-client/certificates.ts';
import { dial, transportTo } from '../../src/node/dial.ts';
import { EventSource } from '../../src/node/event-source.ts';
import { createHub, type Hub } from '../../src/node/hub.ts';
import { WebSocket } from '../../src/node/websocket.ts';
import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { eventsOf } from '../support/client-events.ts';
import { duplexPair } from '../support/duplex-pair.ts';
import { portOf } from '../support/host-server.ts';
import { until } from '../support/until.ts';

const TLS = { ca: CERTIFICATE };

describe('a client over TLS', () => {
  let hub: Hub;
  let server: Server;
  let host: string;
  let heard: string[];

  before(async () => {
    hub = createHub({ limits: { closing: 300, linger: 300 } });
    hub.websocket('/echo', {
      open: () => void heard.push('open'),
      message: (socket, data) => socket.send(data),
    });
    hub.live('/live', { authorize: () => ({ channels: ['news'] }) });
    server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (socket: TLSSocket) => {
      heard.push(`SNI ${socket.servername}`);
      socket.once('data', () => heard.push('octets'));
      hub.accept(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `localhost:${portOf(server)}`;
  });

  after(async () => {
    await hub.close();
    server.close();
  });

  for (const scheme of ['wss', 'https']) {
    it(`exchanges messages with ${scheme}:, of any size`, async () => {
      heard = [];
      const socket = new WebSocket(`${scheme}://${host}/echo`, [], { tls: TLS });
      assert.equal(socket.url, `wss://${host}/echo`);
      await once(socket, 'open');
      const message = 'ü'.repeat(300_000);
      for (const data of ['a', message]) {
        socket.send(data);
        const [event] = (await once(socket, 'message')) as [MessageEvent];
        assert.ok(event.data === data);
        assert.equal(event.origin, `wss://${host}`);
      }
      socket.close();
      await once(socket, 'close');
      assert.deepEqual(heard.slice(0, 1), ['SNI localhost']);
    });
  }

  it('asks for no name when the host is an address', async () => {
    heard = [];
    const socket = new WebSocket(`wss://127.0.0.1:${portOf(server)}/echo`, [], { tls: TLS });
    await once(socket, 'open');
    assert.deepEqual(heard[0], 'SNI false');
    socket.close();
    await once(socket, 'close');
  });

  for (const [what, tls, reason] of [
    ['that nobody vouches for', {}, /self-signed certificate/],
    ['for another name', { ...TLS, servername: 'other.example' }, /other\.example/],
    ['that its own check refuses', { ...TLS, checkServerIdentity }, /not this one/],
  ] as const) {
    it(`W18: sends nothing to a server with a certificate ${what}`, async () => {
      heard = [];
      const socket = new WebSocket(`wss://${host}/echo`, [], { tls });
      socket.onopen = () => socket.close();
      const events = await eventsOf(socket);
      assert.match(events[0]!, reason);
      assert.deepEqual(events.slice(1), ['close 1006 false']);
      assert.ok(!heard.includes('octets'));
    });
  }

  it('W18: judges certificates though the environment says not to', async (t) => {
    t.after(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const tls = { rejectUnauthorized: undefined };
    const socket = new WebSocket(`wss://${host}/echo`, [], { tls });
    socket.onopen = () => socket.close();
    const events = await eventsOf(socket);
    assert.match(events[0]!, /self-signed certificate/);
  });

  it('takes any certificate when it is told to', async () => {
    const tls = { rejectUnauthorized: false };
    const socket = new WebSocket(`wss://${host}/echo`, [], { tls });
    await once(socket, 'open');
    socket.close();
    await once(socket, 'close');
  });

  it('reads event streams, and is told why it does not', async () => {
    const source = new EventSource(`https://${host}/live?channel=news`, { tls: TLS });
    await once(source, 'open');
    source.close();
    const stranger = new EventSource(`https://${host}/live?channel=news`);
    const [{ message }] = (await once(stranger, 'error')) as [{ message: string }];
    stranger.close();
    assert.match(message, /self-signed certificate/);
  });

  it('goes by the authorities that Node knows, in `connect` too', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'encke-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'ca.pem'), CERTIFICATE);
    const program = `
      import { connect } from 'encke/client';
      const connection = connect('https://${host}/live', {
        onstate(state) {
          if (state !== 'open') return;
          console.log(connection.transport);
          connection.close();
        },
      });`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { env });
    assert.equal(stdout, 'websocket\n');
  });
});

const NEVER = new AbortController().signal;

describe('dial', () => {
  const signal = NEVER;

  it('takes the common name of a certificate for no name of a host', async (t) => {
    const server = createTlsServer({ ...COMMON_NAME }).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const url = new URL(`https://localhost:${portOf(server)}/`);
    const { signal } = new AbortController();
    await assert.rejects(dial(url, { tls: { ca: AUTHORITY } }, 5_000, signal), /DNS name/);
  });

  it('gives up a server that does not begin to speak TLS', async () => {
    const { url, server, closed } = await silentServer();
    await assert.rejects(dial(url, {}, 50, signal), /127\.0\.0\.1:\d+ was not reached in 50 ms/);
    await closed;
    server.close();
  });

  it('tells of a connection that is cut before TLS is there', async () => {
    const { url, server } = await silentServer((socket) => socket.destroy());
    await assert.rejects(dial(url, {}, 5_000, signal));
    server.close();
  });

  it('destroys what it has connected when it is aborted', async () => {
    const { url, server, closed } = await silentServer(() => controller.abort());
    const controller = new AbortController();
    await assert.rejects(dial(url, {}, 5_000, controller.signal));
    await closed;
    server.close();
  });
});

describe('dial, with a function that dials', () => {
  it('speaks over any stream that it gives', async () => {
    const hub = createHub();
    hub.websocket('/echo', { message: (socket, data) => socket.send(data) });
    let asked = '';
    const given = (url: URL) => {
      asked = url.href;
      const [ours, theirs] = duplexPair();
      hub.accept(theirs);
      return ours;
    };
    const socket = new WebSocket('ws://nowhere.example/echo', [], { dial: given });
    await once(socket, 'open');
    socket.send('hello');
    const [{ data }] = (await once(socket, 'message')) as [MessageEvent];
    assert.deepEqual([data, asked], ['hello', 'ws://nowhere.example/echo']);
    socket.close();
    await once(socket, 'close');
    await hub.close();
  });

  for (const [what, given, reason] of [
    ['throws', () => assert.fail('no way'), /no way/],
    ['rejects', () => Promise.reject(new Error('no way')), /no way/],
    ['gives no stream', () => undefined as unknown as Duplex, /dial must give a Duplex/],
  ] as const) {
    it(`fails when that ${what}`, async () => {
      const events = await eventsOf(new WebSocket('ws://a/', [], { dial: given }));
      assert.match(events[0]!, reason);
      assert.deepEqual(events.slice(1), ['close 1006 false']);
    });
  }

  it('destroys what is given too late', async () => {
    const stream = new PassThrough();
    let give = (_: Duplex) => {};
    const given = (_: URL, signal: AbortSignal) =>
      new Promise<Duplex>((resolve) => {
        give = resolve;
        signal.addEventListener('abort', () => resolve(stream));
      });
    await assert.rejects(
      dial(new URL('ws://a/'), { dial: given }, 20, NEVER),
      /not reached in 20 ms/,
    );
    await until(() => stream.destroyed);
    give(stream);
  });

  it('is a function', () => {
    const given = {} as () => Duplex;
    assert.throws(() => new WebSocket('ws://a/', [], { dial: given }), TypeError);
  });
});

describe('transportTo', () => {
  const dial = () => new PassThrough();
  const options = { dial, tls: { ca: 'a', key: 'k', cert: 'c', rejectUnauthorized: false } };
  const origin = new URL('https://a.example/x');

  it('leaves an origin what was given for it', () => {
    assert.equal(transportTo(new URL('/y', origin), options, origin), options);
  });

  for (const there of ['https://b.example/', 'https://a.example:8443/', 'http://a.example/']) {
    it(`W17: shows ${there} no certificate of the client, and has its own judged`, () => {
      assert.deepEqual(transportTo(new URL(there), options, origin), {
        dial: options.dial,
        tls: { ca: 'a' },
      });
    });
  }
});

// Helpers

function checkServerIdentity(): Error {
  return new Error('not this one');
}

/** A server that says nothing, and hears when a connection is closed. */
async function silentServer(onConnection: (socket: Socket) => void = () => {}) {
  let closing = () => {};
  const closed = new Promise<void>((resolve) => {
    closing = resolve;
  });
  const server = createServer((socket) => {
    socket.on('error', () => {}).on('close', closing);
    socket.resume();
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, closed, url: new URL(`wss://127.0.0.1:${portOf(server)}/`) };
}
