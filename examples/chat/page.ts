import type { Hub } from 'encke';
import { css, html, SHARED_FILES, script, serveFiles } from '../page/serve-files.ts';

const FILES = {
  ...SHARED_FILES,
  '/': html('chat/page/index.html'),
  '/style.css': css('chat/page/style.css'),
  '/main.js': script('chat/page/main.js'),
  '/describe-frame.js': script('chat/page/describe-frame.js'),
  '/frame-view.js': script('chat/page/frame-view.js'),
  '/handshake-view.js': script('chat/page/handshake-view.js'),
  '/octets.js': script('chat/page/octets.js'),
  '/read-payload.js': script('chat/page/read-payload.js'),
};

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

/** Serves the page, and what it shares with others. */
export function servePage(hub: Hub): void {
  serveFiles(hub, FILES, {
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Referrer-Policy': 'no-referrer',
  });
}
