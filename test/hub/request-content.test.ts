import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { HttpError } from '../../src/errors.ts';
import { FieldList, NO_FIELDS } from '../../src/http1/fields.ts';
import { RequestContent } from '../../src/hub/request-content.ts';
import { dial } from '../support/raw.ts';
import { listeningHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

describe('RequestContent', () => {
  it('reads content as text, octets, JSON and piece by piece', async () => {
    const { hub, post } = await listeningHub();
    hub.http('/text', async ({ body }) => ({ body: await body.text() }));
    hub.http('/bytes', async ({ body }) => ({ body: await body.bytes() }));
    hub.http('/json', async ({ body }) => ({ body: JSON.stringify(await body.json()) }));
    hub.http('/pieces', async ({ body }) => {
      let size = 0;
      for await (const piece of body) size += piece.length;
      return { body: `${size} octets` };
    });
    assert.match(await post('/text', '"\xc3\xbc"'), /"\xc3\xbc"$/);
    assert.match(await post('/bytes', 'abc'), /abc$/);
    assert.match(await post('/json', '[1]'), /\[1\]$/);
    assert.match(await post('/pieces', 'x'.repeat(500_000)), /500000 octets$/);
    assert.match(await post('/text', ''), /Content-Length: 0/i);
  });

  it('holds content back while a piece of it waits, and when nobody asks for the next', async () => {
    const told: string[] = [];
    const content = new RequestContent({
      readContent: () => told.push('read'),
      pauseContent: () => told.push('pause'),
      resumeContent: () => told.push('resume'),
    } as never);
    const pieces = content[Symbol.asyncIterator]();
    const first = pieces.next();
    content.push(Buffer.from('one'));
    assert.equal(Buffer.from((await first).value).toString(), 'one');
    assert.deepEqual(told.splice(0), ['read', 'resume', 'pause']);
    const second = pieces.next();
    await sleep(0);
    assert.deepEqual(told.splice(0), ['resume']);
    content.complete(NO_FIELDS);
    assert.equal((await second).done, true);
  });

  it('ends once: what came whole does not break off when the answer is given', async () => {
    const content = new RequestContent({ readContent() {} } as never);
    const text = content.text();
    content.push(Buffer.from('whole'));
    content.complete(NO_FIELDS);
    content.breakOff(new TypeError('answered'));
    assert.equal(await text, 'whole');
    assert.equal(await content.text(), '');
  });

  it('has the trailers of what came whole, and none of what broke off before', () => {
    const trailers = new FieldList([{ name: 'digest', value: 'a' }]);
    const whole = new RequestContent({ readContent() {} } as never);
    assert.equal(whole.trailers, NO_FIELDS);
    whole.complete(trailers);
    whole.complete(NO_FIELDS);
    assert.equal(whole.trailers, trailers);
    const broken = new RequestContent({ readContent() {} } as never);
    broken.breakOff(new TypeError('answered'));
    broken.complete(trailers);
    assert.equal(broken.trailers, NO_FIELDS);
  });

  it('tells a handler that waits for content that the peer has left', async () => {
    const { hub, port } = await listeningHub();
    const told: unknown[] = [];
    let isAsked = false;
    hub.http('/', async ({ body, signal }) => {
      isAsked = true;
      signal.addEventListener('abort', () => told.push('aborted'));
      await body.text().catch((error: Error) => told.push(error.message));
      return { body: 'nobody hears' };
    });
    const socket = dial(port);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc');
    await until(() => isAsked);
    socket.destroy();
    await until(() => told.length === 2);
    assert.ok(told.includes('aborted'));
  });

  it('does not end the process when it breaks off before a handler waits for it', async () => {
    const { hub, port } = await listeningHub();
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): unknown => unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    let caught: unknown;
    let isAsked = false;
    hub.http('/', async ({ body, signal }) => {
      isAsked = true;
      const content = [body.bytes(), body.text(), body.json()];
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await sleep(10);
      caught = await Promise.all(content).catch((error: unknown) => error);
      return {};
    });
    const socket = dial(port);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc');
    await until(() => isAsked);
    socket.destroy();
    await until(() => caught !== undefined);
    process.off('unhandledRejection', onUnhandled);
    assert.deepEqual(unhandled, []);
    assert.ok(caught instanceof HttpError);
  });
});
