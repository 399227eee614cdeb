/**
 * TLS over a recorded connection: the transcript has the records, the probe talks inside them.
 *
 * @module
 */

import { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';

import type { Subject } from './probe.ts';
import type { Wire } from './wire.ts';

/**
 * A TLS connection to the subject's TLS door; one that can't be made, or falls silent, is destroyed. It speaks TLS 1.2 at
 * most, where the types of the records can be seen from outside.
 */
export async function connectSecurely(
  subject: Subject,
): Promise<{ wire: Wire; secure: TLSSocket }> {
  const wire = await subject.connect(subject.securePort);
  const secure = connect({
    socket: streamOf(wire),
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.2',
  });
  secure.on('error', () => {});
  secure.setTimeout(subject.timeout, () => secure.destroy());
  await new Promise<void>((resolve) => {
    secure.once('secureConnect', resolve);
    secure.once('close', resolve);
  });
  return { wire, secure };
}

/** The wire as a stream, which is what TLS wants to run on. */
export function streamOf(wire: Wire): Duplex {
  const stream = new Duplex({
    read: () => {},
    write: (octets: Buffer, _encoding, done) => {
      wire.send(octets).then(() => done(), done);
    },
  });
  const pump = async () => {
    while (wire.ending === 'open' || wire.waiting.length > 0) {
      const octets = await wire.readSome();
      if (octets.length > 0) stream.push(octets);
    }
    stream.push(null);
  };
  pump();
  return stream;
}
