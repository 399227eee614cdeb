import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { encodeRequest } from '../../src/http1/encode-request.ts';
import type { OutgoingFields } from '../../src/http1/outgoing-fields.ts';

describe('encodeRequest', () => {
  it('sends Host first, and the length of the content', () => {
    const request = encodeRequest('POST', '/a', { A: 'b', Host: 'h' }, 'é');
    assert.equal(request.head, 'POST /a HTTP/1.1\r\nHost: h\r\nA: b\r\nContent-Length: 2\r\n\r\n');
    assert.equal(request.length, 2);
    assert.equal(request.persists, true);
    assert.equal(request.upgrade, false);
  });

  it('says that there is no content only where some is expected', () => {
    assert.doesNotMatch(headOf('GET', {}), /Content-Length/);
    assert.match(encodeRequest('GET', '/', { Host: 'h' }, 'a').head, /\r\nContent-Length: 1\r\n/);
    for (const method of ['POST', 'PUT', 'PATCH']) {
      assert.match(headOf(method, {}), /\r\nContent-Length: 0\r\n/);
    }
  });

  it('says what the connection is used for', () => {
    const request = encodeRequest(
      'GET',
      '/',
      { Host: 'h', Connection: 'close', Upgrade: 'websocket', TE: 'trailers' },
      undefined,
    );
    assert.match(request.head, /\r\nConnection: close, Upgrade, TE\r\n/);
    assert.equal(request.persists, false);
    assert.equal(request.upgrade, true);
  });

  it('passes a date on, and an empty host', () => {
    const { head } = encodeRequest('GET', '/', { Host: '', Date: 'now' }, undefined);
    assert.equal(head, 'GET / HTTP/1.1\r\nHost: \r\nDate: now\r\n\r\n');
  });

  it('H5: has one Content-Length at most, and no Transfer-Encoding', () => {
    for (const fields of [
      { 'content-length': '2', 'Content-Length': '2' },
      { 'Content-Length': ['2', '2'], 'Transfer-Encoding': 'chunked' },
    ] as OutgoingFields[]) {
      const { head } = encodeRequest('POST', '/', { Host: 'h', ...fields }, 'ab');
      assert.equal(head.match(/content-length/gi)?.length, 1);
      assert.doesNotMatch(head, /transfer-encoding/i);
    }
  });

  for (const [what, fields, content] of [
    ['no Host', {}, undefined],
    ['two Host fields', { Host: 'a', host: 'a' }, undefined],
    ['another length than that of the content', { Host: 'h', 'Content-Length': '3' }, 'ab'],
    ['a length without content', { Host: 'h', 'Content-Length': '3' }, undefined],
    ['two lengths', { Host: 'h', 'Content-Length': ['2', '3'] }, 'ab'],
  ] as [string, OutgoingFields, string | undefined][]) {
    it(`H5: refuses ${what}`, () => {
      assert.throws(() => encodeRequest('POST', '/', fields, content), TypeError);
    });
  }

  it('refuses to expect 100 without content', () => {
    const fields = { Host: 'h', Expect: '100-continue' };
    assert.throws(() => encodeRequest('GET', '/', fields, undefined), TypeError);
    assert.throws(() => encodeRequest('POST', '/', fields, ''), TypeError);
    assert.match(encodeRequest('POST', '/', fields, 'a').head, /\r\nExpect: 100-continue\r\n/);
  });

  for (const [what, method, target, fields] of [
    ['a method that holds another request', 'GET / HTTP/1.1\r\n\r\nGET', '/', {}],
    ['a target with a space', 'GET', '/ HTTP/1.1', {}],
    ['a target with a line end', 'GET', '/\r\nX: y', {}],
    ['a host with a line end', 'GET', '/', { Host: 'h\r\nX: y' }],
    ['an upgrade with a line end', 'GET', '/', { Upgrade: 'a\r\n\r\nGET /' }],
  ] as [string, string, string, Record<string, string>][]) {
    it(`H11: refuses ${what}`, () => {
      const all = { Host: 'h', ...fields };
      assert.throws(() => encodeRequest(method, target, all, undefined), TypeError);
    });
  }
});

// Helpers

function headOf(method: string, fields: Record<string, string>): string {
  return encodeRequest(method, '/', { Host: 'h', ...fields }, undefined).head;
}
