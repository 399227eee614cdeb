import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { OutputList } from '../../src/bytes/output.ts';
import { HttpError } from '../../src/errors.ts';
import type { OutgoingFields } from '../../src/http1/outgoing-fields.ts';
import { ResponseWriter } from '../../src/http1/response-writer.ts';

describe('ResponseWriter', () => {
  it('writes a whole response as status line, Date, fields, framing, content', () => {
    const { writer, sent } = writerFor('GET');
    writer.whole(200, { A: 'b' }, 'ok', true);
    assert.equal(sent(), 'HTTP/1.1 200 OK\r\nDate: now\r\nA: b\r\nContent-Length: 2\r\n\r\nok');
    assert.equal(writer.state, 'complete');
    assert.equal(writer.persists, true);
  });

  it('has a length even when there is nothing to send', () => {
    const { writer, sent } = writerFor('GET');
    writer.whole(404, {}, undefined, true);
    assert.equal(sent(), 'HTTP/1.1 404 Not Found\r\nDate: now\r\nContent-Length: 0\r\n\r\n');
  });

  it('takes the date from the application when there is one', () => {
    const { writer, sent } = writerFor('GET');
    writer.whole(204, { date: 'then' }, undefined, true);
    assert.equal(sent(), 'HTTP/1.1 204 No Content\r\nDate: then\r\n\r\n');
  });

  it('makes each head from what it is given now, also where the last one looked the same', () => {
    let date = '';
    const output = new OutputList();
    const writer = new ResponseWriter(output, () => date);
    // Each differs from the one before it in one thing.
    const given: [string, 0 | 1, string, number, string, boolean][] = [
      ['GET', 1, 'now', 200, 'ok', true],
      ['GET', 1, 'now', 200, 'ko', true],
      ['GET', 1, 'now', 200, 'okay', true],
      ['GET', 1, 'now', 404, 'okay', true],
      ['GET', 1, 'now', 404, 'okay', false],
      ['GET', 1, 'then', 404, 'okay', false],
      ['HEAD', 1, 'then', 404, 'okay', false],
      ['HEAD', 1, 'then', 404, 'okay', true],
      ['HEAD', 0, 'then', 404, 'okay', true],
      ['GET', 0, 'then', 404, 'okay', true],
    ];
    const written = (fields: () => OutgoingFields) =>
      given.map(([method, minorVersion, when, status, content, persists]) => {
        date = when;
        writer.begin({ method, minorVersion });
        writer.whole(status, fields(), content, persists);
        return [output.take().toString('latin1'), writer.persists];
      });
    const frozen = Object.freeze({ A: 'b' });
    assert.deepEqual(
      written(() => frozen),
      written(() => ({ A: 'b' })),
    );
  });

  it('does not take fields for what they were before that are frozen and change all the same', () => {
    const map = new Map([['A', 'b']]);
    const values = ['b'];
    const asked = {
      get A() {
        return values[0]!;
      },
    };
    for (const fields of [map, { A: values }, asked].map(Object.freeze) as OutgoingFields[]) {
      const first = writerFor('GET');
      first.writer.whole(200, fields, 'ok', true);
      assert.match(first.sent(), /A: b\r\n/);
      map.set('A', 'c');
      values[0] = 'c';
      const second = writerFor('GET');
      second.writer.whole(200, fields, 'ok', true);
      assert.match(second.sent(), /A: c\r\n/);
      values[0] = 'b';
    }
  });

  it('sends the date of each response', () => {
    const output = new OutputList();
    let second = 0;
    const writer = new ResponseWriter(output, () => `second ${second}`);
    for (second = 0; second < 3; second++) {
      for (const fields of [{}, Object.freeze({}), {}]) {
        for (const status of [200, 404, 200]) {
          writer.begin({ method: 'GET', minorVersion: 1 });
          writer.whole(status, fields, '', true);
          const [statusLine, date] = output.take().toString().split('\r\n');
          assert.match(statusLine!, new RegExp(`^HTTP/1.1 ${status} `));
          assert.equal(date, `Date: second ${second}`);
        }
      }
    }
  });

  it('takes no fields for no fields, not for those of the last response', () => {
    const { writer, sent } = writerFor('GET');
    writer.whole(200, { 'Set-Cookie': 'a=b' }, 'ok', true);
    assert.match(sent(), /a=b/);
    writer.begin({ method: 'GET', minorVersion: 1 });
    const none = undefined as unknown as OutgoingFields;
    assert.throws(() => writer.whole(200, none, 'ok', true), TypeError);
    assert.equal(sent(), '');
  });

  it('writes chunks to HTTP/1.1', () => {
    const { writer, sent } = writerFor('GET');
    writer.head(200, {}, true);
    assert.equal(writer.state, 'streaming');
    writer.content('a');
    writer.content('');
    writer.content(Uint8Array.of(0x62, 0x63));
    assert.equal(writer.finish([{ name: 'Digest', value: 'x' }]), true);
    assert.equal(
      sent(),
      'HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '1\r\na\r\n2\r\nbc\r\n0\r\nDigest: x\r\n\r\n',
    );
    assert.equal(writer.persists, true);
  });

  it('writes up to the end of the connection to HTTP/1.0', () => {
    const { writer, sent } = writerFor('GET', 0);
    writer.head(200, {}, true);
    writer.content('é');
    assert.equal(writer.finish([{ name: 'Digest', value: 'x' }]), true);
    assert.equal(
      sent(),
      `HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\n${Buffer.from('é').toString('latin1')}`,
    );
    assert.equal(writer.persists, false);
  });

  it('holds the application to the length that it announced', () => {
    const { writer, sent } = writerFor('GET');
    writer.head(200, { 'content-length': '3' }, true);
    writer.content('é');
    assert.throws(() => writer.content('é'), TypeError);
    writer.content('a');
    assert.equal(writer.finish([]), true);
    assert.match(sent(), /\r\nContent-Length: 3\r\n\r\n...$/);
  });

  it('says whether content goes in chunks', () => {
    for (const [method, minorVersion, fields, expected] of [
      ['GET', 1, {}, true],
      ['GET', 0, {}, false],
      ['GET', 1, { 'content-length': '12' }, false],
      ['HEAD', 1, {}, false],
    ] as const) {
      const { writer } = writerFor(method, minorVersion);
      assert.equal(writer.writesChunks, false);
      writer.head(200, fields, true);
      assert.equal(writer.writesChunks, expected);
      writer.abort();
      assert.equal(writer.writesChunks, false);
    }
  });

  it('does not complete a response that is shorter than announced', () => {
    const { writer } = writerFor('GET');
    writer.head(200, { 'content-length': '3' }, true);
    writer.content('ab');
    assert.equal(writer.finish([]), false);
    assert.equal(writer.state, 'streaming');
    assert.equal(writer.abort(), true);
    assert.equal(writer.state, 'complete');
  });

  it('leaves content out where there is none, and keeps its length for HEAD', () => {
    const { writer, sent } = writerFor('HEAD');
    writer.head(200, { 'content-length': '3' }, true);
    writer.content('more than that');
    assert.equal(writer.finish([]), true);
    assert.equal(sent(), 'HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 3\r\n\r\n');
    writer.begin({ method: 'HEAD', minorVersion: 1 });
    writer.whole(200, {}, undefined, true);
    assert.equal(sent(), 'HTTP/1.1 200 OK\r\nDate: now\r\n\r\n');
  });

  it('tells an aborted response from one that the end of the connection completes', () => {
    const { writer } = writerFor('GET', 0);
    assert.equal(writer.abort(), true);
    writer.begin({ method: 'GET', minorVersion: 0 });
    writer.head(200, {}, true);
    assert.equal(writer.abort(), false);
    writer.begin({ method: 'GET', minorVersion: 0 });
    assert.equal(writer.abort(), true);
  });

  it('says that the connection closes when the application wishes it, or has to', () => {
    for (const [fields, wish] of [
      [{ connection: 'close' }, true],
      [{}, false],
    ] as const) {
      const { writer, sent } = writerFor('GET', 0);
      writer.whole(200, fields, '', wish);
      assert.match(sent(), /\r\nConnection: close\r\n\r\n$/);
      assert.equal(writer.persists, false);
    }
  });

  it('explains what is wrong with a request', () => {
    const { writer, sent } = writerFor('GET');
    writer.refuse(new HttpError('HANDSHAKE_METHOD'), { Allow: 'GET' });
    assert.equal(
      sent(),
      'HTTP/1.1 405 Method Not Allowed\r\nDate: now\r\nContent-Type: text/plain; charset=utf-8\r\n' +
        'Allow: GET\r\nContent-Length: 48\r\nConnection: close\r\n\r\n' +
        'opening handshake is not a GET (RFC 6455 §4.1)\n'.replace('§', 'Â§'),
    );
  });

  it('writes interim responses, with no word on framing or the connection', () => {
    const { writer, sent } = writerFor('GET');
    writer.interim(103, { Link: '</a>', 'Content-Length': '5', Connection: 'close' });
    assert.equal(sent(), 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    assert.equal(writer.state, 'waiting');
  });

  it('switches protocols, behind the 100 that was waited for', () => {
    const { writer, sent } = writerFor('GET');
    writer.switchProtocols({ Upgrade: 'websocket' }, true);
    assert.equal(
      sent(),
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n' +
        'Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    );
  });

  for (const [what, write] of [
    ['a status that is not final', (writer) => writer.whole(199, {}, '', true)],
    ['a status that is none', (writer) => writer.head(0.5, {}, true)],
    ['a value with a line end', (writer) => writer.whole(200, { a: 'b\nc' }, '', true)],
    ['a length that is wrong', (writer) => writer.whole(200, { 'content-length': '1' }, '', true)],
    [
      'a length of nothing',
      (writer) => writer.whole(200, { 'content-length': '1' }, undefined, true),
    ],
    ['an interim name with a blank', (writer) => writer.interim(103, { 'a b': '' })],
    ['101 without Upgrade', (writer) => writer.switchProtocols({ Connection: 'upgrade' }, true)],
  ] as [string, (writer: ResponseWriter) => void][]) {
    it(`H11: throws for ${what} before it writes or changes anything`, () => {
      const { writer, sent } = writerFor('GET');
      assert.throws(() => write(writer), /TypeError|RangeError/);
      assert.equal(sent(), '');
      assert.equal(writer.state, 'waiting');
    });
  }

  it('H11: throws for a trailer that can not be one before it writes', () => {
    const { writer, sent } = writerFor('GET');
    writer.head(200, {}, true);
    sent();
    assert.throws(() => writer.finish([{ name: 'Content-Length', value: '1' }]), TypeError);
    assert.throws(() => writer.finish([{ name: 'a', value: 'b\r\nc' }]), TypeError);
    assert.equal(sent(), '');
    assert.equal(writer.state, 'streaming');
  });
});

// Helpers

function writerFor(method: string, minorVersion: 0 | 1 = 1) {
  const output = new OutputList();
  const writer = new ResponseWriter(output, () => 'now');
  writer.begin({ method, minorVersion });
  return { writer, sent: () => output.take().toString('latin1') };
}
