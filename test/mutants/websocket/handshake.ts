/**
 * The scripted server's side of the opening handshake.
 *
 * @module
 */

import { matches } from '../../../spec/models/grammar.ts';
import { fieldLine, Host } from '../../../spec/models/http-grammar.ts';
import {
  acceptOf,
  type Request as HandshakeRequest,
  type Lines,
  REQUEST_CLAUSES,
} from '../../../spec/models/opening-handshake.ts';
import type { Parameters } from '../../../spec/models/permessage-deflate.ts';
import type { Script } from './script.ts';

/** A request, as far as it matters to this server. */
export interface Request extends HandshakeRequest {
  readonly target: string;
  /** Whether each line of the head is what it should be. */
  readonly isWellFormed: boolean;
}

/** An answer, however wrong it is. */
export interface Answer {
  readonly version: string;
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** An extension that a client offers. */
export interface Offer {
  readonly name: string;
  readonly parameters: Parameters;
}

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) HTTP\/1\.(\d)$/;
const PROTOCOLS: readonly string[] = ['superchat', 'chat'];
const PATHS: readonly string[] = ['/', '/reflect'];

/** Reads a head, in which each character is an octet, without the empty line that ends it. */
export function readRequest(head: string): Request {
  const [requestLine, ...fieldLines] = head.split('\r\n') as [string, ...string[]];
  const [, method = '', target = '/', minorVersion = '1'] = REQUEST_LINE.exec(requestLine) ?? [];
  const lines: Record<string, string[]> = {};
  for (const line of fieldLines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    lines[name] = [...(lines[name] ?? []), line.slice(colon + 1).trim()];
  }
  return {
    isWellFormed: method !== '' && fieldLines.every((line) => matches(fieldLine, line)),
    method,
    target,
    minorVersion: Number(minorVersion),
    hasContent: 'content-length' in lines || 'transfer-encoding' in lines,
    lines,
  };
}

/** What to answer, and what was agreed on where that is a 101. */
export function decide(request: Request, script: Script): Answer {
  const read = script.reads(request);
  const refusal = refusalOf(read, script);
  return script.answers(refusal ?? acceptance(read, script), request);
}

/** The value of a field of an answer. */
export function fieldOf({ fields }: Answer, wanted: string): string | undefined {
  return fields.find(([name]) => name === wanted)?.[1];
}

/** The head of an answer. */
export function encodeAnswer({ version, status, fields }: Answer): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${version} ${status} \r\n${lines.join('')}\r\n`;
}

/** A refusal with a length, behind which the connection is closed. */
export function refusing(status: number, fields: Answer['fields'] = []): Answer {
  const framing = [
    ['Content-Length', '0'],
    ['Connection', 'close'],
  ] as const;
  return { version: 'HTTP/1.1', status, fields: [...fields, ...framing] };
}

/** The query of the target. */
export function queryOf(target: string): URLSearchParams {
  return new URL(target, 'http://scripted').searchParams;
}

/** The path of the target. */
export function pathOf(target: string): string {
  return new URL(target, 'http://scripted').pathname;
}

/** The values of a field that is a list. */
export function listOf(lines: Lines, name: string): string[] {
  const values = (lines[name] ?? []).join(',').split(',');
  return values.map((value) => value.trim()).filter((value) => value !== '');
}

/** The extensions that are offered, in order. */
export function offersOf(lines: Lines): Offer[] {
  return listOf(lines, 'sec-websocket-extensions').map((element) => {
    const [name, ...parameters] = element.split(';').map((part) => part.trim());
    const pairs = parameters.map((parameter): [string, string | undefined] => {
      const [key, value] = parameter.split('=').map((part) => part.trim());
      return [key!, value?.replaceAll(/^"|"$|\\/g, '')];
    });
    return { name: name!, parameters: pairs };
  });
}

/** An extension with its parameters as they stand in an answer. */
export function written(name: string, parameters: Parameters): string {
  return [
    name,
    ...parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`)),
  ].join('; ');
}

function refusalOf(request: Request, script: Script): Answer | undefined {
  const { isWellFormed, lines, target } = request;
  const isFor = lines['host']?.length === 1 && matches(Host, lines['host'][0]!);
  if (!isWellFormed || !isFor || script.minds(request)) return refusing(400);
  const broken = REQUEST_CLAUSES.find(([, breaks]) => breaks(request))?.[0];
  if (broken !== undefined) return (REFUSALS[broken] ?? refusing)(400);
  if (!PATHS.includes(pathOf(target))) return refusing(404);
  return pathOf(target) === '/reflect' ? told(request, script) : undefined;
}

/** How requests are refused that are not just bad. */
const REFUSALS: Readonly<Record<string, () => Answer>> = {
  'it is not a GET': () => refusing(405, [['Allow', 'GET']]),
  'it is not HTTP/1.1': () => refusing(505),
  'it asks for no WebSocket': () => refusing(426, UPGRADING),
  'it is of another version': () => refusing(426, UPGRADING),
};

const UPGRADING: Answer['fields'] = [
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
];

/** The refusal that the request asks for, or that its origin calls for. */
function told({ target, lines }: Request, script: Script): Answer | undefined {
  const query = queryOf(target);
  const status = query.get('status');
  if (status !== null) {
    const [name = '', ...value] = (query.get('field') ?? '').split(':');
    return refusing(Number(status), [[name, value.join(':').trim()]]);
  }
  return script.admits(lines['origin']?.[0]) ? undefined : refusing(403);
}

function acceptance({ lines }: Request, script: Script): Answer {
  const fields: [string, string][] = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', acceptOf(lines['sec-websocket-key']?.[0] ?? '')],
  ];
  const asked = listOf(lines, 'sec-websocket-protocol');
  const protocol = PROTOCOLS.find((known) => asked.includes(known));
  if (protocol !== undefined) fields.push(['Sec-WebSocket-Protocol', protocol]);
  const extension = extensionOf(script.chooses(offersOf(lines)), script);
  if (extension !== undefined) fields.push(['Sec-WebSocket-Extensions', extension]);
  return { version: 'HTTP/1.1', status: 101, fields };
}

/** The first offer that can be accepted. */
function extensionOf(offers: readonly Offer[], script: Script): string | undefined {
  const offer = offers.find(
    ({ name, parameters }) => name === 'permessage-deflate' && script.isAcceptable(parameters),
  );
  return offer && written(offer.name, script.agrees(offer.parameters));
}
