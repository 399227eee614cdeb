import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { fieldOf, ScriptedServer, type Visit } from '../../spec/scripted-server.ts';
import { EventStreamError } from '../../src/errors.ts';
import { EventSource, type EventSourceInit } from '../../src/node/event-source.ts';
import type { ErrorEvent } from '../../src/node/websocket-events.ts';
import { until } from '../support/until.ts';

const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';

/** A stream whose client is to come back after ten milliseconds. */
const BRIEF = `${STREAM}retry: 10\n\n`;

describe('EventSource', () => {
  let server: ScriptedServer;
  let source: EventSource;
  let events: string[];

  beforeEach(async () => {
    server = await ScriptedServer.start(2_000);
  });

  afterEach(() => {
    source?.close();
    server.close();
  });

  it('opens and tells what comes', async () => {
    open('/stream?a=b#fragment');
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.equal(source.url, `${server.origin}/stream?a=b#fragment`);
    assert.equal(source.withCredentials, false);
    const { head, wire } = await visit();
    assert.equal(
      head,
      `GET /stream?a=b HTTP/1.1\r\nHost: ${server.origin.slice(7)}\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n`,
    );
    await wire.send(STREAM);
    await once(source, 'open');
    assert.equal(source.readyState, EventSource.OPEN);
    const coming = once(source, 'message') as Promise<[MessageEvent]>;
    await wire.send('id: 7\ndata: c\xc3', '\xa9\ndata: d\n', '\n');
    const [{ data, lastEventId, origin }] = await coming;
    assert.deepEqual([data, lastEventId, origin], ['cé\nd', '7', server.origin]);
    const added = once(source, 'add') as Promise<[MessageEvent]>;
    await wire.send('event: add\ndata: 1\n\n');
    assert.equal((await added)[0].data, '1');
  });

  it('has the constants of the interface, on itself and on each source', () => {
    open();
    assert.deepEqual([source.CONNECTING, source.OPEN, source.CLOSED], [0, 1, 2]);
    assert.deepEqual([EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED], [0, 1, 2]);
  });

  it('remembers withCredentials', () => {
    source = new EventSource(new URL(server.origin), { withCredentials: true });
    assert.equal(source.withCredentials, true);
  });

  it('has handlers for its three types of events', async () => {
    source = new EventSource(server.origin);
    const called: string[] = [];
    source.onopen = () => called.push('open');
    source.onmessage = ({ data }) => called.push(data);
    source.onerror = ({ message }) => called.push(message);
    for (const handler of [source.onopen, source.onmessage, source.onerror]) {
      assert.equal(typeof handler, 'function');
    }
    const { wire } = await visit();
    await wire.send(`${STREAM}data: a\n\n`);
    wire.end();
    await until(() => called.length === 3);
    assert.deepEqual(called, ['open', 'a', 'the server ended the stream']);
  });

  it('reads chunked streams, and such as have a length', async () => {
    open();
    const chunked = `${STREAM.slice(0, -2)}Transfer-Encoding: chunked\r\n\r\n`;
    await (await visit()).wire.send(`${chunked}16\r\nretry: 10\n\ndata: a\n\nid\r\n0\r\n\r\n`);
    const length = `${STREAM.slice(0, -2)}Content-Length: 9\r\n\r\n`;
    await (await visit()).wire.send(`${length}data: b\n\n`);
    await visit();
    assert.deepEqual(events, [
      'open',
      'message a',
      'error 0 the server ended the stream',
      'open',
      'message b',
      'error 0 the server ended the stream',
    ]);
  });

  it('comes back after the time that the server said, with the last event ID', async () => {
    open();
    const first = await visit();
    assert.equal(fieldOf(first, 'last-event-id'), undefined);
    await first.wire.send(`${STREAM}retry: 300\nid: \xc3\xa41\ndata: a\n\nid: lost\ndata: b\n`);
    await until(() => events.length === 2);
    const since = performance.now();
    first.wire.end();
    const second = await visit();
    assert.ok(performance.now() - since >= 299);
    assert.equal(fieldOf(second, 'last-event-id'), '\xc3\xa41');
    assert.equal(source.readyState, EventSource.CONNECTING);
    await second.wire.send(`${BRIEF}data: b\n\nid\n\n`);
    await until(() => events.includes('message b'));
    second.wire.end();
    assert.equal(fieldOf(await visit(), 'last-event-id'), undefined);
  });

  it('comes back when the connection is cut, before the answer and within it', async () => {
    open();
    const first = await visit();
    await first.wire.send(BRIEF);
    await until(() => events.length === 1);
    first.wire.reset();
    const second = await visit();
    second.wire.close();
    const third = await visit();
    await third.wire.send('HTTP/1.1 200 OK\r\nnonsense');
    third.wire.end();
    const fourth = await visit();
    await fourth.wire.send('no HTTP\r\n\r\n');
    const fifth = await visit();
    await fifth.wire.send(STREAM);
    await until(() => events.at(-1) === 'open');
    assert.equal(events.filter((event) => event.startsWith('error 0 ')).length, 4);
  });

  it('waits longer the more attempts fail, and no longer once one was accepted', async () => {
    open();
    const first = await visit();
    await first.wire.send(`${STREAM}retry: 0\n\n`);
    first.wire.end();
    let attempts = 0;
    const began = performance.now();
    while (performance.now() - began < 300) {
      const next = await server.next(20);
      next?.wire.close();
      if (next !== undefined) attempts++;
    }
    assert.ok(attempts < 30, `${attempts} attempts`);
  });

  it('sends of an ID what a field can carry', async () => {
    open();
    const first = await visit();
    await first.wire.send(`${BRIEF}id:  \t spaces around \ndata: a\n\n`);
    first.wire.end();
    const second = await visit();
    assert.equal(fieldOf(second, 'last-event-id'), 'spaces around');
    await second.wire.send(`${BRIEF}id: a\x01b\ndata: b\n\n`);
    second.wire.end();
    assert.equal(fieldOf(await visit(), 'last-event-id'), undefined);
  });

  for (const [what, response, why] of [
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'the server answered 204'],
    ['500', 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n', 'the server answered 500'],
    ['an event stream with 202', STREAM.replace('200', '202'), 'the server answered 202'],
    [
      'another type',
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n',
      'the server answered with the type "text/plain"',
    ],
    ['no type', 'HTTP/1.1 200 OK\r\n\r\n', 'the server answered with the type ""'],
    [
      'a coding that it did not ask for',
      STREAM.replace('\r\n\r\n', '\r\nContent-Encoding: gzip\r\n\r\n'),
      'the server used the content coding gzip, which was not asked for',
    ],
    ['a redirect without a location', 'HTTP/1.1 302 Found\r\n\r\n', 'the server answered 302'],
    [
      'a redirect to an invalid location',
      'HTTP/1.1 302 Found\r\nLocation: http://:\r\n\r\n',
      'the server answered with an invalid location: http://:',
    ],
    [
      'a redirect to ftp:',
      'HTTP/1.1 301 Moved\r\nLocation: ftp://localhost/\r\n\r\n',
      'the scheme ftp: is not supported',
    ],
  ] as const) {
    it(`fails for good on ${what}`, async () => {
      open();
      const { wire } = await visit();
      await wire.send(`${response}retry: 1\n\ndata: a\n\n`);
      await until(() => events.length > 0);
      assert.deepEqual(events, [`error 2 ${why}`]);
      assert.equal(await server.next(50), undefined);
    });
  }

  it('takes the type with any parameters, in any case', async () => {
    open();
    const type = 'Content-Type: Text/Event-Stream ;charset=utf-8; x=y';
    await (await visit()).wire.send(`HTTP/1.1 200 OK\r\n${type}\r\n\r\n`);
    await once(source, 'open');
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`follows a redirect by ${status}, and comes back to where it was sent from`, async () => {
      open('/from');
      const found = `HTTP/1.1 ${status} Found\r\nLocation: to?x\r\nContent-Length: 0\r\n\r\n`;
      await (await visit()).wire.send(found);
      const second = await visit();
      assert.match(second.head, /^GET \/to\?x HTTP/);
      await second.wire.send(`${BRIEF}data: a\n\n`);
      second.wire.end();
      assert.match((await visit()).head, /^GET \/from HTTP/);
      assert.deepEqual(events, ['open', 'message a', 'error 0 the server ended the stream']);
    });
  }

  it('sends the fields that it was given, again and again, and W17: to no other origin', async () => {
    const other = await ScriptedServer.start(10_000);
    const headers = { Authorization: 'Bearer x', Cookie: ['a=b', 'c=d'] };
    open('/from', { headers });
    const found = `HTTP/1.1 307 Found\r\nLocation: ${other.origin}/\r\nContent-Length: 0\r\n\r\n`;
    const first = await visit();
    assert.match(first.head, /\r\nAuthorization: Bearer x\r\nCookie: a=b\r\nCookie: c=d\r\n/);
    await first.wire.send(found);
    const { head, wire } = (await other.next())!;
    assert.doesNotMatch(head, /Authorization|Cookie/);
    await wire.send(BRIEF);
    wire.end();
    assert.match((await visit()).head, /\r\nAuthorization: Bearer x\r\n/);
    other.close();
  });

  for (const [name, source] of [
    ['Last-Event-ID', /the event that came last/],
    ['host', /the URL/],
    ['Accept', /the client alone/],
  ] as const) {
    it(`refuses ${name} among its fields`, () => {
      const headers = { [name]: 'x' };
      assert.throws(() => new EventSource('http://127.0.0.1:1/', { headers }), source);
    });
  }

  it('is closed by its signal, without a word', async () => {
    const controller = new AbortController();
    open('/', { signal: controller.signal });
    const { wire } = await visit();
    await wire.send(BRIEF);
    await until(() => events.length === 1);
    controller.abort();
    await wire.readToEnd();
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.deepEqual(events, ['open']);
    assert.equal(new EventSource(server.origin, { signal: controller.signal }).readyState, 2);
    const signal = {} as AbortSignal;
    assert.throws(() => new EventSource(server.origin, { signal }), TypeError);
    const misspelt = { header: {} } as never;
    assert.throws(() => new EventSource(server.origin, misspelt), /did you mean headers/);
  });

  it('follows no more than twenty redirects', async () => {
    open();
    for (let i = 0; i <= 20; i++) {
      await (await visit()).wire.send('HTTP/1.1 307 Found\r\nLocation: /\r\n\r\n');
    }
    await until(() => events.length === 1);
    assert.deepEqual(events, ['error 2 too many redirects']);
  });

  it('is told nothing more once it is closed, by a handler too', async () => {
    open();
    const { wire } = await visit();
    source.addEventListener('message', () => source.close());
    await wire.send(`${BRIEF}data: a\n\ndata: b\n\n`);
    await wire.readToEnd();
    assert.notEqual(wire.ending, 'open');
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.equal(await server.next(50), undefined);
    assert.deepEqual(events, ['open', 'message a']);
  });

  it('does not come back when it is closed by the handler of the error, or while it waits', async () => {
    open();
    source.addEventListener('error', () => source.close());
    const first = await visit();
    await first.wire.send(BRIEF);
    first.wire.end();
    assert.equal(await server.next(50), undefined);
    assert.equal(source.readyState, EventSource.CLOSED);

    open();
    const second = await visit();
    await second.wire.send(`${STREAM}retry: 30\n\n`);
    second.wire.end();
    await once(source, 'error');
    source.close();
    assert.equal(await server.next(60), undefined);
  });

  it('can be closed before it is connected', async () => {
    open();
    source.close();
    await sleep(30);
    assert.deepEqual(events, []);
  });

  it('gives an event up that is too long, and the stream with it', async () => {
    open();
    const { wire } = await visit();
    await wire.send(`${BRIEF}data: `);
    const error = once(source, 'error') as Promise<[ErrorEvent]>;
    for (let i = 0; i < 16; i++) await wire.send(Buffer.alloc(2 ** 20, 'x'));
    assert.ok((await error)[0].error instanceof EventStreamError);
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.equal(await server.next(50), undefined);
  });

  it('comes back when nobody listens', async () => {
    server.close();
    open();
    const [event] = (await once(source, 'error')) as [ErrorEvent];
    assert.match(event.message, /ECONNREFUSED/);
    assert.equal(source.readyState, EventSource.CONNECTING);
  });

  for (const given of ['nonsense', '/relative', 'http://', 'http://a b/']) {
    it(`refuses ${given} as a URL`, () => {
      assert.throws(() => new EventSource(given), { name: 'SyntaxError' });
    });
  }

  for (const given of ['ftp://localhost/', 'ws://localhost/', 'data:,']) {
    it(`says that it does not support ${given}`, () => {
      assert.throws(() => new EventSource(given), {
        name: 'NotSupportedError',
        message: /^the scheme (ftp|ws|data): is not supported$/,
      });
    });
  }

  function open(target = '/', init?: EventSourceInit): void {
    source = new EventSource(server.origin + target, init);
    events = [];
    const log = events;
    source.addEventListener('open', () => log.push('open'));
    source.addEventListener('message', (event) =>
      log.push(`message ${(event as MessageEvent).data}`),
    );
    source.addEventListener('error', function (this: EventSource, event) {
      log.push(`error ${this.readyState} ${(event as ErrorEvent).message}`);
    } as EventListener);
  }

  async function visit(): Promise<Visit> {
    const next = await server.next();
    assert.ok(next, 'no request came');
    return next;
  }
});
