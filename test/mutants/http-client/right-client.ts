import type { HttpAnswer, HttpClient, HttpRequest } from '../../../spec/http-client/probe.ts';
import { fieldValue, type Response } from '../../../spec/models/response.ts';
import type { Quirks } from './quirks.ts';
import { Cut, RightConnection } from './right-connection.ts';

/** Methods that may be repeated, as nothing is done twice. @see RFC 9110 §9.2.2 */
const IDEMPOTENT: readonly string[] = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];

const MAX_REDIRECTS = 20;

/** Fields that a client sends by itself. */
const OWN: readonly string[] = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'user-agent',
];

/** A client of HTTP/1.1 that is right, but for its quirks. */
export class RightClient implements HttpClient {
  readonly #quirks: Quirks;
  readonly #connections: [key: string, connection: RightConnection][] = [];
  /** The versions that servers are known to speak. */
  readonly #versions = new Map<string, string>();
  /** The connection of a client that pipelines, and the response that it waits for. */
  #only: Promise<RightConnection> | undefined;
  #behind: Promise<unknown> = Promise.resolve();

  constructor(quirks: Quirks = {}) {
    this.#quirks = quirks;
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    const { asks = (each) => each, tells = (each) => each } = this.#quirks;
    try {
      return tells(await this.#follow(asks(request), 0));
    } catch (error) {
      return tells({ error: String(error) });
    }
  }

  close(): void {
    for (const [, connection] of this.#connections) connection.destroy();
    this.#only?.then((connection) => connection.destroy()).catch(() => {});
  }

  async #follow(request: HttpRequest, redirects: number): Promise<HttpAnswer> {
    const response = await this.#attempt(request, 0);
    const location = fieldValue(response, 'location');
    const { redirects: most = MAX_REDIRECTS, redirected } = this.#quirks;
    if (response.status >= 300 && location !== undefined) {
      if (redirects >= most) throw new Error('too many redirections');
      const url = new URL(location, request.url).href;
      const isKept = response.status >= 307 && redirected === undefined;
      const { content: _, ...rest } = request;
      const next = isKept ? { ...request, url } : { ...rest, url, method: redirected ?? 'GET' };
      return this.#follow(next, redirects + 1);
    }
    if (response.status === 417 && isExpecting(request)) {
      const fields = request.fields!.filter(([name]) => name.toLowerCase() !== 'expect');
      return this.#follow({ ...request, fields }, redirects);
    }
    return {
      status: response.status,
      fields: response.fields.map(({ name, value }): [string, string] => [name, value]),
      content: response.content.toString('latin1'),
    };
  }

  /** Tries once more where a connection has ended that was idle. @see RFC 9112 §9.3.1 */
  async #attempt(request: HttpRequest, attempts: number): Promise<Response> {
    const { method = 'GET' } = request;
    const { retries } = this.#quirks;
    const { connection, isUsed } = await this.#connectionFor(request);
    try {
      return await this.#exchange(connection, request);
    } catch (error) {
      connection.end();
      const isSafe = isUsed && IDEMPOTENT.includes(method) && attempts === 0;
      const again = retries === undefined ? isSafe : attempts < retries;
      if (!(error instanceof Cut) || error.isBegun || !again) throw error;
      return this.#attempt(request, attempts + 1);
    }
  }

  async #exchange(connection: RightConnection, request: HttpRequest): Promise<Response> {
    const { method = 'GET', url } = request;
    const version = this.#versions.get(new URL(url).origin);
    const { head, content } = encoded(request, this.#quirks, version);
    if (this.#quirks.isPipelining) return this.#pipeline(connection, head + content, method);
    connection.isIdle = false;
    const sent = connection.send(head, content, isExpecting(request));
    const response = sent.then(() => connection.receive(method));
    const { version: spoken, ...received } = await response;
    this.#versions.set(new URL(url).origin, spoken);
    if (/^connection: (.*, )?close\r\n/im.test(head) && !this.#quirks.isClinging) {
      connection.isUsable = false;
    }
    if (connection.isUsable) connection.isIdle = true;
    else connection.end();
    return { ...received, version: spoken };
  }

  /** Sends at once, and hears the responses in their order. */
  async #pipeline(connection: RightConnection, octets: string, method: string): Promise<Response> {
    const before = this.#behind;
    await connection.send(octets, '', false);
    const response = before.catch(() => {}).then(() => connection.receive(method));
    this.#behind = response;
    return response;
  }

  async #connectionFor(request: HttpRequest) {
    const { url, proxy, authority } = request;
    const target = new URL(url);
    const key = [target.origin, proxy, authority].join(' ');
    const idle = this.#connections.find(
      ([each, { isUsable, isIdle }]) => each === key && isUsable && isIdle,
    );
    if (idle !== undefined) {
      idle[1].isIdle = false;
      return { connection: idle[1], isUsed: true };
    }
    const open = () => RightConnection.open(new URL(proxy ?? url), this.#quirks);
    if (this.#quirks.isPipelining) {
      this.#only ??= open();
      return { connection: await this.#only, isUsed: true };
    }
    let connection = await open();
    if (proxy !== undefined && target.protocol === 'https:') await this.#tunnel(connection, target);
    if (target.protocol === 'https:')
      connection = await connection.secure(target.hostname, authority);
    this.#connections.push([key, connection]);
    return { connection, isUsed: false };
  }

  async #tunnel(connection: RightConnection, { host }: URL): Promise<void> {
    this.#connections.push(['a proxy', connection]);
    await connection.send(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, '', false);
    const { isTunnelBlind } = this.#quirks;
    const status = isTunnelBlind
      ? (await connection.receive('GET')).status
      : await connection.receiveTunnel();
    if (status < 200 || status > 299) throw new Error(`the proxy answered ${status}`);
  }
}

function isExpecting({ fields = [], content }: HttpRequest): boolean {
  return content !== undefined && fields.some(([name]) => name.toLowerCase() === 'expect');
}

/** A request in octets. */
function encoded(request: HttpRequest, { isCareless, isModern }: Quirks, version = 'HTTP/1.1') {
  const { method = 'GET', url, fields = [], content, stream, proxy } = request;
  const { pathname, search, host, protocol } = new URL(url);
  const isAbsolute = proxy !== undefined && protocol === 'http:';
  const target = isAbsolute ? `http://${host}${pathname}${search}` : pathname + search;
  const isChunked = stream === true && (isModern || version === 'HTTP/1.1');
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`];
  if (!given(fields, 'user-agent')) lines.push('User-Agent: right');
  const hasContent = content !== undefined || ['POST', 'PUT', 'PATCH'].includes(method);
  if (hasContent && isChunked) lines.push('Transfer-Encoding: chunked');
  else if (hasContent) lines.push(`Content-Length: ${content?.length ?? 0}`);
  if (content && !given(fields, 'content-type')) lines.push('Content-Type: text/plain');
  lines.push(...fieldLines(fields, hasContent, isCareless === true));
  const body = isChunked ? chunked(content ?? '') : (content ?? '');
  return { head: `${lines.join('\r\n')}\r\n\r\n`, content: body };
}

function given(fields: NonNullable<HttpRequest['fields']>, name: string): boolean {
  return fields.some(([each]) => each.toLowerCase() === name);
}

/** The lines of an application, with what they want of the connection. */
function fieldLines(
  fields: NonNullable<HttpRequest['fields']>,
  hasContent: boolean,
  isCareless: boolean,
) {
  if (isCareless) return fields.map(([name, value]) => `${name}: ${value}`);
  const options: string[] = [];
  const lines: string[] = [];
  for (const [name, value] of fields) {
    if (/[\r\n\0]/.test(value)) throw new TypeError(`${name} can't be sent`);
    const lower = name.toLowerCase();
    if (lower === 'connection') options.push(value);
    if (lower === 'te' || lower === 'upgrade') options.push(name);
    if (lower === 'expect' && !hasContent) continue;
    if (!OWN.includes(lower) || lower === 'user-agent') lines.push(`${name}: ${value}`);
  }
  return options.length === 0 ? lines : [...lines, `Connection: ${options.join(', ')}`];
}

function chunked(content: string): string {
  return `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`;
}
