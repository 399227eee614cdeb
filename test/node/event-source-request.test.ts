import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { ScriptedServer } from '../../spec/scripted-server.ts';
import { EventSourceRequest } from '../../src/node/event-source-request.ts';
import { until } from '../support/until.ts';

const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';

describe('EventSourceRequest', () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start(2_000);
  });
  after(() => server.close());

  it('tells of acceptance, of octets as they come, and of the end, once', async () => {
    const { told, request } = begin();
    const visit = await server.next();
    await visit!.wire.send('HTTP/1.1 103 Early Hints\r\n\r\n', STREAM, 'ab', 'c');
    await until(() => told.join('').endsWith('abc'));
    visit!.wire.end();
    await until(() => told.at(-1)!.startsWith('ended'));
    request.abort();
    await sleep(20);
    assert.deepEqual(told.slice(0, 1), ['accepted']);
    assert.equal(told.filter((what) => what.startsWith('ended')).length, 1);
  });

  it('tells nothing more once it is given up', async () => {
    const { told, request } = begin();
    const visit = await server.next();
    request.abort();
    await visit!.wire.send(STREAM);
    await visit!.wire.readToEnd();
    assert.notEqual(visit!.wire.ending, 'open');
    assert.deepEqual(told, []);
  });

  it('waits no longer than a browser for the answer to begin', async () => {
    const { told, request } = begin();
    await server.next();
    assert.ok(request.check(0) > 0);
    request.check(Number.MAX_SAFE_INTEGER);
    assert.deepEqual(told, ['ended: the server did not answer']);
  });

  it('waits as long as it takes for the stream to go on', async () => {
    const { told, request } = begin();
    await (await server.next())!.wire.send(STREAM);
    await until(() => told.length === 1);
    assert.ok(request.check(Number.MAX_SAFE_INTEGER) > 0);
    request.abort();
    assert.deepEqual(told, ['accepted']);
  });

  it('tells where else to ask', async () => {
    const { told } = begin();
    await (await server.next())!.wire.send('HTTP/1.1 308 There\r\nLocation: //b.example/\r\n\r\n');
    await until(() => told.length === 1);
    assert.deepEqual(told, ['redirected: http://b.example/']);
  });

  it('tells why it was refused', async () => {
    const { told } = begin();
    await (await server.next())!.wire.send('HTTP/1.1 403 No\r\nContent-Length: 1\r\n\r\nx');
    await until(() => told.length === 1);
    assert.deepEqual(told, ['refused: the server answered 403']);
  });

  function begin() {
    const told: string[] = [];
    const request = new EventSourceRequest(
      new URL(server.origin),
      '',
      { fields: [], transport: {} },
      {
        accepted: () => told.push('accepted'),
        octets: (octets) => told.push(Buffer.from(octets).toString()),
        ended: ({ message }) => told.push(`ended: ${message}`),
        redirected: ({ href }) => told.push(`redirected: ${href}`),
        refused: ({ message }) => told.push(`refused: ${message}`),
      },
    );
    return { told, request };
  }
});
