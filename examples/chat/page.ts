import { readFileSync } from 'node:fs';
import type { Hub } from 'encke';

/** The files of the page. Those that TypeScript makes lie beside the compiled server. */
const FILES = {
  '/': ['examples', 'index.html', 'text/html; charset=utf-8'],
  '/style.css': ['examples', 'style.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['examples', 'icon.svg', 'image/svg+xml'],
  '/main.js': ['dist/examples', 'main.js', 'text/javascript; charset=utf-8'],
  '/describe-frame.js': ['dist/examples', 'describe-frame.js', 'text/javascript; charset=utf-8'],
  '/dom.js': ['dist/examples', 'dom.js', 'text/javascript; charset=utf-8'],
  '/frame-view.js': ['dist/examples', 'frame-view.js', 'text/javascript; charset=utf-8'],
  '/handshake-view.js': ['dist/examples', 'handshake-view.js', 'text/javascript; charset=utf-8'],
  '/octets.js': ['dist/examples', 'octets.js', 'text/javascript; charset=utf-8'],
  '/read-payload.js': ['dist/examples', 'read-payload.js', 'text/javascript; charset=utf-8'],
} as const;

/** The page may load what it consists of, may open any WebSocket that one types, and nothing else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  'connect-src ws: wss:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Serves the page. All of it is read once, so that no request can name another file. */
export function servePage(hub: Hub): void {
  const root = import.meta.resolve('encke/package.json');
  for (const [path, [folder, name, type]] of Object.entries(FILES)) {
    const body = readFileSync(new URL(`${folder}/chat/page/${name}`, root));
    const headers = {
      'Content-Type': type,
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cache-Control': 'no-cache',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    };
    hub.http(path, ({ method }) =>
      method === 'GET' || method === 'HEAD'
        ? { status: 200, headers, body }
        : { status: 405, headers: { Allow: 'GET, HEAD' } },
    );
  }
}
