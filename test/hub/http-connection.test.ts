import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import type { HttpError } from '../../src/errors.ts';
import type { Exchange } from '../../src/hub/exchange.ts';
import { HttpConnection } from '../../src/hub/http-connection.ts';
import type { HttpHandler } from '../../src/hub/http-route.ts';
import { serveHttp } from '../../src/hub/http-route.ts';
import { DEFAULT_LIMITS } from '../../src/hub/limits.ts';
import { ExchangeRequest, type Request } from '../../src/hub/request.ts';
import { ascii } from '../support/octets.ts';
import { TestCarrier } from '../support/test-carrier.ts';

const GET = ascii('GET /a?b=c HTTP/1.1\r\nHost: push.example\r\n\r\n');
const { idleTime, headTime, bodyTime } = DEFAULT_LIMITS;

describe('HttpConnection', () => {
  it('shows a request as an exchange', () => {
    const seen: unknown[] = [];
    const { carrier } = connectionWith(({ url, host, hasContent, canUpgrade, head, ...rest }) => {
      seen.push([head.method, url, host, hasContent, canUpgrade, rest.source]);
    });
    carrier.receive(
      ascii('POST http://other.example/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n'),
    );
    assert.deepEqual(seen, [['POST', '/x', 'other.example', true, true, undefined]]);
  });

  it('shows where the connection comes from and goes to', () => {
    const seen: unknown[] = [];
    const { carrier } = connectionWith(({ remoteAddress, localAddress, scheme, fields }) => {
      seen.push(remoteAddress, localAddress, scheme, fields.get('host'));
    });
    carrier.receive(GET);
    assert.deepEqual(seen, ['192.0.2.1', '192.0.2.2', undefined, 'push.example']);
  });

  it('keeps a request that was answered apart from those behind it', async () => {
    const requests: Request[] = [];
    const { carrier } = connectionWith((exchange) => {
      const handler: HttpHandler = (request) => {
        requests.push(request);
        return { body: 'ok' };
      };
      serveHttp(exchange, handler, assert.ifError);
    });
    carrier.receive(
      ascii('POST /1 HTTP/1.1\r\nHost: one\r\nCookie: 1\r\nContent-Length: 1\r\n\r\na'),
    );
    carrier.receive(ascii('GET /2 HTTP/1.1\r\nHost: two\r\nCookie: 2\r\n\r\n'));
    const [{ method, url, host, headers, body }] = requests as [Request];
    assert.deepEqual([method, url, host, headers.get('cookie')], ['POST', '/1', 'one', '1']);
    await assert.rejects(body.text(), /answered/);
  });

  it('ends content that was asked for before the answer, given at once or begun first', async () => {
    for (const hasBegun of [false, true]) {
      let text: Promise<string> | undefined;
      const { carrier } = connectionWith((exchange) => {
        text = new ExchangeRequest(exchange).body.text();
        if (hasBegun) {
          exchange.respondHead(200, {});
          exchange.finish();
        } else exchange.respond(200, {}, 'ok');
      });
      carrier.receive(ascii('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n'));
      await assert.rejects(text!, /answered/);
    }
  });

  it('leaves the content of a request to it, when an answered one asks for its own too late', async () => {
    const requests: Request[] = [];
    const { carrier } = connectionWith((exchange) => {
      const handler: HttpHandler = async (request) => {
        requests.push(request);
        if (request.url === '/1') return { body: 'ok' };
        await turn();
        return { body: await request.body.text() };
      };
      serveHttp(exchange, handler, assert.ifError);
    });
    carrier.receive(ascii('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n'));
    await turn();
    carrier.receive(ascii('POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nmine'));
    await assert.rejects(requests[0]!.body.text(), /answered/);
    await turn();
    await turn();
    assert.match(String(carrier.output.take()), /mine$/);
  });

  it('closes a connection that says nothing after limits.headTime', () => {
    const { carrier } = connectionWith(() => {});
    carrier.pass(0);
    carrier.pass(headTime - 1);
    assert.equal(carrier.output.state, 'open');
    carrier.pass(1);
    assert.equal(carrier.output.state, 'ended');
    assert.equal(String(carrier.output.take()), '');
  });

  it('closes a persistent connection after limits.idleTime', () => {
    const { carrier } = answering({ body: 'ok' });
    carrier.receive(GET);
    carrier.output.take();
    carrier.pass(5);
    carrier.pass(idleTime - 1);
    assert.equal(carrier.output.state, 'open');
    carrier.pass(1);
    assert.equal(carrier.output.state, 'ended');
    assert.equal(String(carrier.output.take()), '');
  });

  it('answers a head that takes longer than limits.headTime with 408, however it trickles', () => {
    const { carrier } = answering({ body: 'ok' });
    for (let second = 0; second <= headTime / 1_000; second++) {
      carrier.receive(ascii(second === 0 ? 'GET / HT' : 'T'.slice(second > 1 ? 1 : 0)));
      carrier.pass(1_000);
    }
    assert.match(String(carrier.output.take()), /^HTTP\/1.1 408 .*limits.headTime/s);
    assert.equal(carrier.output.state, 'ended');
  });

  it('answers content that takes longer than limits.bodyTime with 408', async () => {
    const { carrier } = connectionWith((exchange) => {
      serveHttp(
        exchange,
        async (request) => ({ body: await request.body.text() }),
        () => {},
      );
    });
    carrier.receive(ascii('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n'));
    carrier.pass(0);
    for (let second = 0; second < bodyTime / 1_000; second++) {
      carrier.receive(ascii('x'));
      carrier.pass(1_000);
    }
    assert.match(String(carrier.output.take()), /^HTTP\/1.1 408 .*limits.bodyTime/s);
    await turn();
  });

  it('lets a handler take its time', () => {
    const { carrier } = connectionWith(() => {});
    carrier.receive(GET);
    for (let i = 0; i < 100; i++) carrier.pass(idleTime);
    assert.equal(carrier.output.state, 'open');
  });

  it('measures each request on its own', () => {
    const { carrier } = answering({ body: 'ok' });
    for (let i = 0; i < 10; i++) {
      carrier.receive(ascii('GET / HTTP/1.1\r\nHo'));
      carrier.pass(headTime - 1);
      carrier.receive(ascii('st: a\r\n\r\n'));
    }
    assert.equal(carrier.output.state, 'open');
  });

  it('tells the listener that the peer is gone, and what broke off', () => {
    const aborted: string[] = [];
    const { carrier } = connectionWith((exchange) => {
      exchange.listener = listenerOf(aborted);
    });
    carrier.receive(GET);
    carrier.tenant!.gone();
    assert.deepEqual(aborted, ['HTTP_CUT']);
  });

  it('tells each request of the end of the peer that comes behind it, and none that is answered', () => {
    const told: string[] = [];
    const exchanges: string[] = [];
    let exchange: Exchange | undefined;
    const { carrier } = connectionWith((given) => {
      exchange = given;
      exchanges.push(given.url);
      given.listener = listenerOf(told);
      if (given.url === '/2') given.respond(200, {}, '');
    });
    for (const target of ['/1', '/2', '/3']) {
      carrier.receive(ascii(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`));
    }
    carrier.endpoint!.receiveEnd();
    carrier.tenant!.ended();
    assert.deepEqual(told.splice(0), ['ended']);
    exchange!.respond(200, {}, '');
    assert.deepEqual(exchanges, ['/1', '/2', '/3']);
    assert.deepEqual(told, ['ended']);
  });

  it('tells of the end of the peer when an answer that could not be sent is yet to be given', () => {
    const told: string[] = [];
    const { carrier } = connectionWith((exchange) => {
      exchange.listener = listenerOf(told);
      assert.throws(() => exchange.respond(200, { 'x-a': 'a\nb' }, ''), TypeError);
    });
    carrier.receive(GET);
    carrier.endpoint!.receiveEnd();
    carrier.tenant!.ended();
    assert.deepEqual(told, ['ended']);
  });

  it('ends an idle connection when the hub closes, and one under way after its answer', () => {
    const idle = answering({ body: 'ok' });
    idle.carrier.tenant!.leave();
    assert.equal(idle.carrier.output.state, 'ended');

    let exchange: Exchange | undefined;
    const busy = connectionWith((given) => {
      exchange = given;
    });
    busy.carrier.receive(GET);
    busy.carrier.tenant!.leave();
    assert.equal(busy.carrier.output.state, 'open');
    exchange!.respond(200, { etag: '"x"' }, 'ok');
    assert.match(String(busy.carrier.output.take()), /Connection: close\r\n/i);
    assert.equal(busy.carrier.output.state, 'ended');
  });

  it('says in a streamed answer too that the connection ends', () => {
    let exchange: Exchange | undefined;
    const { carrier } = connectionWith((given) => {
      exchange = given;
    });
    carrier.receive(GET);
    carrier.tenant!.leave();
    exchange!.respondHead(200, {});
    exchange!.write('a');
    exchange!.finish();
    assert.match(String(carrier.output.take()), /Connection: close\r\n.*1\r\na\r\n0\r\n\r\n$/is);
    assert.equal(carrier.output.state, 'ended');
  });
});

// Helpers

function connectionWith(dispatch: (exchange: Exchange) => void) {
  const carrier = new TestCarrier();
  const terms = {
    limits: DEFAULT_LIMITS,
    proxies: [],
    date: () => 'Sun, 06 Nov 1994 08:49:37 GMT',
    dispatch,
  };
  return { carrier, connection: new HttpConnection(terms, carrier) };
}

function answering(answer: ReturnType<HttpHandler>) {
  return connectionWith((exchange) => serveHttp(exchange, () => answer, assert.ifError));
}

function listenerOf(aborted: string[]) {
  return {
    content() {},
    contentEnd() {},
    answered() {},
    drained() {},
    ended() {
      aborted.push('ended');
    },
    aborted(reason: Error) {
      aborted.push((reason as HttpError).code);
    },
  };
}
