import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requestsTo } from '../../src/browser/request.ts';

const ADDRESS = new URL('http://localhost/live?room=5');

describe('requestsTo', () => {
  it('appends those parameters that there are to those of the address', async () => {
    const { url } = await requestsTo(ADDRESS, {})(
      [
        ['cursor', undefined],
        ['channel', 'a&b'],
        ['channel', ''],
        ['wait', 0],
      ],
      true,
    );
    assert.equal(url, 'http://localhost/live?room=5&channel=a%26b&channel=&wait=0');
    assert.equal(ADDRESS.search, '?room=5');
  });

  it('asks for a token each time: a field where one can be sent, else a parameter', async () => {
    let count = 0;
    const request = requestsTo(ADDRESS, { token: async () => `t${++count}` });
    const [fetched, opened] = [await request([], true), await request([], false)];
    assert.deepEqual(fetched.init.headers, { authorization: 'Bearer t1' });
    assert.equal(fetched.url, ADDRESS.href);
    assert.equal(opened.url, `${ADDRESS.href}&token=t2`);
  });

  it('has the fields, the credentials and the body that it is given', async () => {
    const request = requestsTo(ADDRESS, { headers: { 'x-a': '1' }, credentials: 'include' });
    const { init } = await request([], true, { method: 'POST', body: '[]' });
    assert.deepEqual(init, {
      headers: { 'x-a': '1', 'content-type': 'application/json' },
      cache: 'no-store',
      credentials: 'include',
      method: 'POST',
      body: '[]',
    });
  });

  it('asks for fields each time, if it is given a function', async () => {
    let count = 0;
    const request = requestsTo(ADDRESS, { headers: () => ({ 'x-count': String(++count) }) });
    await request([], true);
    assert.deepEqual((await request([], true)).init.headers, { 'x-count': '2' });
    assert.deepEqual((await request([], false)).init.headers, {});
  });
});
