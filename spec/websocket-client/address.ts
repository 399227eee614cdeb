/**
 * From an address to a connection: schemes, names, TLS, and how many connections are opened at once.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-3 | RFC 6455 §3, §4.1, §11.1}
 * @module
 */

import { pause } from '../fair-timer.ts';
import { type Finding, finding, inconclusive, notApplicable } from '../probe.ts';
import { fieldOf, type Visit } from '../scripted-server.ts';
import { text } from '../websocket-wire.ts';
import { heardOn } from '../wire.ts';
import { answerTo } from './answer.ts';
import { readClientHello } from './client-hello.ts';
import { command, lineOf, requests, serves } from './judgements.ts';
import {
  ADDRESS,
  type ClientJudgement,
  type ClientProbe,
  clientProbes,
  type WebSocketClientSubject,
} from './subject.ts';

/** How often it is looked whether something has come, in milliseconds. */
const LOOK = 5;

const SECURE = 'wss://localhost:{port}/';

export const address: readonly ClientProbe[] = clientProbes({
  '6455-3-2': {
    'takes the scheme in letters of either case': greets('WSS://localhost:{port}/', isGreeting),
  },
  '6455-3-3': {
    'asks for / where the address has no path': asks('ws://127.0.0.1:{port}', '/'),
    'asks for a query without a path behind /': asks('ws://127.0.0.1:{port}?a=1', '/?a=1'),
    'asks for the path and the query': asks(`${ADDRESS}a/b?c=d`, '/a/b?c=d'),
  },
  '6455-3-4': {
    'never sends a fragment': comesOnly(
      `${ADDRESS}x#fragment`,
      'no request with a fragment',
      (line) => !line.includes('#'),
    ),
  },
  '6455-3-5': {
    'leaves %23 in the path as it is': asks(`${ADDRESS}a%23b`, '/a%23b'),
  },
  '6455-4.1-2': {
    'makes no connection for an address of another scheme': staysAway('ftp://127.0.0.1:{port}/'),
  },
  '6455-4.1-3': {
    'waits with an opening handshake until the one before it is answered': oneByOne(2),
  },
  '6455-4.1-4': {
    'never has more than one connection being opened': oneByOne(5),
  },
  '6455-4.1-10': {
    'gives up when the connection is refused': givesUp(),
  },
  '6455-4.1-11': {
    'begins with a TLS handshake where the address is secure': greets(SECURE, isGreeting),
  },
  '6455-4.1-14': {
    'says in the TLS handshake which host it asks': greets(SECURE, names('localhost')),
  },
  '6455-10.6-1': {
    'speaks TLS': greets(SECURE, isGreeting),
  },
  '6455-11.1.1-1': {
    'writes the host in ASCII and the path in octets of UTF-8': requests(
      'Host: localhost and the target /%C3%A4',
      (visit, { server }) => {
        const host = fieldOf(visit, 'host');
        const isHost = host === `localhost:${new URL(server.origin).port}`;
        const isTarget = lineOf(visit) === 'GET /%C3%A4 HTTP/1.1';
        const received = `Host: ${host} and ${lineOf(visit)}`;
        return finding(isHost && isTarget, 'Host: localhost and the target /%C3%A4', received);
      },
      { address: 'ws://ｌｏｃａｌｈｏｓｔ:{port}/ä' },
    ),
  },
  '6455-11.1.2-1': {
    'writes the host in ASCII where the address is secure': greets(
      'wss://ｌｏｃａｌｈｏｓｔ:{port}/ä',
      names('localhost'),
    ),
  },
});

/** Sent to this address, the client asks for this target. */
function asks(address: string, target: string): ClientJudgement {
  const line = `GET ${target} HTTP/1.1`;
  const judge = (visit: Visit) => finding(lineOf(visit) === line, line, lineOf(visit));
  return requests(line, judge, { address });
}

/** Sent to this address, the client does not come, or with a request line like this. */
function comesOnly(
  address: string,
  expected: string,
  holds: (line: string) => boolean,
): ClientJudgement {
  return {
    sends: `the client is sent to ${address}`,
    judge: async ({ start, server, patience }) => {
      start(address);
      const visit = await server.next(4 * patience);
      if (visit === undefined) return finding(true, expected, 'no request');
      return finding(holds(lineOf(visit)), expected, lineOf(visit));
    },
  };
}

function staysAway(address: string): ClientJudgement {
  const expected = 'no connection';
  return {
    sends: `the client is sent to ${address}`,
    judge: async ({ start, server, patience }) => {
      start(address);
      await pause(4 * patience);
      const count = server.wires.length;
      return finding(count === 0, expected, count === 0 ? expected : `${count} connections`);
    },
  };
}

/** What is wrong with the first octets of a connection; nothing when nothing is. */
type Complaint = (octets: Buffer) => string | undefined;

function isGreeting(octets: Buffer): string | undefined {
  return readClientHello(octets) === undefined ? octets.toString('hex', 0, 32) : undefined;
}

function names(host: string): Complaint {
  return (octets) => {
    const hello = readClientHello(octets);
    if (hello === undefined) return octets.toString('hex', 0, 32);
    return hello.serverName === host ? undefined : `the name ${hello.serverName ?? 'of nobody'}`;
  };
}

/** Sent to a secure address, the client begins with a TLS handshake. */
function greets(address: string, complaint: Complaint): ClientJudgement {
  const expected = 'a ClientHello that names the host';
  return {
    sends: `the client is sent to ${address}`,
    judge: async (subject) => {
      subject.start(address);
      const octets = await firstOctets(subject);
      if (octets.length === 0) return inconclusive(expected, 'no connection with anything on it');
      const wrong = complaint(octets);
      return finding(wrong === undefined, expected, wrong ?? 'a ClientHello');
    },
  };
}

/** What comes first on the first connection: a ClientHello as a whole, if it is one. */
async function firstOctets({ server, timeout, patience }: WebSocketClientSubject): Promise<Buffer> {
  const heard = () => (server.wires[0] === undefined ? Buffer.alloc(0) : heardOn(server.wires[0]));
  await until(() => heard().length > 0, timeout);
  await until(() => readClientHello(heard()) !== undefined, patience);
  return heard();
}

/** Looks again and again, so many milliseconds at most. */
async function until(condition: () => boolean, milliseconds: number): Promise<void> {
  for (let waited = 0; waited < milliseconds && !condition(); waited += LOOK) await pause(LOOK);
}

/** The first connection is reset. The client makes no other for the same attempt. */
function givesUp(): ClientJudgement {
  const expected = 'one connection, and no other';
  return {
    sends: `the client is sent to ${ADDRESS}, where its connection is reset`,
    judge: async ({ start, server, timeout, patience }) => {
      start();
      await until(() => server.wires.length > 0, timeout);
      for (let waited = 0; waited < 2 * patience; waited += LOOK) {
        for (const wire of server.wires) if (wire.ending === 'open') wire.reset();
        await pause(LOOK);
      }
      const count = server.wires.length;
      if (count === 0) return inconclusive(expected, 'no connection');
      return finding(count === 1, expected, `${count} connections`);
    },
  };
}

/** The application opens so many connections at once, and the server takes its time. */
function oneByOne(count: number): ClientJudgement {
  const expected = `${count} opening handshakes, each behind the answer to the one before`;
  const segments = Array.from({ length: count }, () => command('connect'));
  return serves([Buffer.concat(segments)], expected, {}, async (talk, subject) => {
    const { server } = subject;
    const first = await Promise.race([server.next(), talk.next()]);
    if (first === text('connect')) {
      return notApplicable(expected, 'told "connect", it sends that back');
    }
    if (first === undefined || typeof first === 'string') {
      return inconclusive(expected, first ?? 'no other opening handshake');
    }
    return answered(first, count, subject, expected);
  });
}

async function answered(
  first: Visit,
  count: number,
  { server, patience }: WebSocketClientSubject,
  expected: string,
): Promise<Finding> {
  let visit: Visit | undefined = first;
  for (let i = 1; i <= count; i++) {
    const other = await server.next(patience);
    if (other !== undefined) {
      return finding(false, expected, `handshake ${i + 1} while ${i} was not answered`);
    }
    await visit.wire.send(answerTo(visit));
    if (i === count) break;
    visit = await server.next();
    if (visit === undefined) return finding(false, expected, `${i} handshakes`);
  }
  return finding(true, expected, `${count} handshakes, one behind the other`);
}
