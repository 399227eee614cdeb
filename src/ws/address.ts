import type { ResourceLocation } from '../websocket/client-handshake.ts';

/** Where a request goes, as `http.request` takes it. */
export interface Target {
  readonly isSecure: boolean;
  readonly location: ResourceLocation;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly defaultPort: number;
  readonly path: string;
  /** The socket of a server on this machine. */
  readonly socketPath: string | undefined;
  /** The name and password that stand in the address. */
  readonly auth: string | undefined;
}

const SCHEMES: readonly string[] = ['ws:', 'wss:', 'ws+unix:'];

/**
 * Parses an address: `ws:` or `wss:`, `http:` or `https:` for the same, or `ws+unix:`.
 *
 * @throws SyntaxError when it is none.
 */
export function parseAddress(given: string | URL, base?: URL): URL {
  // What `URL` takes `ws:` for, it takes `http:` for too; it changes one into the other only so.
  const text = String(given).replace(/^http(s?):/i, 'ws$1:');
  if (!URL.canParse(text, base?.href)) throw new SyntaxError(`Invalid URL: ${given}`);
  const url = new URL(text, base?.href);
  if (!SCHEMES.includes(url.protocol)) {
    throw new SyntaxError(`a WebSocket has an address of ws: or wss:, not of ${url.protocol}`);
  }
  if (url.hash !== '') throw new SyntaxError('a WebSocket has an address without a fragment');
  if (url.pathname === '' && isLocal(url)) throw new SyntaxError('the address names no socket');
  return url;
}

/** Where the request for `url` goes. */
export function targetOf(url: URL): Target {
  const isSecure = url.protocol === 'wss:';
  const defaultPort = isSecure ? 443 : 80;
  if (isLocal(url)) {
    const [socketPath, path = '/'] = `${url.pathname}${url.search}`.split(/:(.*)/s);
    const location = { host: 'localhost', pathname: path, search: '' };
    const nowhere = { host: undefined, port: undefined, auth: undefined };
    return { ...nowhere, isSecure, location, defaultPort, path, socketPath };
  }
  return {
    isSecure,
    location: url,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || defaultPort),
    defaultPort,
    path: `${url.pathname}${url.search}`,
    socketPath: undefined,
    auth: authOf(url),
  };
}

/** Whether what may be told the server of `first` may be told that of `second`. */
export function sameHost(first: URL, second: URL): boolean {
  if (isLocal(first)) return targetOf(first).socketPath === targetOf(second).socketPath;
  const isWeaker = first.protocol === 'wss:' && second.protocol !== 'wss:';
  return first.host === second.host && !isWeaker;
}

function isLocal({ protocol }: URL): boolean {
  return protocol === 'ws+unix:';
}

function authOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
}
