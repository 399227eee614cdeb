import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { connect, createServer } from 'node:tls';

import type { Hub } from '../../src/index.ts';
import { portOf } from './host-server.ts';

/** With a key that both sides know no certificate has to be made. */
const KEY = Buffer.alloc(16, 7);
const SUITE = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;

/** A door of TLS, and the way through it. */
export async function tlsDoor(hub: Hub): Promise<{ dial: () => Duplex; close: () => void }> {
  const server = createServer({ ...SUITE, pskCallback: () => KEY }, hub.accept);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const dial = () =>
    connect({
      ...SUITE,
      port: portOf(server),
      host: '127.0.0.1',
      pskCallback: () => ({ psk: KEY, identity: 'peer' }),
      checkServerIdentity: () => undefined,
    });
  return { dial, close: () => server.close() };
}

/** A connection that no operating system carries: its streams keep the memory that is written to them. */
export function dialThroughStreams(hub: Hub): Duplex {
  const [there, back] = [new PassThrough(), new PassThrough()];
  hub.accept(Duplex.from({ readable: there, writable: back }));
  return Duplex.from({ readable: back, writable: there });
}
