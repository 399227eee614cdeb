import { buffer } from 'node:stream/consumers';

/** What a subject answers over HTTP, as a handler of node:http. */
export function answer(request, response) {
  const pathname = request.url.replace(/^http:\/\/[^/?]*/i, '').split('?', 1)[0] || '/';
  const say = (status, content, fields) =>
    response
      .writeHead(status, {
        'Content-Type': 'text/plain',
        'Content-Length': content.length,
        ...fields,
      })
      .end(content);
  if (pathname === '/echo' && request.method === 'POST') {
    // Nothing is said before all has come: what is wrong with it, node:http can still tell.
    buffer(request).then(
      (content) => say(200, content),
      () => response.destroy(),
    );
  } else if (pathname === '/' && ['GET', 'HEAD'].includes(request.method)) {
    say(200, 'ok');
  } else if (pathname === '/') {
    say(405, 'not allowed\n', { Allow: 'GET, HEAD' });
  } else {
    say(404, 'not found\n');
  }
}
