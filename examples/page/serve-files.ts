import { readFileSync } from 'node:fs';
import type { Hub } from 'encke';

/** A file of a page: where it lies below the folder of the package, and its type. */
export type File = readonly [place: string, type: string];

const HTML = 'text/html; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** A document. */
export const html = (place: string): File => [`examples/${place}`, HTML];

/** A style sheet. */
export const css = (place: string): File => [`examples/${place}`, CSS];

/** A script, which TypeScript makes beside the compiled server. */
export const script = (place: string): File => [`dist/examples/${place}`, JAVASCRIPT];

/** What all pages share, by path. */
export const SHARED_FILES: Readonly<Record<string, File>> = {
  '/page/base.css': css('page/base.css'),
  '/page/icon.svg': ['examples/page/icon.svg', 'image/svg+xml'],
  '/page/dom.js': script('page/dom.js'),
};

/**
 * Serves the files of a page. All of them are read once, so that no request can name another.
 *
 * @param fields - What else is said with each, such as the security policy.
 */
export function serveFiles(
  hub: Hub,
  files: Readonly<Record<string, File>>,
  fields: Readonly<Record<string, string>>,
): void {
  const root = import.meta.resolve('encke/package.json');
  for (const [path, [place, type]] of Object.entries(files)) {
    const body = readFileSync(new URL(place, root));
    const headers = {
      'Content-Type': type,
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...fields,
    };
    hub.http(path, ({ method }) =>
      method === 'GET' || method === 'HEAD'
        ? { status: 200, headers, body }
        : { status: 405, headers: { Allow: 'GET, HEAD' } },
    );
  }
}
