/**
 * A subject for `encke conform` on node:http, with the most part of a reflector:
 * `node node.mjs`, then `npx encke conform http://127.0.0.1:<port>/`.
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const CAN = ['status', 'reason', 'field', 'body', 'length', 'wait'];

async function reflect(query, response) {
  if (query.some(([name]) => !CAN.includes(name))) return response.writeHead(501).end();
  const { status = 200, reason, body = '', length, wait = 0 } = Object.fromEntries(query);
  const fields = query
    .filter(([name]) => name === 'field')
    .map(([, line]) => line.split(/: (.*)/s));
  if (length !== undefined) fields.push(['Content-Length', length]);
  await sleep(Number(wait));
  response.writeHead(
    Number(status),
    reason,
    fields.flatMap(([name, value = '']) => [name, value]),
  );
  response.end(Buffer.from(body, 'latin1'));
}

async function answer(request, response) {
  const [path, query = ''] = request.url.split('?');
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  if (path === '/reflect') {
    const pairs = query.split('&').map((pair) => pair.split('=').map(latin1));
    return reflect(pairs, response);
  }
  const [allowed, content] =
    path === '/echo' ? ['POST', Buffer.concat(pieces)] : ['GET, HEAD', 'ok'];
  if (!['/', '/echo'].includes(path)) return response.writeHead(404).end('not found');
  const isAllowed = allowed.split(', ').includes(request.method);
  return response.writeHead(isAllowed ? 200 : 405, { Allow: allowed }).end(content);
}

/** Each octet becomes one character, since what is asked for need not be UTF-8. */
function latin1(text) {
  return text.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => {
    if (response.headersSent) response.destroy();
    else response.writeHead(500, 'Refused').end();
  });
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
