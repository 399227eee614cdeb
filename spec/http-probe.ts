/**
 * The shapes that most probes of HTTP/1.1 have: send these octets on a connection, expect that.
 *
 * In the octets, `{host}` stands for the subject's host and port, `{path}` for the path of its
 * WebSocket, `{reflector}` for that of its reflector, and `{scheme}` for the scheme of its address.
 *
 * @module
 */

import { type Response, summaryOf } from './models/response.ts';
import {
  clauseOf,
  type Finding,
  finding,
  inconclusive,
  type Need,
  type Probe,
  type Subject,
} from './probe.ts';
import { type Reflection, reflection } from './reflector.ts';
import type { Wire } from './wire.ts';

/** What was seen on one connection, and whether it is as it should be. */
export interface Observation {
  readonly holds: boolean;
  readonly received: string;
}

/** Looks at what comes back on a connection. */
export type Observe = (wire: Wire, subject: Subject) => Promise<Observation>;

/** What the makers of probes can be told besides. */
export interface ProbeOptions {
  readonly needs?: Need | undefined;
  /** Whether it takes so long that it is run only when it is asked for. */
  readonly long?: boolean | undefined;
}

/** In a set of statuses: the connection may also be closed without any response. */
export const PLAIN_CLOSE = 0;

/** A probe of a server, with the clause taken from its id. */
export function probe(
  id: string,
  title: string,
  sends: string,
  judge: Probe['judge'],
  options: ProbeOptions = {},
): Probe {
  return { id, clause: clauseOf(id), role: 'server', title, sends, judge, ...options };
}

/**
 * Sends each of `requests` on a connection of its own, all at once. What is observed has to hold
 * for all.
 */
export function each(
  id: string,
  title: string,
  requests: string | readonly string[],
  observe: Observe,
  options?: ProbeOptions,
): Probe {
  const variants = [requests].flat();
  const judge = async (subject: Subject): Promise<Finding> => {
    const seen = variants.map(
      async (request): Promise<[string, Observation]> => [
        request,
        await exchange(subject, request, observe),
      ],
    );
    return judgeAll(title, await Promise.all(seen));
  };
  return probe(id, title, variants.map(abbreviate).join('\n'), judge, options);
}

/** Answered with a final response of which this is so, whatever becomes of the connection. */
export function responds(
  id: string,
  title: string,
  requests: string | readonly string[],
  holds: (response: Response) => boolean,
  options?: ProbeOptions,
): Probe {
  const observe: Observe = async (wire) => {
    const response = await wire.readFinalResponse();
    return saw(holds(response), response);
  };
  return each(id, title, requests, observe, options);
}

/** Judges the final response to these octets, where there is more to say than whether it is right. */
export function judges(
  id: string,
  title: string,
  octets: string,
  judge: (response: Response, subject: Subject) => Finding,
  options?: ProbeOptions,
): Probe {
  return probe(
    id,
    title,
    octets,
    async (subject) => judge(await ask(subject, octets), subject),
    options,
  );
}

/** Answered once in whatever way, and then the end: nothing behind it is taken for a request. */
export function answersOnce(
  id: string,
  title: string,
  requests: string | readonly string[],
): Probe {
  return each(id, title, requests, async (wire) => {
    const response = await wire.readFinalResponse();
    const ends = await wire.endsHere();
    return { holds: response.status !== 0 && ends, received: withEnding(response, wire) };
  });
}

/**
 * Refused: one response with one of `statuses`, and the end of the connection right behind it, so
 * that nothing which came after can be taken for a request.
 */
export function refuses(
  id: string,
  title: string,
  requests: string | readonly string[],
  ...statuses: readonly number[]
): Probe {
  return each(id, title, requests, (wire) => refused(wire, statuses));
}

/** Answered with one of `statuses`, whatever becomes of the connection. */
export function answers(
  id: string,
  title: string,
  requests: string | readonly string[],
  ...statuses: readonly number[]
): Probe {
  return each(id, title, requests, async (wire) => {
    const response = await wire.readFinalResponse();
    const isSilent = response.status === 0 && wire.ending === 'open';
    return saw(statuses.includes(response.status) && !isSilent, response);
  });
}

/** Answered with 200 and this content. */
export function echoes(
  id: string,
  title: string,
  requests: string | readonly string[],
  content: string,
): Probe {
  return each(id, title, requests, (wire) => echoed(wire, content));
}

/** Answered with 200, and the end of the connection. */
export function closes(id: string, title: string, requests: string | readonly string[]): Probe {
  return each(id, title, requests, async (wire) => {
    const response = await wire.readFinalResponse();
    const ends = await wire.endsHere();
    return { holds: response.status === 200 && ends, received: withEnding(response, wire) };
  });
}

/** Sends `request` on a new connection, observes, and lets the connection go. */
export async function exchange(
  subject: Subject,
  request: string,
  observe: Observe,
): Promise<Observation> {
  const wire = await subject.connect();
  await wire.send(fill(request, subject));
  const observation = await observe(wire, subject);
  wire.close();
  return observation;
}

/** Whether this is the content of the plain resource. Where that is never the same, nothing is told. */
export function isPlain({ content = 'ok', lack }: Subject, received: Buffer): boolean {
  if (content === false) lack?.('the subject answers GET / with other content, or none, each time');
  return received.toString('latin1') === content;
}

/** Sends a request on a new connection and reads its final response. */
export async function ask(subject: Subject, request: string, method = 'GET'): Promise<Response> {
  const wire = await subject.connect();
  await wire.send(fill(request, subject));
  const response = await wire.readFinalResponse(method);
  wire.close();
  return response;
}

/** Sends all of `octets` on a new connection and reads one final response for each of `methods`. */
export async function converse(
  subject: Subject,
  octets: string,
  ...methods: readonly string[]
): Promise<Response[]> {
  const wire = await subject.connect();
  await wire.send(fill(octets, subject));
  const responses: Response[] = [];
  for (const method of methods) responses.push(await wire.readFinalResponse(method));
  wire.close();
  return responses;
}

/** @see refuses */
export async function refused(wire: Wire, statuses: readonly number[]): Promise<Observation> {
  const response = await wire.readFinalResponse();
  if (response.status === 0) {
    const isClosed = wire.ending !== 'open' && wire.waiting.length === 0;
    return saw(isClosed && statuses.includes(PLAIN_CLOSE), response);
  }
  const ends = await wire.endsHere();
  return {
    holds: statuses.includes(response.status) && ends,
    received: withEnding(response, wire),
  };
}

/** Refused with one of these statuses, or else nothing is said, because more is waited for. */
export async function refusedOrAwaited(
  wire: Wire,
  patience: number,
  statuses: readonly number[],
): Promise<Observation> {
  if (await wire.isQuiet(patience)) return { holds: true, received: 'nothing, it waits' };
  return refused(wire, [...statuses, PLAIN_CLOSE]);
}

/** @see echoes */
export async function echoed(wire: Wire, content: string): Promise<Observation> {
  const response = await wire.readFinalResponse();
  const holds = isEcho(response, content);
  const received = JSON.stringify(response.content.toString('latin1', 0, 80));
  return { holds, received: `${summaryOf(response)}${holds ? '' : ` with ${received}`}` };
}

/** Whether a response gives back what was sent: 200, with this content. */
export function isEcho(response: Response, content = 'hello'): boolean {
  return response.status === 200 && response.content.toString('latin1') === content;
}

/** An observation that shows a response. */
export function saw(holds: boolean, response: Response): Observation {
  return { holds, received: summaryOf(response) };
}

/** Judges all observations together, quoting those that do not hold, or else what came. */
export function judgeAll(
  expected: string,
  seen: readonly (readonly [request: string, observation: Observation])[],
): Finding {
  const wrong = seen.filter(([, { holds }]) => !holds);
  const told =
    wrong.length === 0
      ? seen.map(([, { received }]) => received)
      : wrong.map(([request, { received }]) => `${abbreviate(request)}: ${received}`);
  return finding(wrong.length === 0, expected, [...new Set(told)].join('; '));
}

/** A finding that rests on these responses. Where one of them did not come, it can only be a fail. */
export function ifHeard(found: Finding, ...responses: readonly Response[]): Finding {
  const missing = responses.find(({ status }) => status === 0);
  if (missing === undefined || found.verdict === 'fail') return found;
  return inconclusive(found.expected, summaryOf(missing));
}

/** A response in one line, with what became of the connection behind it. */
export function withEnding(response: Response, wire: Wire): string {
  const behind = { open: 'and stays open', fin: 'then the end', reset: 'then a reset' };
  const more = wire.waiting.length > 0 ? ', then more octets' : `, ${behind[wire.ending]}`;
  return `${summaryOf(response)}${more}`;
}

/** The target of the echo. */
export const ECHO = '/echo';

/**
 * The octets to send, with the subject's own host and paths in them. Those for an echo that the
 * subject does not have tell nothing.
 */
export function fill(octets: string, subject: Subject): string {
  const isForEcho = octets.includes(`POST ${ECHO} `);
  if (isForEcho && subject.echo === false) subject.lack?.('the subject has no echo');
  return octets
    .replaceAll('{host}', `${subject.host}:${subject.port}`)
    .replaceAll('{path}', subject.path)
    .replaceAll('{scheme}', subject.secure ? 'https' : 'http')
    .replaceAll('{reflector}', subject.reflector ?? '/reflect');
}

/** A request without content; further field lines without their CRLF. */
export function request(method: string, target: string, ...fields: readonly string[]): string {
  return `${[`${method} ${target} HTTP/1.1`, 'Host: {host}', ...fields].join('\r\n')}\r\n\r\n`;
}

/** A GET of the plain resource. */
export function get(...fields: readonly string[]): string {
  return request('GET', '/', ...fields);
}

/** A POST to the echo, with these field lines and exactly these octets behind the head. */
export function post(fields: readonly string[], body: string): string {
  return request('POST', ECHO, ...fields) + body;
}

/** A POST to the echo in the chunked coding, with exactly these octets as its chunks. */
export function chunked(body: string, ...fields: readonly string[]): string {
  return post(['Transfer-Encoding: chunked', ...fields], body);
}

/** A GET of the reflector. */
export function reflect(asked: Reflection, ...fields: readonly string[]): string {
  return request('GET', `{reflector}${reflection(asked)}`, ...fields);
}

/** Octets as a person can read them: quoted, and cut where they are many. */
function abbreviate(octets: string): string {
  const quoted = JSON.stringify(octets);
  return quoted.length <= 240 ? quoted : `${quoted.slice(0, 160)}…${quoted.slice(-60)}`;
}
