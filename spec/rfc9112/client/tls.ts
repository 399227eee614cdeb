/** A client inside TLS, and on the way there. @see RFC 9112 §9.7, §9.8, RFC 9110 §4.3.4 */

import { AUTHORITY, COMMON_NAME, OTHER, RIGHT } from '../../http-client/certificates.ts';
import type { Identity } from '../../http-client/exchange-server.ts';
import { ok } from '../../http-client/exchange-server.ts';
import {
  describe,
  type HttpClientSubject,
  httpClientProbe,
  isAnswer,
  isFailure,
} from '../../http-client/probe.ts';
import { finding, inconclusive, type Probe } from '../../probe.ts';

/** The type of a record that begins a handshake, and of one that ends a connection. @see RFC 5246 §6.2.1 */
const HANDSHAKE = 22;
const ALERT = 21;

const CLOSE = { fields: [['Connection', 'close']] } as const;

export const secureConnections: readonly Probe<HttpClientSubject>[] = [
  httpClientProbe(
    '9112-6.3-3',
    'a tunnel begins behind the head that lets it, whatever that says',
    'CONNECT, answered by 200 with Content-Length and Transfer-Encoding',
    async (subject) => {
      const { server } = subject;
      server.answer = ({ connection, method }) => {
        connection.isTunnel = method === 'CONNECT';
        const fields = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n';
        return `HTTP/1.1 200 Connected\r\n${fields}\r\n`;
      };
      const asking = subject.ask('https://origin.example:8443/', { proxy: server.origin });
      const tunnel = () => server.connections.find(({ isTunnel }) => isTunnel);
      const isBegun = () => tunnel()?.waiting[0] === HANDSHAKE;
      const isThere = await Promise.race([server.until(isBegun), asking.then(isBegun)]);
      for (const connection of server.connections) connection.wire.close();
      const told = await asking;
      if (tunnel() === undefined) return inconclusive('a handshake', describe(told));
      const received = isThere ? 'a handshake' : describe(told);
      return finding(isThere, 'a handshake of TLS behind the head', received);
    },
  ),
  distrusts('9110-4.3.4-1', 'the certificate of another host is a failure', OTHER),
  distrusts('9110-4.3.4-2', 'a common name is no name of a host', COMMON_NAME),
  httpClientProbe(
    '9112-9.8-3',
    'the end of TLS is said before that of the connection',
    'a request with Connection: close, inside TLS',
    async (subject) => {
      const server = await subject.open(RIGHT);
      server.answer = () => ok('ok', 'Connection: close');
      const told = await subject.ask(`${server.origin}/`, { ...CLOSE, authority: AUTHORITY });
      const [first] = server.connections;
      if (first === undefined || !isAnswer(told, 200)) return inconclusive('200', describe(told));
      await server.until(() => first.isEnded);
      await server.until(() => first.carrier.ending !== 'open');
      const sent = first.carrier.transcript.filter(({ direction }) => direction === 'received');
      const types = sent.map(({ octets }) => lastType(octets));
      const received = first.isEnded ? `a last record of the type ${types.at(-1)}` : 'no end';
      return finding(types.includes(ALERT), 'close_notify, a record of the type 21', received);
    },
  ),
];

/** The client asks a server that it can't be sure of, once it was seen to trust one that is who it says. */
function distrusts(id: string, title: string, identity: Identity): Probe<HttpClientSubject> {
  return httpClientProbe(id, title, 'https://localhost/', async (subject) => {
    const told = async (shown: Identity) => {
      const server = await subject.open(shown);
      const url = server.origin.replace('127.0.0.1', 'localhost');
      return subject.ask(`${url}/`, { authority: AUTHORITY });
    };
    const right = await told(RIGHT);
    if (!isAnswer(right, 200)) return inconclusive(title, `of the right host: ${describe(right)}`);
    const wrong = await told(identity);
    return finding(isFailure(wrong), title, describe(wrong));
  });
}

/** The type of the last record in what came at once. */
function lastType(octets: Buffer): number | undefined {
  let type: number | undefined;
  for (let start = 0; start + 5 <= octets.length; start += 5 + octets.readUInt16BE(start + 3)) {
    type = octets[start];
  }
  return type;
}
