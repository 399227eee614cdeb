import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { exchange } from '../support/raw.ts';
import { attachedHub } from '../support/running-hub.ts';

describe('ResponseExchange', () => {
  it('keeps limits.body: by what is announced, and by what comes', async () => {
    const { hub, port } = await attachedHub(undefined, { limits: { body: 10 } });
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    const head = 'POST /hub HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';
    const within = `${head}Content-Length: 10\r\n\r\n0123456789`;
    assert.match(await exchange(port, within), /0123456789$/);
    const announced = `${head}Content-Length: 11\r\n\r\n01234567890`;
    assert.match(await exchange(port, announced), /^HTTP\/1.1 413 .*limits.body/s);
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n`;
    assert.match(await exchange(port, chunked), /^HTTP\/1.1 413 .*limits.body/s);
  });

  it('streams, and reads piece by piece', async () => {
    const { hub, port } = await attachedHub();
    hub.http('/hub', ({ body }) => ({ body }));
    const content = 'x'.repeat(300_000);
    const wire = `POST /hub HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${content.length}\r\n\r\n${content}`;
    const answer = await exchange(port, wire);
    assert.equal(answer.match(/x/g)!.length, content.length);
    assert.match(answer, /0\r\n\r\n$/);
  });

  it('sends several lines of one name, and breaks off what fails', async () => {
    const { hub, port, get } = await attachedHub(undefined, { onError: () => {} });
    hub.http('/cookies', () => ({ headers: { 'Set-Cookie': ['a=1', 'b=2'] } }));
    assert.match(await get('/cookies'), /set-cookie: a=1\r\nset-cookie: b=2\r\n/i);
    hub.http('/broken', () => ({
      body: (async function* () {
        yield 'half';
        throw new Error('no');
      })(),
    }));
    const broken = await exchange(port, 'GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n').catch(
      () => '',
    );
    assert.doesNotMatch(broken, /0\r\n\r\n$/);
  });
});
