/**
 * A client behind a proxy that lets connections out by CONNECT alone:
 *
 *     new WebSocket('wss://example.com/', [], { dial: dialThrough(new URL('http://proxy:3128')) })
 *
 * The proxy sees the name of the server and how much goes there. What is said is inside TLS, and whom the
 * certificate names is still judged by the client.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6 | RFC 9110 §9.3.6}
 * @module
 */
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dial } from 'encke/client';

const SECURE: readonly string[] = ['wss:', 'https:'];

/** Dials through `proxy`, with the name and password that its URL has, if it has any. */
export function dialThrough(proxy: URL): Dial {
  const { hostname, port, username, password } = proxy;
  const credentials = Buffer.from(decodeURIComponent(`${username}:${password}`)).toString('base64');
  const login = username === '' ? {} : { 'Proxy-Authorization': `Basic ${credentials}` };
  return (url, signal) =>
    new Promise<Duplex>((resolve, reject) => {
      const authority = `${url.hostname}:${url.port || (SECURE.includes(url.protocol) ? 443 : 80)}`;
      const asking = request({
        host: hostname.replace(/^\[(.*)\]$/, '$1'),
        port: port || 80,
        method: 'CONNECT',
        path: authority,
        headers: { Host: authority, ...login },
        agent: false,
        signal,
      });
      asking.once('connect', ({ statusCode }, socket, rest) => {
        if (statusCode === 200) {
          if (rest.length > 0) socket.unshift(rest);
          resolve(socket);
        } else {
          socket.destroy();
          reject(new Error(`the proxy answered ${statusCode}`));
        }
      });
      asking.once('error', reject).end();
    });
}
