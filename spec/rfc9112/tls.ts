/**
 * Closing under TLS. The records are read from outside: up to TLS 1.2 the type of an alert can be
 * seen though its content is encrypted, so the last record tells whether there was a closure alert.
 *
 * @see RFC 9112 §9.8
 */

import { pause } from '../fair-timer.ts';
import { ask, fill, get, probe } from '../http-probe.ts';
import { summaryOf } from '../models/response.ts';
import { finding, type Probe } from '../probe.ts';
import { connectSecurely } from '../tls-wire.ts';
import { heardOn, type Wire } from '../wire.ts';

/** The type of an alert record. @see RFC 5246 §6.2.1 */
const ALERT = 21;

export const tls: readonly Probe[] = [
  probe(
    '9112-9.8-5',
    'sends a closure alert before it closes',
    `a TLS handshake, then ${JSON.stringify(get('Connection: close'))}`,
    async (subject) => {
      const { wire, secure } = await connectSecurely(subject);
      secure.write(fill(get('Connection: close'), subject));
      secure.resume();
      await ended(wire, subject.timeout);
      const types = recordTypes(heardOn(wire));
      const expected = 'an alert record, then the end';
      const received = `record types ${types.join(', ')}; ${wire.ending}`;
      return finding(types.at(-1) === ALERT && wire.ending === 'fin', expected, received);
    },
    { needs: 'securePort' },
  ),
  probe(
    '9112-9.8-6',
    'survives clients that cut a TLS connection without a closure alert',
    'a TLS handshake and half a request, then a reset; then GET / on a new connection',
    async (subject) => {
      const { wire, secure } = await connectSecurely(subject);
      secure.write('GET / HTTP/1.1\r\nHo');
      await pause(20);
      wire.reset();
      const response = await ask(subject, get());
      return finding(response.status === 200, 'GET / is answered', summaryOf(response));
    },
    { needs: 'securePort' },
  ),
];

async function ended(wire: Wire, timeout: number): Promise<void> {
  const deadline = Date.now() + timeout;
  while (wire.ending === 'open' && Date.now() < deadline) {
    await pause(10);
  }
}

/** The types of the records in these octets: one octet, then a version, then the length. */
function recordTypes(octets: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 5 <= octets.length; at += 5 + octets.readUInt16BE(at + 3)) {
    types.push(octets[at]!);
  }
  return types;
}
