/** What a subject answers over HTTP, as a handler of node:http. */
export function answer(request, response) {
  const pathname = request.url.replace(/^http:\/\/[^/?]*/i, '').split('?', 1)[0] || '/';
  if (pathname === '/echo' && request.method === 'POST') {
    response.writeHead(200);
    request.pipe(response);
  } else if (pathname === '/' && ['GET', 'HEAD'].includes(request.method)) {
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 2 }).end('ok');
  } else if (pathname === '/') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
  } else {
    response.writeHead(404).end();
  }
}
