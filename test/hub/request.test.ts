import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listeningHub } from '../support/running-hub.ts';

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
});
