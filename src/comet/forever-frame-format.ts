import { elementFormat } from './array-format.ts';
import type { StreamingFormat } from './wire-format.ts';

/** Some browsers show nothing of a document before this many octets have come. @see RFC 6202 §3.2 */
const PADDING = 1_024;

/** The characters of base64, and of its variant for URLs. */
const NONCE = /^[A-Za-z0-9+/_-]+=*$/;

/** A serialised origin that is not opaque, with nothing in it that ends a string or a directive. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9_.[\]:-]+$/;

/**
 * A forever frame: a document that never ends, in a hidden iframe, where each batch of records is a
 * script that posts an array of them to the page. A script takes itself out of the document, which
 * would grow with every one otherwise.
 *
 * @param nonce - Fresh randomness in base64, so that no other script runs in the document.
 * @param origin - The origin of the page, which alone may frame the document and is posted to; the
 *   document's own when absent.
 * @throws TypeError when either could be read as something else where it is written.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6202#section-3 | RFC 6202 §3}
 */
export function foreverFrameFormat(nonce: string, origin?: string): StreamingFormat {
  if (!NONCE.test(nonce)) throw new TypeError(`invalid nonce: ${JSON.stringify(nonce)}`);
  if (origin !== undefined && !ORIGIN.test(origin)) {
    throw new TypeError(`invalid origin: ${JSON.stringify(origin)}`);
  }
  const opening = `<script nonce="${nonce}">push([`;
  return {
    fields: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyOf(nonce, origin),
      'referrer-policy': 'no-referrer',
    },
    prologue: Buffer.from(prologueOf(nonce, origin)),
    opening: Buffer.from(opening),
    closing: CLOSING,
    entries: elementFormat,
    record: (json) => Buffer.from(`${opening}${json}${CLOSING_TEXT}`),
  };
}

const CLOSING_TEXT = '])</script>\n';
const CLOSING = Buffer.from(CLOSING_TEXT);

function policyOf(nonce: string, origin: string | undefined): string {
  const ancestors = origin ?? "'self'";
  return `default-src 'none'; script-src 'nonce-${nonce}'; frame-ancestors ${ancestors}`;
}

function prologueOf(nonce: string, origin: string | undefined): string {
  const target = origin === undefined ? 'location.origin' : JSON.stringify(origin);
  const post = `parent.postMessage(records, ${target});`;
  const remove = 'document.currentScript.remove();';
  return (
    '<!doctype html><meta charset="utf-8"><title>encke</title>\n' +
    `<script nonce="${nonce}">function push(records) { ${post} ${remove} }</script>\n` +
    `<!--${' '.repeat(PADDING)}-->\n`
  );
}
