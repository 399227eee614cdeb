import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  announcesClose,
  fieldList,
  fieldValues,
  readResponse,
  summaryOf,
} from '../../spec/models/response.ts';

describe('readResponse', () => {
  it('reads a response with Content-Length and leaves what follows', () => {
    const response = read(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVary: a\r\nVary: b\r\n\r\nokHTTP',
    );
    assert.equal(response?.status, 200);
    assert.equal(response.reason, 'OK');
    assert.equal(response.content.toString(), 'ok');
    assert.deepEqual(fieldValues(response, 'vary'), ['a', 'b']);
    assert.deepEqual(fieldList(response, 'Vary'), ['a', 'b']);
    assert.deepEqual(response.faults, []);
    assert.equal(response.length, 58);
  });

  it('reads chunks and trailers', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const response = read(`${head}3;x\r\nabc\r\na\r\n0123456789\r\n0\r\nT: 1\r\n\r\nrest`);
    assert.equal(response?.content.toString(), 'abc0123456789');
    assert.deepEqual(response.trailers, [{ name: 'T', value: '1' }]);
    assert.equal(read(`${head}0\r\n\r\n`)?.framing, 'chunked');
    assert.equal(read(`${head}3\r\nabc\r\n0\r\n`), undefined);
  });

  it('gives no body to HEAD, 204, 304 and interim responses', () => {
    assert.equal(read('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', 'HEAD')?.framing, 'none');
    for (const status of [101, 103, 204, 304]) {
      assert.equal(read(`HTTP/1.1 ${status} x\r\nContent-Length: 2\r\n\r\n`)?.framing, 'none');
    }
  });

  it('reads to the end when no field tells the length', () => {
    assert.equal(read('HTTP/1.1 200 OK\r\n\r\nabc'), undefined);
    assert.equal(read('HTTP/1.1 200 OK\r\n\r\nabc', 'GET', true)?.content.toString(), 'abc');
  });

  it('knows whether the server closes', () => {
    assert.equal(announcesClose(read('HTTP/1.0 204 \r\n\r\n')!), true);
    assert.equal(announcesClose(read('HTTP/1.0 204 \r\nConnection: keep-alive\r\n\r\n')!), false);
    assert.equal(announcesClose(read('HTTP/1.1 204 \r\nConnection: a, Close\r\n\r\n')!), true);
    assert.equal(announcesClose(read('HTTP/1.1 204 \r\n\r\n')!), false);
  });

  for (const [clause, octets] of [
    ['9112-4-1', 'HTTP/1.1  200 OK\r\n\r\n'],
    ['9112-4-2', 'HTTP/1.1 204\r\n\r\n'],
    ['9112-2.2-3', 'HTTP/1.1 204 No\r\nA: b\rc\r\n\r\n'],
    ['9112-2.2-8', 'HTTP/1.1 204 No\r\n A: b\r\n\r\n'],
    ['9112-5.2-1', 'HTTP/1.1 204 No\r\nA: b\r\n c\r\n\r\n'],
    ['9110-2.2-1', 'HTTP/1.1 204 No\r\nA : b\r\n\r\n'],
    [
      '9112-6.2-1',
      'HTTP/1.1 200 No\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['9112-7.1-6', 'HTTP/1.1 200 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n'],
    ['9110-2.2-1', 'HTTP/1.1 200 No\r\nContent-Length: +5\r\n\r\nabcde'],
    ['9110-8.6-9', 'HTTP/1.1 200 No\r\nContent-Length: 5\r\n\r\nabc'],
  ] as const) {
    it(`notes ${JSON.stringify(octets)} under ${clause}`, () => {
      const response = read(octets, 'GET', true);
      assert.ok(response!.faults.some((fault) => fault.clause === clause));
      assert.notEqual(summaryOf(response!), '');
    });
  }
});

function read(octets: string, method = 'GET', ended = false) {
  return readResponse(Buffer.from(octets, 'latin1'), method, ended);
}
