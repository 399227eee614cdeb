/**
 * WebSocket inside TLS.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-10.6 | RFC 6455 §4.2.2, §10.6}
 * @module
 */

import type { TLSSocket } from 'node:tls';

import { openingHandshake } from '../opening-handshake.ts';
import { finding, type Probe } from '../probe.ts';
import { connectSecurely } from '../tls-wire.ts';
import { serverProbes } from '../websocket-judgements.ts';
import { octetsOf } from '../websocket-wire.ts';

export const tls: readonly Probe[] = serverProbes({
  '6455-4.2.2-1': {
    'upgrades nothing on its TLS port without TLS, and closes': {
      sends: 'opening handshake to the TLS port, not inside TLS',
      needs: 'securePort',
      judge: async (subject) => {
        const wire = await subject.connect(subject.securePort);
        await wire.send(openingHandshake(subject, {}));
        const received = (await wire.readToEnd()).toString('latin1');
        const isClosed = wire.ending !== 'open' && !received.startsWith('HTTP/1.1 101');
        return finding(isClosed, 'no 101, and the end', `${received}, ${wire.ending}`);
      },
    },
  },
  '6455-10.6-1': {
    'speaks WebSocket inside TLS': {
      sends: 'opening handshake inside TLS, then 81 85 k 48656c6c6f',
      needs: 'securePort',
      judge: async (subject) => {
        const { secure } = await connectSecurely(subject);
        secure.write(openingHandshake(subject, {}), 'latin1');
        const head = await readUntil(secure, '\r\n\r\n');
        secure.write(octetsOf('81 85 k 48656c6c6f'));
        const echo = await readUntil(secure, '\u0081\u0005Hello');
        const isEcho = head.startsWith('HTTP/1.1 101') && echo === '\u0081\u0005Hello';
        return finding(isEcho, '101, then the echo', `${head.split('\r\n', 1)[0]}, then ${echo}`);
      },
    },
  },
});

/** What comes, up to and with `delimiter`; all of it when the connection ends before that. */
async function readUntil(secure: TLSSocket, delimiter: string): Promise<string> {
  let received = '';
  while (!received.endsWith(delimiter)) {
    const octets: Buffer | null = secure.read(1);
    if (octets === null && (secure.readableEnded || secure.destroyed)) break;
    if (octets === null) await nextOctets(secure);
    else received += octets.toString('latin1');
  }
  return received;
}

function nextOctets(secure: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['readable', 'end', 'close']) secure.once(event, resolve);
  });
}
