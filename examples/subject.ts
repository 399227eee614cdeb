/**
 * A plain server for conformance tools: `npm run subject -- --port N [--host H] [--deflate]`.
 *
 * `GET /` answers `ok`, `POST /echo` the content that it was sent, `/reflect` what its query asks for;
 * every other target is not found.
 * A WebSocket on `/` or `/ws` echoes text as text and binary as binary, compressed with `--deflate`; one on
 * `/reflect` does what it is told. Any host and, but there, any origin may come in, so it is not a server to
 * put on a network.
 *
 * @module
 */

import { parseArgs } from 'node:util';
import { type Answer, createHub, type Request, type Socket } from 'encke';

import { reflector } from './reflectors/hub.ts';
import { REFLECTOR_ROUTE } from './reflectors/websocket.ts';

const MiB = 1024 * 1024;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string' },
    deflate: { type: 'boolean', default: false },
  },
});

const hub = createHub({
  hosts: '*',
  origins: '*',
  limits: { message: 64 * MiB, sendBuffer: 64 * MiB, body: 64 * MiB },
  onError: () => {}, // the reflector fails when it is told to
});

const echo = {
  protocols: ['chat', 'superchat'],
  compression: values.deflate && { threshold: 0 },
  message: (socket: Socket, data: string | Uint8Array) => socket.send(data),
};

hub.websocket('/', echo);
hub.websocket('/ws', echo);
hub.websocket<string | undefined>('/reflect', REFLECTOR_ROUTE);
hub.http(
  '/',
  only(['GET', 'HEAD'], () => ({ body: 'ok' })),
);
hub.http(
  '/echo',
  only(['POST'], (body) => ({ headers: { 'Content-Type': 'application/octet-stream' }, body })),
);
hub.http('/reflect', reflector());
hub.http('*', async (request) => {
  await request.body.bytes();
  return { status: 404, body: 'not found\n' };
});

const { url } = await hub.listen({ port: Number(values.port), host: values.host });
console.log(`listening on ${url}`);

/** Answers the methods that a target knows, once the content is read; to the others it says which. */
function only(methods: readonly string[], answer: (body: Uint8Array) => Answer) {
  return async (request: Request): Promise<Answer> => {
    const body = await request.body.bytes();
    if (methods.includes(request.method)) return answer(body);
    const allowed = methods.join(', ');
    return { status: 405, headers: { Allow: allowed }, body: `allowed here: ${allowed}\n` };
  };
}
