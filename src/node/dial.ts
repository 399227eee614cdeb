/**
 * How the clients come by a byte stream to a server. Nothing else dials, and nothing else in this layer
 * knows TLS: a server has no need to load it.
 *
 * @module
 */
import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectSecurely,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls';

/** What a client can be told about TLS: a choice of what `tls.connect` takes. */
export type TlsOptions = Pick<
  ConnectionOptions,
  | 'ca'
  | 'cert'
  | 'checkServerIdentity'
  | 'ciphers'
  | 'key'
  | 'maxVersion'
  | 'minVersion'
  | 'passphrase'
  | 'pfx'
  | 'rejectUnauthorized'
  | 'servername'
>;

/**
 * Gives a byte stream to the server of a URL. When the signal is aborted, nobody waits for it any more:
 * what is given then is destroyed.
 */
export type Dial = (url: URL, signal: AbortSignal) => Duplex | Promise<Duplex>;

/** How a client gets through to a server. */
export interface TransportOptions {
  /**
   * Takes the place of a connection by TCP: through a proxy, or over anything that carries octets both
   * ways. Where the URL asks for TLS, the client speaks it inside, and judges the certificate.
   */
  readonly dial?: Dial | undefined;
  /**
   * What TLS goes by, for addresses of `wss:` and `https:`. By default a certificate is wanted that an
   * authority known to Node vouches for, and that has the host's name.
   */
  readonly tls?: TlsOptions | undefined;
}

const SECURE: readonly string[] = ['wss:', 'https:'];

/** Whether what is said to the server of this URL is said inside TLS. */
export function isSecure({ protocol }: URL): boolean {
  return SECURE.includes(protocol);
}

/**
 * What holds for `url`, where `options` were given for `origin`: who else answers a redirect is shown no
 * certificate of the client, and gets no leave that was given to the first. The way out stays the same.
 */
export function transportTo(url: URL, options: TransportOptions, origin: URL): TransportOptions {
  if (url.origin === origin.origin) return options;
  return { dial: options.dial, tls: { ca: options.tls?.ca } };
}

/**
 * Connects to the server of `url`; where the scheme asks for TLS, the stream is given once the server
 * has shown who it is.
 *
 * @param time - How many milliseconds that may take.
 * @param signal - When it is aborted, what has been connected is destroyed.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-3 | RFC 6455 §3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 */
export async function dial(
  url: URL,
  { dial: given = dialDirectly, tls = {} }: TransportOptions,
  time: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const giveUp = new AbortController();
  const late = () => giveUp.abort(new Error(`${url.host} was not reached in ${time} ms`));
  const timer = setTimeout(late, time);
  signal.addEventListener('abort', () => giveUp.abort(new Error('it was given up')));
  try {
    const stream = await inTime(given, url, giveUp.signal);
    if (!isSecure(url)) return stream;
    const secured = secure(stream, hostOf(url), tls);
    // What befalls the stream below is the reason, where there is one.
    await Promise.race([heard(secured, 'secureConnect'), failed(stream)]);
    return secured;
  } finally {
    clearTimeout(timer);
  }
}

/** What was given, unless it is given too late: then it is destroyed. */
async function inTime(given: Dial, url: URL, signal: AbortSignal): Promise<Duplex> {
  const dialling = (async () => requireStream(await given(url, signal)))();
  const givenUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason);
      dialling.then(
        (stream) => stream.destroy(signal.reason),
        () => {},
      );
    });
  });
  return Promise.race([dialling, givenUp]);
}

/** An error may come before anybody else hears it. */
function requireStream(stream: Duplex): Duplex {
  const isStream = typeof stream?.write === 'function' && typeof stream.on === 'function';
  if (!isStream) throw new TypeError('dial must give a Duplex');
  return stream.on('error', () => {});
}

async function dialDirectly(url: URL, signal: AbortSignal): Promise<Duplex> {
  const port = Number(url.port || (isSecure(url) ? 443 : 80));
  const socket = connect({ host: hostOf(url), port, allowHalfOpen: true, noDelay: true });
  signal.addEventListener('abort', () => socket.destroy(signal.reason));
  await heard(socket, 'connect');
  return socket;
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * TLS on top of a stream. `NODE_TLS_REJECT_UNAUTHORIZED` has no say: set for the sake of one
 * connection, it would hold for all.
 *
 * @see RFC 6455 §4.1, RFC 9112 §9.7
 */
function secure(socket: Duplex, host: string, tls: TlsOptions): TLSSocket {
  const given = Object.entries(tls).filter(([, value]) => value !== undefined);
  return connectSecurely({
    rejectUnauthorized: true,
    checkServerIdentity: checkNames,
    // Names alone can be asked for. @see RFC 6066 §3
    servername: isIP(host) === 0 ? host : '',
    ...Object.fromEntries(given),
    ALPNProtocols: ['http/1.1'],
    socket,
    host,
  });
}

/**
 * Whether the certificate is one for this host. A common name is the name of somebody, not of a host, though Node takes
 * it for one where no other is given.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-4.3.4 | RFC 9110 §4.3.4}
 */
function checkNames(host: string, certificate: PeerCertificate): Error | undefined {
  return checkServerIdentity(host, { ...certificate, subject: { ...certificate.subject, CN: '' } });
}

/** Waits for the event that says that the stream can be used. */
function heard(stream: Duplex, event: string): Promise<unknown> {
  return Promise.race([new Promise((resolve) => stream.once(event, resolve)), failed(stream)]);
}

/** Rejects when the stream fails. Its listeners stay: an error may come before anybody else hears it. */
function failed(stream: Duplex): Promise<never> {
  return new Promise((_, reject) => {
    stream.on('error', reject);
    stream.once('close', () => reject(new Error('the connection was cut')));
  });
}
