/**
 * The occasions on which a server speaks: one request for each kind of response. What a rule says
 * about all that a server sends is judged over all of them.
 *
 * @module
 */

import { chunked, ECHO, fill, get, post, probe, request } from './http-probe.ts';
import { type Response, readResponse, summaryOf } from './models/response.ts';
import { finding, inconclusive, notApplicable, type Probe, type Subject } from './probe.ts';
import type { Wire } from './wire.ts';

/** A request, and what kind of response it is meant to bring about. */
export interface Occasion {
  readonly name: string;
  readonly octets: string;
  readonly method?: string;
  /** Whether the request says HTTP/1.1, as far as the server can read it. */
  readonly minorVersion?: 0;
  /** Whether more has to come of the request, so that a server may wait for it. */
  readonly isUnfinished?: true;
}

/** A response, the occasion of it, and the connection that it came on. */
export interface Utterance {
  readonly occasion: Occasion;
  readonly response: Response;
  /** Whether the end of the body did not come, though the connection stays open. */
  readonly isEndless: boolean;
  readonly wire: Wire;
  readonly subject: Subject;
}

/** What is wrong with an utterance, or nothing. */
export type Complaint = (utterance: Utterance) => string | undefined | Promise<string | undefined>;

/** The opening handshake of a WebSocket, with further field lines. */
export function handshake(...fields: readonly string[]): string {
  return upgrading('13', ...fields);
}

/** An opening handshake of this version, at the subject's WebSocket. */
export function upgrading(version: string, ...fields: readonly string[]): string {
  return request(
    'GET',
    '{path}',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Sec-WebSocket-Version: ${version}`,
    ...fields,
  );
}

const HELLO = '5\r\nhello\r\n0\r\n\r\n';

/** One request for each kind of response. */
export const OCCASIONS: readonly Occasion[] = [
  { name: 'GET', octets: get() },
  { name: 'HEAD', octets: get().replace('GET', 'HEAD'), method: 'HEAD' },
  { name: 'POST', octets: post(['Content-Length: 5'], 'hello') },
  { name: 'chunked POST', octets: chunked(HELLO) },
  {
    name: 'POST that expects 100',
    octets: post(['Content-Length: 5', 'Expect: 100-continue'], 'hello'),
  },
  { name: 'GET that closes', octets: get('Connection: close') },
  { name: 'HTTP/1.0', octets: 'GET / HTTP/1.0\r\n\r\n', minorVersion: 0 },
  {
    name: 'HTTP/1.0, kept',
    octets: 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    minorVersion: 0,
  },
  { name: 'unknown target', octets: request('GET', '/nowhere') },
  { name: 'method not allowed', octets: request('DELETE', '/') },
  { name: 'OPTIONS', octets: request('OPTIONS', '/') },
  { name: 'TRACE', octets: request('TRACE', '/') },
  { name: 'unknown method', octets: request('FOO', '/') },
  { name: 'no Host', octets: 'GET / HTTP/1.1\r\n\r\n' },
  { name: 'bad field line', octets: get('no colon') },
  { name: 'bad Content-Length', octets: post(['Content-Length: five'], '') },
  { name: 'bad chunk-size', octets: chunked('five\r\n') },
  { name: 'unknown transfer coding', octets: post(['Transfer-Encoding: foo, chunked'], HELLO) },
  { name: 'unknown expectation', octets: post(['Content-Length: 0', 'Expect: foo'], '') },
  { name: 'HTTP/2.0', octets: 'GET / HTTP/2.0\r\nHost: {host}\r\n\r\n' },
  { name: 'long target', octets: request('GET', `/${'a'.repeat(70_000)}`) },
  { name: 'long field', octets: get(`X-Long: ${'a'.repeat(70_000)}`) },
  {
    name: 'large content',
    octets: post([`Content-Length: ${'9'.repeat(15)}`], ''),
    isUnfinished: true,
  },
  { name: 'opening handshake', octets: handshake() },
  { name: 'handshake of an unknown version', octets: upgrading('12') },
  { name: 'handshake with a bad key', octets: handshake().replace('dGhl', '!') },
];

/** A request for a tunnel, in whose place a response without content comes, if it is granted. */
export const CONNECT: readonly Occasion[] = [
  {
    name: 'CONNECT',
    octets: 'CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n',
    method: 'HEAD',
  },
];

/**
 * Looks at all that a server says on these occasions, all at once, and at interim responses too.
 * What does not come is passed over: that it has to come is the business of other probes.
 */
export function inspects(
  id: string,
  title: string,
  complaint: Complaint,
  occasions: readonly Occasion[] = OCCASIONS,
  options?: Pick<Probe, 'needs'>,
): Probe {
  const judge = async (subject: Subject) => {
    const complaints: string[] = [];
    const statuses = new Set<number>();
    const silent: string[] = [];
    const listen = async (occasion: Occasion) => {
      const onSilence = () => silent.push(occasion.name);
      for await (const utterance of utterances(subject, occasion, onSilence)) {
        if (utterance.response.status !== 0) statuses.add(utterance.response.status);
        const wrong = await complaint(utterance);
        if (wrong !== undefined) complaints.push(`${occasion.name}: ${wrong}`);
      }
    };
    await Promise.all(occasions.filter((occasion) => isPossible(occasion, subject)).map(listen));
    if (complaints.length > 0) return finding(false, title, complaints.join('; '));
    const missing = `nothing within ${subject.timeout} ms to ${silent.join(', ')}`;
    const heard = [...statuses, ...(silent.length > 0 ? [missing] : [])].join(', ');
    if (statuses.size > 0) return finding(true, title, heard);
    return silent.length > 0
      ? inconclusive(title, heard)
      : notApplicable(title, 'it ends the connection without a response');
  };
  const sends = occasions.map(({ name }) => name).join(', ');
  return probe(id, title, `one request for each of: ${sends}`, judge, options);
}

/** Whether the subject has what an occasion is about. */
function isPossible({ octets }: Occasion, { echo }: Subject): boolean {
  return echo !== false || !octets.includes(`POST ${ECHO} `);
}

/** The responses to one request: interim ones, then the final one. `onSilence` is told if that does not come. */
async function* utterances(
  subject: Subject,
  occasion: Occasion,
  onSilence: () => void,
): AsyncGenerator<Utterance> {
  const wire = await subject.connect();
  await wire.send(fill(occasion.octets, subject));
  let isLast = occasion.isUnfinished === true && (await wire.isQuiet(subject.patience));
  while (!isLast) {
    const complete = await wire.readResponse(occasion.method);
    const isEndless = complete.head === '' && wire.ending === 'open';
    const response = isEndless ? readEndless(wire, occasion.method) : complete;
    if (response === undefined || response.head === '') {
      if (wire.ending === 'open') onSilence();
      break;
    }
    yield { occasion, response, isEndless, wire, subject };
    isLast = isEndless || response.status >= 200 || response.status === 101;
  }
  wire.close();
}

/** What came of a response whose end did not, read as if the connection had ended there. */
function readEndless(wire: Wire, method = 'GET'): Response | undefined {
  return readResponse(wire.waiting, method, true);
}

/** Complains of what the response reader noted under this clause. */
export function noFault(clause: string): Complaint {
  return ({ response }) => response.faults.find((fault) => fault.clause === clause)?.detail;
}

/** Complains of a response when this is not so of it, and shows it, or what `show` picks of it. */
export function always(
  holds: (response: Response, occasion: Occasion) => boolean,
  show: (response: Response) => string = summaryOf,
): Complaint {
  return ({ response, occasion }) =>
    response.status === 0 || holds(response, occasion) ? undefined : show(response);
}
