import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { HttpFaultCode } from '../../src/errors.ts';
import { TestClient } from '../support/client.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('ClientEndpoint', () => {
  it('sends a request, and tells of the response', () => {
    const client = new TestClient();
    client.endpoint.request('POST', '/a?b', { A: 'b', Host: 'h' }, 'content');
    assert.equal(
      client.sent(),
      'POST /a?b HTTP/1.1\r\nHost: h\r\nA: b\r\nContent-Length: 7\r\n\r\ncontent',
    );
    assert.equal(client.endpoint.phase, 'head');
    client.receive(OK);
    assert.deepEqual(client.told, ['response 200', 'content ok', 'end']);
    assert.equal(client.head.reason, 'OK');
    assert.equal(client.endpoint.phase, 'idle');
    assert.equal(client.output.state, 'open');
  });

  it('sends one request after the other', () => {
    const client = new TestClient().request().receive(OK).request('HEAD');
    client.receive('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n').request().receive(OK);
    assert.deepEqual(client.told, [
      'response 200',
      'content ok',
      'end',
      'response 200',
      'end',
      'response 200',
      'content ok',
      'end',
    ]);
  });

  it('can send the next request as soon as the response is complete', () => {
    const client = new TestClient().request();
    client.onTold = (line) => {
      if (line === 'end') client.request();
    };
    client.receive(OK).receive(OK);
    assert.equal(client.sent().match(/GET/g)?.length, 3);
  });

  it('tells of interim responses, which decide nothing', () => {
    const client = new TestClient().request();
    client.receive('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n');
    client.receive(`Connection: close\r\nContent-Length: 5\r\n\r\n${OK}`);
    assert.deepEqual(client.told, [
      'informational 100',
      'informational 103',
      'response 200',
      'content ok',
      'end',
    ]);
    assert.equal(client.endpoint.phase, 'idle');
  });

  it('unfolds a folded field line', () => {
    const client = new TestClient().request();
    client.receive('HTTP/1.1 204 \r\nA: b\r\n  c\r\n\r\n');
    assert.equal(client.head.fields.get('a'), 'b c');
  });

  for (const [method, head, told] of [
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'response 200,end'],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', 'response 204,end'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 'response 304,end'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'response 200,end'],
  ] as const) {
    it(`expects no content behind ${JSON.stringify(head)} to ${method}`, () => {
      const client = new TestClient().request(method).receive(head);
      assert.equal(client.told.join(), told);
      assert.equal(client.endpoint.phase, 'idle');
    });
  }

  it('decodes chunks, with the trailers apart', () => {
    const client = new TestClient().request();
    client.receive('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
    assert.equal(client.endpoint.phase, 'content');
    client.receive('1\r\nb\r\n0\r\nX: y\r\n\r\n');
    assert.deepEqual(client.told, ['response 200', 'content a', 'content b', 'end x: y']);
    assert.equal(client.head.fields.has('x'), false);
    assert.equal(client.endpoint.phase, 'idle');
  });

  it('takes what nothing else delimits up to the end of the connection', () => {
    const client = new TestClient().request().receive('HTTP/1.1 200 OK\r\n\r\nab');
    assert.deepEqual(client.told, ['response 200', 'content ab']);
    client.endpoint.receiveEnd();
    assert.equal(client.told.at(-1), 'end');
    assert.equal(client.endpoint.phase, 'closed');
    assert.equal(client.output.state, 'ended');
  });

  it('stops between two calls of the listener, and keeps the rest', () => {
    const client = new TestClient().request();
    client.onTold = () => client.endpoint.pause();
    client.receive('HTTP/1.1 200 OK\r\n\r\nab');
    client.endpoint.receiveEnd();
    assert.deepEqual(client.told, ['response 200']);
    assert.equal(client.endpoint.waiting, 2);
    client.endpoint.resume();
    assert.deepEqual(client.told, ['response 200', 'content ab']);
    client.endpoint.resume();
    assert.deepEqual(client.told, ['response 200', 'content ab', 'end']);
  });
});

describe('ClientEndpoint, upgrade', () => {
  const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n';

  it('gives the connection up with the octets that came behind the head', () => {
    const client = new TestClient().request('GET', { Upgrade: 'a' });
    assert.match(client.sent(), /\r\nUpgrade: a\r\nConnection: Upgrade\r\n\r\n$/);
    client.receive(`HTTP/1.1 100 Continue\r\n\r\n${SWITCH}HTTP`);
    assert.deepEqual(client.told, ['informational 100', 'upgraded 101 HTTP']);
    assert.equal(client.head.fields.get('upgrade'), 'a');
    assert.equal(client.endpoint.phase, 'closed');
    assert.equal(client.endpoint.waiting, 0);
    assert.equal(client.output.state, 'open');
  });

  it('does the same behind CONNECT, whatever the response says of content', () => {
    const client = new TestClient();
    client.endpoint.request('CONNECT', 'h:443', { Host: 'h:443' });
    client.receive('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc');
    assert.deepEqual(client.told, ['upgraded 200 abc']);
  });

  it('takes any other answer to CONNECT for an ordinary response', () => {
    const client = new TestClient().request('CONNECT').receive('HTTP/1.1 199 \r\n\r\n');
    client.receive(OK.replace('200', '300'));
    assert.deepEqual(client.told, ['informational 199', 'response 300', 'content ok', 'end']);
  });

  it('takes any other response for a refusal', () => {
    const client = new TestClient().request('GET', { Upgrade: 'a' }).receive(OK);
    assert.deepEqual(client.told, ['response 200', 'content ok', 'end']);
  });

  it('faults a protocol that was not asked for, or in HTTP/1.0', () => {
    const unasked = new TestClient().request().receive(SWITCH);
    assert.deepEqual(unasked.told, ['HTTP_UPGRADE']);
    const old = new TestClient().request('GET', { Upgrade: 'a' });
    old.receive(SWITCH.replace('HTTP/1.1', 'HTTP/1.0'));
    assert.deepEqual(old.told, ['HTTP_UPGRADE']);
  });
});

describe('ClientEndpoint, persistence', () => {
  it('closes behind a response to a request with close', () => {
    const client = new TestClient().request('GET', { Connection: 'close' });
    assert.match(client.sent(), /\r\nConnection: close\r\n\r\n$/);
    client.receive(OK);
    assert.equal(client.told.at(-1), 'end');
    assert.equal(client.output.state, 'ended');
    assert.throws(() => client.request(), TypeError);
  });

  for (const head of [
    'HTTP/1.1 204 No Content\r\nConnection: foo, Close\r\n\r\n',
    'HTTP/1.0 204 No Content\r\n\r\n',
  ]) {
    it(`closes behind ${JSON.stringify(head)}`, () => {
      const client = new TestClient().request().receive(head);
      assert.deepEqual(client.told, ['response 204', 'end']);
      assert.equal(client.output.state, 'ended');
    });
  }

  it('keeps a connection of HTTP/1.0 that the server keeps', () => {
    const client = new TestClient().request();
    client.receive('HTTP/1.0 204 No Content\r\nConnection: keep-alive\r\n\r\n');
    assert.equal(client.endpoint.phase, 'idle');
  });

  it('takes no second response for one that was asked for', () => {
    for (const deliver of [[OK + OK], [OK, OK]]) {
      const client = new TestClient().request();
      client.onTold = (line) => {
        if (line === 'end')
          assert.equal(client.endpoint.phase, deliver.length > 1 ? 'idle' : 'closed');
      };
      client.receive(...deliver);
      assert.deepEqual(client.told, ['response 200', 'content ok', 'end']);
      assert.equal(client.output.state, 'ended');
      assert.throws(() => client.request(), TypeError);
    }
  });

  it('takes nothing for a response that came before the request', () => {
    const client = new TestClient();
    client.endpoint.pause();
    client.receive(OK);
    assert.throws(() => client.request(), TypeError);
    client.endpoint.resume();
    assert.deepEqual(client.told, []);
    assert.equal(client.output.state, 'ended');
  });

  it('sends nothing when the server has closed, even if that was not seen to yet', () => {
    const client = new TestClient();
    client.endpoint.pause();
    client.endpoint.receiveEnd();
    assert.throws(() => client.request(), TypeError);
    assert.equal(client.sent(), '');
  });

  it('sends one request at a time', () => {
    const client = new TestClient().request();
    client.sent();
    assert.throws(() => client.request(), TypeError);
    assert.equal(client.sent(), '');
    client.receive(OK);
    assert.equal(client.told.length, 3);
  });

  it('closes when the server does, between two exchanges', () => {
    const client = new TestClient().request().receive(OK);
    client.endpoint.receiveEnd();
    assert.equal(client.output.state, 'ended');
    assert.equal(client.told.length, 3);
    assert.throws(() => client.request(), TypeError);
  });

  it('closes with the response when the server has closed meanwhile', () => {
    const client = new TestClient().request();
    client.onTold = () => client.endpoint.pause();
    client.receive(OK);
    client.endpoint.receiveEnd();
    client.onTold = () => assert.equal(client.endpoint.phase === 'idle', false);
    client.endpoint.resume();
    assert.equal(client.told.at(-1), 'end');
    assert.equal(client.output.state, 'ended');
  });

  it('closes at once, or behind the response, when it is asked to', () => {
    const idle = new TestClient();
    idle.endpoint.close();
    assert.equal(idle.output.state, 'ended');
    const busy = new TestClient().request();
    busy.endpoint.close();
    assert.equal(busy.output.state, 'open');
    busy.receive(OK);
    assert.equal(busy.told.at(-1), 'end');
    assert.equal(busy.output.state, 'ended');
  });
});

describe('ClientEndpoint, faults', () => {
  for (const [wire, fault] of [
    ['HTTP/2 200\r\n\r\n', 'HTTP_STATUS_LINE'],
    ['HTTP/1.1 200 OK\n\n', 'HTTP_BARE_LF'],
    ['HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n', 'HTTP_CONTENT_LENGTH'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n', 'HTTP_CONTENT_LENGTH'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', 'HTTP_TRANSFER_ENCODING'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n', 'HTTP_BODY_LIMIT'],
    [`HTTP/1.1 200 OK\r\nA: ${'b'.repeat(20_000)}`, 'HTTP_HEAD_LIMIT'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`gives up at ${JSON.stringify(wire.slice(0, 60))} with ${fault}`, () => {
      const client = new TestClient().request().receive(wire, OK);
      assert.deepEqual(client.told, [fault]);
      assert.equal(client.output.state, 'destroyed');
      assert.equal(client.endpoint.phase, 'closed');
    });
  }

  it('gives up at a fault in the content, behind what came before it', () => {
    const client = new TestClient().request();
    client.receive('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nx\r\n');
    assert.deepEqual(client.told, ['response 200', 'content a', 'HTTP_CHUNK_SIZE']);
    assert.equal(client.output.state, 'destroyed');
  });

  for (const wire of [
    '',
    'HTTP/1.1 200 O',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n',
  ]) {
    it(`does not take ${JSON.stringify(wire)} for a whole response`, () => {
      const client = new TestClient().request().receive(wire);
      client.endpoint.receiveEnd();
      assert.equal(client.told.at(-1), 'HTTP_CUT');
      assert.equal(client.told.includes('end'), false);
    });
  }

  it('does not take a broken connection for the end of the content', () => {
    const client = new TestClient().request().receive('HTTP/1.1 200 OK\r\n\r\nab');
    client.endpoint.disconnect();
    assert.equal(client.told.at(-1), 'HTTP_CUT');
    client.endpoint.disconnect();
    assert.equal(client.told.length, 3);
  });

  it('takes no content over the limit for complete', () => {
    const client = new TestClient({ body: 1 }).request();
    client.onTold = (line) => {
      if (line.startsWith('content')) client.endpoint.pause();
    };
    client.receive('HTTP/1.1 200 OK\r\n\r\nab');
    client.endpoint.receiveEnd();
    client.endpoint.resume();
    assert.deepEqual(client.told, ['response 200', 'content a', 'HTTP_BODY_LIMIT']);
  });

  it('tells nothing of a broken connection that nothing was asked on', () => {
    const client = new TestClient();
    client.endpoint.disconnect();
    assert.deepEqual(client.told, []);
    assert.equal(client.endpoint.phase, 'closed');
  });

  it('gives up when it is asked to, and tells nothing any more', () => {
    const client = new TestClient().request();
    client.onTold = () => client.endpoint.abort();
    client.receive(OK);
    client.endpoint.abort();
    assert.deepEqual(client.told, ['response 200']);
    assert.equal(client.output.state, 'destroyed');
    client.receive(OK);
    assert.equal(client.endpoint.waiting, 0);
  });

  it('H11: sends nothing of a request that can not be sent', () => {
    const client = new TestClient();
    assert.throws(() => client.request('GET', { A: 'b\r\nC: d' }), TypeError);
    assert.equal(client.sent(), '');
    assert.equal(client.endpoint.phase, 'idle');
  });
});
