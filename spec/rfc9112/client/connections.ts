/** How a client uses its connections. @see RFC 9112 §9 */

import { pause } from '../../fair-timer.ts';
import type { Asked } from '../../http-client/exchange-server.ts';
import { ok, response } from '../../http-client/exchange-server.ts';
import {
  asks,
  describe,
  type HttpClientSubject,
  httpClientProbe,
  isAnswer,
  listOf,
  Unable,
} from '../../http-client/probe.ts';
import { type Finding, finding, inconclusive, offer, type Probe } from '../../probe.ts';

const CLOSE = { fields: [['Connection', 'close']] } as const;

/** More than any buffer on the way holds. */
const LARGE = 'x'.repeat(16 * 2 ** 20);

export const connections: readonly Probe<HttpClientSubject>[] = [
  httpClientProbe(
    '9112-6.3-20',
    'what comes behind a response is no other one',
    'two responses to one request',
    async (subject) => {
      const { server } = subject;
      server.answer = (_, count) => (count === 1 ? ok('one') + ok('two') : ok('three'));
      const told = [await subject.ask('/1'), await subject.ask('/2')];
      const holds = isAnswer(told[0]!, 200, 'one') && told[1]!.content !== 'two';
      return finding(holds, 'one, then three or a failure', told.map(describe).join(', then '));
    },
  ),
  httpClientProbe(
    '9112-9.2-1',
    'each response is that to its own request',
    'three requests at once',
    async (subject) => {
      const { server } = subject;
      server.answer = async ({ target }) => {
        await pause(target === '/1' ? 60 : 10);
        return ok(target);
      };
      const targets = ['/1', '/2', '/3'];
      const told = await Promise.all(targets.map((target) => subject.ask(target)));
      const holds = told.every((each, index) => isAnswer(each, 200, targets[index]));
      return finding(holds, targets.join(', '), told.map(describe).join(', '));
    },
  ),
  unsolicited('9112-9.2-2', 'is no response', async (subject) => {
    const told = await subject.ask('/2');
    const expected = 'ok, or a failure';
    if (told.isLate) return inconclusive(expected, describe(told));
    return finding(told.content !== 'unasked', expected, describe(told));
  }),
  unsolicited('9112-9.2-3', 'ends the connection', async ({ server, timeout }) => {
    const [first] = server.connections;
    const isClosed = await server.until(() => first!.isEnded, timeout);
    return finding(isClosed, 'the end of the connection', isClosed ? 'the end' : 'it stays open');
  }),
  asks('9112-9.3-1/client', 'connections are used again', [{}, {}], (asked) => ({
    holds: new Set(asked.map(({ connection }) => connection)).size === 1,
    received: onConnections(asked),
  })),
  endsWith('9112-9.3-2/client-a', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  endsWith('9112-9.3-2/client-b', ok('ok', 'Connection: foo, Close')),
  endsWith('9110-7.6.1-4/client', ok('ok', 'Connection: CLOSE')),
  endsWith('9110-5.6.1.2-1/client', ok('ok', 'Connection: , ,close,,')),
  endsWith('9110-5.3-1/client', ok('ok', 'Connection: foo', 'Connection: close')),
  httpClientProbe(
    '9112-9.3-3',
    'a client that does not keep connections says so',
    'two requests, one after the other',
    async (subject) => {
      const { server, patience } = subject;
      await subject.ask('/1');
      await subject.ask('/2');
      const [first] = server.requests;
      if (first === undefined) return inconclusive('Connection: close', 'no request came');
      const isClosed = await server.until(() => first.connection.isEnded, patience);
      const isSaid = listOf(first, 'connection').includes('close');
      const received = `${isClosed ? 'closed' : 'kept'}, ${isSaid ? '' : 'not '}said to be`;
      return finding(
        isSaid || !isClosed,
        'Connection: close, or a connection that is kept',
        received,
      );
    },
  ),
  httpClientProbe('9112-9.3.2-1', 'requests are pipelined', 'three at once', async (subject) => {
    const { server, patience } = subject;
    let pipelined = 0;
    server.answer = async ({ connection }) => {
      await pause(patience);
      pipelined += connection.waiting.length;
      return ok();
    };
    await Promise.all(['/1', '/2', '/3'].map((target) => subject.ask(target)));
    const received = pipelined > 0 ? 'pipelined' : 'one at a time on each connection';
    return offer(pipelined > 0, 'several on one connection', received);
  }),
  httpClientProbe(
    '9112-9.3.2-6',
    'nothing is pipelined behind a POST',
    'a POST that is answered late, and a GET meanwhile',
    async (subject) => {
      const { server, patience } = subject;
      let behind = 0;
      server.answer = async ({ method, connection }) => {
        if (method === 'POST') await pause(patience);
        if (method === 'POST') behind = connection.waiting.length;
        return ok();
      };
      const post = subject.ask('/1', { method: 'POST', content: 'hello' });
      await server.until(() => server.requests.length > 0);
      await Promise.all([post, subject.ask('/2')]);
      const expected = 'nothing behind the POST';
      if (server.requests.length === 0) return inconclusive(expected, 'no request came');
      return finding(behind === 0, expected, `${behind} octets behind it`);
    },
  ),
  httpClientProbe(
    '9112-9.5-2/client',
    'a connection that the server ends is ended',
    'a response, then a FIN',
    async (subject) => {
      const { server } = subject;
      await subject.ask('/1');
      const [first] = server.connections;
      if (first === undefined) return inconclusive('the end', 'no request came');
      first.wire.end();
      const isEnded = await server.until(() => first.isEnded);
      return finding(isEnded, 'the end', isEnded ? 'the end' : 'it stays open');
    },
  ),
  early('9112-9.5-5', 'a refusal is heard while content is sent', (told) => {
    return finding(isAnswer(told, 413), '413', describe(told));
  }),
  early(
    '9112-9.5-6',
    'content that is not wanted is not sent on',
    async (_, { server, timeout }) => {
      const [first] = server.connections;
      await server.until(() => first!.isEnded, timeout);
      const { received, isEnded } = first!;
      const seen = `${received} octets, and ${isEnded ? 'the end' : 'no end'}`;
      return finding(isEnded && received < LARGE.length, 'an end before all was sent', seen);
    },
  ),
  saysClose('9112-9.6-2', 'is the last request on its connection', async ({ server, ask }) => {
    await ask('/2');
    const [first, second] = server.requests;
    const isOther = first?.connection !== second?.connection;
    return finding(isOther, 'another connection', onConnections(server.requests));
  }),
  saysClose('9112-9.6-3', 'is followed by the end', async ({ server }) => {
    const { connection } = server.requests[0]!;
    const isEnded = await server.until(() => connection.isEnded);
    return finding(isEnded, 'the end', isEnded ? 'the end' : 'it stays open');
  }),
  httpClientProbe(
    '9112-9.6-9',
    'a connection that is said to end is ended',
    'a response with Connection: close, and no FIN',
    async (subject) => {
      const { server } = subject;
      server.answer = () => ok('ok', 'Connection: close');
      await subject.ask('/1');
      const [first] = server.connections;
      const isEnded = await server.until(() => first?.isEnded === true);
      await subject.ask('/2');
      const isOther = server.requests[0]?.connection !== server.requests[1]?.connection;
      const received = `${isEnded ? 'the end' : 'no end'}, ${onConnections(server.requests)}`;
      return finding(isEnded && isOther, 'the end, and another connection', received);
    },
  ),
];

/** The next request comes on another connection. */
function endsWith(id: string, octets: string): Probe<HttpClientSubject> {
  const title = 'behind this response the connection is not used again';
  return httpClientProbe(id, title, JSON.stringify(octets), async (subject) => {
    const { server } = subject;
    server.answer = (_, count) => (count === 1 ? octets : ok());
    const told = [await subject.ask('/1'), await subject.ask('/2')];
    const [first, second] = server.requests;
    const holds = second !== undefined && first!.connection !== second.connection;
    const isTold = told.every((each) => isAnswer(each, 200, 'ok'));
    const received = `${onConnections(server.requests)}; ${told.map(describe).join(', ')}`;
    return finding(holds && isTold, title, received);
  });
}

/** A response on a connection that has nothing to wait for. */
function unsolicited(
  id: string,
  what: string,
  judge: (subject: HttpClientSubject) => Promise<Finding>,
): Probe<HttpClientSubject> {
  const title = `what is sent unasked ${what}`;
  return httpClientProbe(id, title, 'a response on an idle connection', async (subject) => {
    const { server } = subject;
    await subject.ask('/1');
    const [first] = server.connections;
    if (first === undefined) return inconclusive(title, 'no request came');
    await pause(20);
    await first.wire.send(ok('unasked'));
    await pause(20);
    return judge(subject);
  });
}

/** A POST with more content than is wanted, which is refused as soon as its head is there. */
function early(
  id: string,
  title: string,
  judge: (
    told: Awaited<ReturnType<HttpClientSubject['ask']>>,
    subject: HttpClientSubject,
  ) => Finding | Promise<Finding>,
): Probe<HttpClientSubject> {
  return httpClientProbe(id, title, 'a POST of 16 MiB, refused at once by 413', async (subject) => {
    const { server } = subject;
    server.answerHead = ({ connection }) => {
      connection.wire.pause();
      setTimeout(() => connection.wire.resume(), 2 * subject.patience);
      return response('413 Content Too Large', 'no', 'Connection: close');
    };
    server.answer = () => undefined;
    const told = await subject.ask('/', { method: 'POST', content: LARGE });
    return judge(told, subject);
  });
}

/** Two requests, the first of which says that it is the last on its connection. */
function saysClose(
  id: string,
  what: string,
  judge: (subject: HttpClientSubject) => Promise<Finding>,
): Probe<HttpClientSubject> {
  const title = `a request with close ${what}`;
  return httpClientProbe(id, title, 'GET, Connection: close; GET', async (subject) => {
    await subject.ask('/1', CLOSE);
    const [first] = subject.server.requests;
    if (first === undefined || !listOf(first, 'connection').includes('close')) {
      throw new Unable('it does not say close for its application');
    }
    return judge(subject);
  });
}

function onConnections(asked: readonly Asked[]): string {
  return `on the connections ${asked.map(({ connection }) => connection.number).join(', ')}`;
}
