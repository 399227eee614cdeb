import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { reflector } from '../../examples/reflectors/hub.ts';
import { REFLECTOR_ROUTE } from '../../examples/reflectors/websocket.ts';
import { type Answer, createHub, type Limits, type Request } from '../../src/index.ts';
import { CERTIFICATE, KEY } from '../support/certificate.ts';

/** A hub that listens on two doors, and how to be rid of it. */
export interface Running {
  readonly port: number;
  readonly securePort: number;
  close(): Promise<void>;
}

const PLAIN_TEXT = { 'Content-Type': 'text/plain; charset=utf-8' };

/**
 * The second handler: a hub with the resources of the subject, and with the reflectors of HTTP and
 * of WebSocket at `/reflect`. Its handlers may fail, and are meant to: nobody is told.
 */
export async function startEncke(limits: Partial<Limits> = {}): Promise<Running> {
  const hub = createHub({
    hosts: '*',
    limits,
    onError: () => {},
  });
  hub.http(
    '/',
    only(['GET', 'HEAD'], () => 'ok'),
  );
  hub.http(
    '/echo',
    only(['POST'], (content) => content),
  );
  hub.http('/reflect', reflector());
  hub.websocket('/', {
    protocols: ['chat', 'superchat'],
    message: (socket, data) => socket.send(data),
  });
  hub.websocket<string | undefined>('/reflect', REFLECTOR_ROUTE);
  const { port } = await hub.listen();
  const secure = createServer({ key: KEY, cert: CERTIFICATE, allowHalfOpen: true }, hub.accept);
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  return {
    port,
    securePort: (secure.address() as AddressInfo).port,
    close: async () => {
      secure.close();
      await hub.close();
    },
  };
}

/** Answers the methods that a target knows, and says to the others which those are. */
function only(methods: readonly string[], answer: (content: Uint8Array) => string | Uint8Array) {
  return async (request: Request): Promise<Answer> => {
    const content = await request.body.bytes();
    if (methods.includes(request.method)) return { headers: PLAIN_TEXT, body: answer(content) };
    return { status: 405, headers: { Allow: methods.join(', ') }, body: 'not allowed\n' };
  };
}
