import type {
  Http2SecureServer,
  Http2Server,
  IncomingHttpHeaders,
  ServerHttp2Stream,
} from 'node:http2';
import { wantsUpgrades } from './attach.ts';
import { asksForTunnel, UpgradeTunnel } from './upgrade-tunnel.ts';

/** A server of `node:http2`, with TLS or without. */
type AnyHttp2Server = Http2Server | Http2SecureServer;

/**
 * Puts a hub into a server of `node:http2`.
 *
 * What the hub takes reaches neither the application's listeners for streams nor those for requests,
 * whenever they are added; everything else reaches them as if the hub were not there.
 *
 * Clients are told that they may ask for a WebSocket. So they ask for the application's that way too:
 * it hears of them by `connect` or by `stream`, or by `upgrade`, as if they had come over HTTP/1.1.
 * Where nobody listens they are refused.
 *
 * @param takes - Takes a stream if it is the hub's, and says whether it has.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8441#section-3 | RFC 8441 §3}
 */
export function attachToHttp2(
  server: AnyHttp2Server,
  takes: (stream: ServerHttp2Stream, rawHeaders: readonly string[]) => boolean,
): void {
  // Said with the first that a client hears, besides what the application has set.
  server.updateSettings({ enableConnectProtocol: true });
  const emit = server.emit;
  server.emit = function (this: AnyHttp2Server, event: string, ...args: unknown[]): boolean {
    const goOn = (): boolean => Reflect.apply(emit, this, [event, ...args]);
    if (event !== 'stream') return goOn();
    const [stream, headers, , rawHeaders] = args as Parameters<Streaming>;
    if (takes(stream, rawHeaders)) return true;
    if (asksForTunnel(headers) && hearsUpgradesAlone(server, stream)) {
      offerUpgrade(server, stream, rawHeaders);
    } else if (!goOn() && headers[':method'] === 'CONNECT') refuseConnect(stream);
    return true;
  } as typeof server.emit;
}

/**
 * Whether the application has WebSockets, and no ear for those that come over HTTP/2. Where it listens
 * for requests, Node answers a CONNECT that nobody hears as `connect`, before any listener for streams.
 */
function hearsUpgradesAlone(server: AnyHttp2Server, { session }: ServerHttp2Stream): boolean {
  const isHeard =
    server.listenerCount('request') > 0
      ? server.listenerCount('connect') > 0
      : server.listenerCount('stream') > 0;
  return !isHeard && session?.encrypted === true && wantsUpgrades(server);
}

/** Gives the application what asks for a WebSocket as a connection of HTTP/1.1. */
function offerUpgrade(
  server: AnyHttp2Server,
  stream: ServerHttp2Stream,
  rawHeaders: readonly string[],
): void {
  let tunnel: UpgradeTunnel;
  try {
    tunnel = new UpgradeTunnel(stream, rawHeaders, server);
  } catch {
    refuseConnect(stream);
    return;
  }
  server.emit('secureConnection', tunnel);
}

type Streaming = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  rawHeaders: readonly string[],
) => void;

/** As `node:http2` does where requests are listened for. */
function refuseConnect(stream: ServerHttp2Stream): void {
  stream.on('error', () => {});
  if (!stream.destroyed) stream.respond({ ':status': 405, allow: '' }, { endStream: true });
}
