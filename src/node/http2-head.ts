import type { OutgoingHttpHeaders } from 'node:http2';
import { HttpError } from '../errors.ts';
import { FieldList } from '../http1/fields.ts';
import { isHost } from '../http1/host.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { parseRequestTarget, type RequestTarget } from '../http1/request-target.ts';
import { fieldLines } from '../hub/field-lines.ts';

/** The head of a request of HTTP/2, and what it is for. */
export interface Http2Head {
  readonly head: RequestHead;
  /** What the pseudo-header fields name, as a target of HTTP/1.1 would; nothing when that is none. */
  readonly target: RequestTarget | undefined;
}

/**
 * The head of a request that `node:http2` has decoded.
 *
 * It is made from the raw lines, as that of `node:http` is. Lines of Cookie are one line again, which
 * whoever reads it elsewhere takes for granted.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1 | RFC 9113 §8.3.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3 | RFC 9113 §8.2.3}
 */
export function http2HeadOf(rawHeaders: readonly string[]): Http2Head {
  const pseudo = new Map<string, string>();
  const lines: { name: string; value: string }[] = [];
  let cookie: { name: string; value: string } | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const value = rawHeaders[i + 1]!;
    if (name.startsWith(':')) pseudo.set(name, value);
    else if (name === 'cookie' && cookie !== undefined) cookie.value += `; ${value}`;
    else {
      const line = { name, value };
      lines.push(line);
      if (name === 'cookie') cookie = line;
    }
  }
  const head: RequestHead = {
    method: pseudo.get(':method') ?? '',
    target: pseudo.get(':path') ?? pseudo.get(':authority') ?? '',
    minorVersion: 1,
    majorVersion: 2,
    protocol: pseudo.get(':protocol'),
    fields: new FieldList(lines),
  };
  return { head, target: targetOf(pseudo) };
}

/** Only an extended CONNECT has a path as other requests do. @see RFC 8441 §4 */
function targetOf(pseudo: ReadonlyMap<string, string>): RequestTarget | undefined {
  const path = pseudo.get(':path') ?? '';
  const scheme = pseudo.get(':scheme');
  if (!path.startsWith('/')) return undefined;
  try {
    return {
      ...parseRequestTarget('GET', path),
      authority: pseudo.get(':authority'),
      scheme: scheme === 'http' || scheme === 'https' ? scheme : undefined,
    };
  } catch {
    return undefined;
  }
}

/**
 * What is wrong with a head that `node:http2` lets through: who is asked for has to be said, once, or
 * twice the same.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1 | RFC 9113 §8.3.1}
 */
export function http2FaultOf({ head, target }: Http2Head): HttpError | undefined {
  const authority = target?.authority;
  const hosts = [...(authority === undefined ? [] : [authority]), ...head.fields.all('host')];
  const isOne = hosts.length > 0 && hosts.every((host) => host === hosts[0] && isHost(host));
  return isOne ? undefined : new HttpError('HTTP_HOST');
}

/** Fields that speak of a connection: HTTP/2 has none of them. @see RFC 9113 §8.2.2 */
const OF_A_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** The values to send by name, without those that are not sent over HTTP/2, and without the length. */
export function http2Headers(fields: OutgoingFields): OutgoingHttpHeaders {
  // Without a prototype: a name is data.
  const headers: Record<string, string | string[]> = Object.create(null);
  for (const [given, value] of fieldLines(fields)) {
    const name = given.toLowerCase();
    if (name === 'content-length' || OF_A_CONNECTION.has(name)) continue;
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

/**
 * The status code as it is to be sent over HTTP/2: any of success would accept a CONNECT, which the
 * exchange does by itself; and there is nothing to upgrade to.
 *
 * @see RFC 9110 §9.3.6, §15.5.22
 */
export function http2Status(status: number, method: string): number {
  if (status < 200) throw new RangeError(`not the status code of a final response: ${status}`);
  if (status === 426) return 400;
  return method === 'CONNECT' && status < 300 ? 403 : status;
}
