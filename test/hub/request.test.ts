import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Request } from '../../src/hub/request.ts';
import { dial, readUntil } from '../support/raw.ts';
import { listeningHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

describe('ExchangeRequest', () => {
  it('tells a handler about the request', async () => {
    const { hub, get } = await listeningHub();
    hub.http('/', ({ method, url, headers, remoteAddress, source }) => ({
      body: JSON.stringify({ method, url, host: headers.get('host'), remoteAddress, source }),
    }));
    const answer = await get('/?q');
    assert.deepEqual(JSON.parse(answer.slice(answer.indexOf('{'))), {
      method: 'GET',
      url: '/?q',
      host: 'localhost',
      remoteAddress: '127.0.0.1',
    });
  });

  it('tells by its signal that the peer has ended its side, and sends the answer all the same', async () => {
    const { hub, port } = await listeningHub();
    hub.http('/', async ({ signal }) => {
      await once(signal, 'abort');
      return { body: 'if you still read' };
    });
    const socket = dial(port);
    socket.end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    assert.match(await readUntil(socket, 'still read'), /^HTTP\/1.1 200 /);
  });

  it('has a signal that is aborted already when the peer left before it was asked for', async () => {
    const { hub, port } = await listeningHub();
    const asked: (() => void)[] = [];
    const aborted: boolean[] = [];
    hub.http('/', async (request) => {
      await new Promise<void>((resolve) => asked.push(resolve));
      aborted.push(request.signal.aborted);
      return {};
    });
    dial(port).end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const cut = dial(port);
    cut.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => asked.length === 2);
    cut.resetAndDestroy();
    await sleep(50);
    for (const goOn of asked) goOn();
    await until(() => aborted.length === 2);
    assert.deepEqual(aborted, [true, true]);
  });

  it('has no early hints once it was answered', async () => {
    const { hub, get } = await listeningHub();
    const requests: Request[] = [];
    hub.http('/', (request) => {
      requests.push(request);
      return { body: 'ok' };
    });
    await get('/');
    assert.throws(() => requests[0]!.earlyHints('</a.css>; rel=preload'), /begun/);
  });

  it('does not abort the signal of a request that was answered', async () => {
    const { hub, port } = await listeningHub();
    const signals: AbortSignal[] = [];
    hub.http('/', ({ signal }) => {
      signals.push(signal);
      return { body: 'ok' };
    });
    const socket = dial(port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await readUntil(socket, 'ok');
    socket.end();
    await once(socket, 'close');
    assert.equal(signals[0]!.aborted, false);
  });
});
