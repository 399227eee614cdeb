import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** The two ends of a connection over the loopback interface, until the test is over. */
export async function acceptedSocket(t: TestContext): Promise<{ accepted: Socket; peer: Socket }> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const handle = Reflect.get(accepted, '_handle');
  t.after(() => {
    // A test may have put something else in its place.
    Reflect.set(accepted, '_handle', handle);
    peer.destroy();
    accepted.destroy();
    server.close();
  });
  return { accepted, peer };
}
