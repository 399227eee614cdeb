/**
 * Probes of a client of HTTP/1.1: it is told what to ask for, asks a scripted server, and tells what it
 * was answered.
 *
 * @module
 */

import { clauseOf, type Finding, finding, inconclusive, type Probe } from '../probe.ts';
import type { Mortal } from '../program.ts';
import type { Answer, Answering, Asked, ExchangeServer, Identity } from './exchange-server.ts';

/** What a client is told to ask for, in the form of a line of JSON without its `id`. */
export interface HttpRequest {
  /** `GET` if nothing is said. */
  readonly method?: string | undefined;
  readonly url: string;
  /** Fields of the application's own. */
  readonly fields?: readonly (readonly [name: string, value: string])[] | undefined;
  /** The content, in ASCII; none if nothing is said. */
  readonly content?: string | undefined;
  /** The content comes bit by bit, and its length is not known beforehand. */
  readonly stream?: boolean | undefined;
  /** The address of a proxy to ask. */
  readonly proxy?: string | undefined;
  /** A certificate of an authority to be trusted, in PEM. */
  readonly authority?: string | undefined;
  /** Credentials go along, to whatever origin. */
  readonly credentials?: boolean | undefined;
}

/** What came of it: a whole response, or a failure, or that the client can't do what it is told. */
export interface HttpAnswer {
  readonly status?: number | undefined;
  readonly fields?: readonly (readonly [name: string, value: string])[] | undefined;
  /** The content, each octet a character. */
  readonly content?: string | undefined;
  readonly error?: string | undefined;
  readonly unable?: string | undefined;
  /** The origin of the page in whose name it asked; nothing for a client that is of no page. */
  readonly origin?: string | undefined;
}

/** A client under test. */
export interface HttpClient extends Mortal {
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/** A client under test, with the server that it is sent to. */
export interface HttpClientSubject {
  readonly server: ExchangeServer;
  /** How long to wait for what has to happen, in milliseconds. */
  readonly timeout: number;
  /** How long nothing has to happen before it counts as never happening, in milliseconds. */
  readonly patience: number;
  /**
   * Has the client ask, for a target of the server or for a whole address.
   *
   * @throws Unable when the client can't.
   */
  ask(target: string, request?: Omit<HttpRequest, 'url'>): Promise<Told>;
  /** Another server, which is let go of with the probe. */
  open(identity?: Identity): Promise<ExchangeServer>;
}

/** What a client told, or that it said nothing in time. */
export interface Told extends HttpAnswer {
  readonly isLate?: boolean;
}

/** The client can't do what it is told: the probe does not apply to it. */
export class Unable extends Error {}

/** What was seen, and whether it is as it should be. */
export interface Seen {
  readonly holds: boolean;
  readonly received: string;
}

/** A request of a probe. */
export type Asking = Omit<HttpRequest, 'url'> & { readonly target?: string };

/** A probe of a client, with the clause taken from its id. */
export function httpClientProbe(
  id: string,
  title: string,
  sends: string,
  judge: Probe<HttpClientSubject>['judge'],
): Probe<HttpClientSubject> {
  return { id, clause: clauseOf(id), role: 'client', title, sends, judge };
}

/** The client makes these requests, one after the other, each answered with 200; then they are looked at. */
export function asks(
  id: string,
  title: string,
  requests: Asking | readonly Asking[],
  look: (asked: readonly Asked[], subject: HttpClientSubject) => Seen | Promise<Seen>,
): Probe<HttpClientSubject> {
  const list = [requests].flat();
  const judge = async (subject: HttpClientSubject): Promise<Finding> => {
    const told: Told[] = [];
    for (const { target = '/', ...request } of list) told.push(await subject.ask(target, request));
    const asked = subject.server.requests;
    if (asked.length < list.length) {
      return inconclusive(title, `${asked.length} requests came: ${told.map(describe).join('; ')}`);
    }
    const { holds, received } = await look(asked, subject);
    return finding(holds, title, received);
  };
  return httpClientProbe(id, title, list.map(inWords).join('; '), judge);
}

/**
 * The client is to make these requests, each for itself. It may refuse to, and say so; but what it sends
 * must be so.
 */
export function sendsOnly(
  id: string,
  title: string,
  requests: Asking | readonly Asking[],
  holds: (asked: Asked) => boolean,
): Probe<HttpClientSubject> {
  const list = [requests].flat();
  const judge = async (subject: HttpClientSubject): Promise<Finding> => {
    const told: Told[] = [];
    for (const { target = '/', ...request } of list) told.push(await subject.ask(target, request));
    const { requests: asked } = subject.server;
    const said = told.map(describe).join('; ');
    if (asked.length === 0 && told.some(({ isLate }) => isLate)) return inconclusive(title, said);
    const wrong = asked.filter((one) => !holds(one)).map(({ head }) => abbreviate(head));
    const received = wrong.length === 0 ? said : wrong.join('; ');
    return finding(wrong.length === 0, title, received);
  };
  return httpClientProbe(id, title, list.map(inWords).join('; '), judge);
}

/** How a response is asked for and ended. */
export interface TakingOptions {
  readonly method?: string;
  /** The connection is ended behind the response. */
  readonly ends?: boolean;
}

/**
 * The client asks once for each response, on connections of their own, and what it tells of all has to
 * be so.
 *
 * @param responses - The octets of each, of which several segments are an array.
 */
export function takes(
  id: string,
  title: string,
  responses: readonly (string | readonly string[])[],
  holds: (told: Told) => boolean,
  { method = 'GET', ends = false }: TakingOptions = {},
): Probe<HttpClientSubject> {
  const judge = async (subject: HttpClientSubject): Promise<Finding> => {
    const wrong: string[] = [];
    let last = '';
    for (const octets of responses) {
      const server = await subject.open();
      server.answer = answering(octets, ends);
      const told = await subject.ask(`${server.origin}/`, { method });
      last = describe(told);
      if (!holds(told)) wrong.push(`${abbreviate([octets].flat().join(''))}: ${last}`);
    }
    const received = wrong.length === 0 ? last : wrong.join('\n');
    return finding(wrong.length === 0, title, received);
  };
  const sends = responses.map((octets) => abbreviate([octets].flat().join(''))).join('\n');
  return httpClientProbe(id, title, sends, judge);
}

/** Answers the first request so, and others with 200. */
export function answering(octets: Answer, ends = false): Answering {
  return async ({ connection }) => {
    await connection.wire.send(...[octets ?? []].flat());
    if (ends) connection.wire.end();
    return undefined;
  };
}

/** Whether the client told of a response with this status, and with this content. */
export function isAnswer(told: Told, expected: number, text?: string): boolean {
  const { status, content, error } = told;
  return error === undefined && status === expected && (text === undefined || content === text);
}

/** Whether the client told of a failure, by itself. */
export function isFailure({ error, isLate = false }: Told): boolean {
  return error !== undefined && !isLate;
}

/** The values of all fields with this name, names being given in lower case; each line one. */
export function valuesOf({ fields }: Pick<Asked, 'fields'>, name: string): string[] {
  return fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value);
}

/** The value of a field that a client told of; nothing when there is none. */
export function toldField({ fields = [] }: Told, name: string): string | undefined {
  const values = fields.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The members of a list, in lower case. */
export function listOf(asked: Pick<Asked, 'fields'>, name: string): string[] {
  const members = valuesOf(asked, name).join(',').split(',');
  return members.map((member) => member.trim().toLowerCase()).filter((member) => member !== '');
}

/** What all these requests are, and whether it holds of each. */
export function everyOne(
  asked: readonly Asked[],
  holds: (asked: Asked) => boolean,
  describing: (asked: Asked) => string = firstLine,
): Seen {
  const wrong = asked.filter((one) => !holds(one));
  const shown = (wrong.length === 0 ? asked : wrong).map(describing);
  return { holds: wrong.length === 0, received: shown.join('; ') };
}

/** The request line of a request. */
export function firstLine({ head }: Asked): string {
  return head.split('\r\n', 1)[0]!;
}

/** What a client told, for reports. */
export function describe({ status, content = '', error, isLate }: Told): string {
  if (isLate) return error!;
  if (error !== undefined) return `a failure: ${error}`;
  return `${status} with ${JSON.stringify(content.slice(0, 80))}`;
}

function inWords({ method = 'GET', target = '/', content, stream, fields = [] }: Asking): string {
  const lines = fields.map(([name, value]) => `, ${name}: ${value}`).join('');
  const with_ =
    content === undefined ? '' : ` with ${stream ? 'a stream of ' : ''}${content.length} octets`;
  return `${method} ${target}${lines}${with_}`;
}

export function abbreviate(octets: string): string {
  const text = JSON.stringify(octets);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
