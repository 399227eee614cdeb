import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { exchange } from '../support/raw.ts';
import { attachedHub } from '../support/running-hub.ts';

describe('faultOf', () => {
  it('judges by what was sent: a second Host, and a coding that was not undone', async () => {
    const { hub, port } = await attachedHub();
    hub.http('/hub', () => ({ body: 'reached' }));
    const twice =
      'GET /hub HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    assert.match(await exchange(port, twice), /^HTTP\/1.1 400 .*RFC 9112 .*3\.2/s);
    const coded =
      'POST /hub HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: foo, chunked\r\n\r\n0\r\n\r\n';
    assert.match(await exchange(port, coded), /^HTTP\/1.1 501 /);
    const foreign = 'GET /hub HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    assert.match(await exchange(port, foreign), /^HTTP\/1.1 403 /);
  });
});
