/**
 * The request heads of the runs: as small as HTTP/1.1 allows, and as a browser sends it.
 *
 * @module
 */

const BROWSER = [
  'GET / HTTP/1.1',
  'Host: localhost:80',
  'Connection: keep-alive',
  'Cache-Control: max-age=0',
  'sec-ch-ua: "Chromium";v="142", "Not.A/Brand";v="24"',
  'sec-ch-ua-mobile: ?0',
  'sec-ch-ua-platform: "Linux"',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Sec-Fetch-Site: none',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-User: ?1',
  'Sec-Fetch-Dest: document',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
];

/** How long a browser's head is in the runs; a cookie fills it up. */
const BROWSER_LENGTH = 652;

/** Each a whole request, since neither has content. */
export const requestHeads = {
  minimal: Buffer.from('GET / HTTP/1.1\r\nHost: localhost:80\r\n\r\n'),
  browser: browserHead(),
} as const;

/**
 * Two heads that differ in the last octet of their fields, for runs of a parser alone: what repeats
 * would be compared, and not parsed.
 */
export function alternatingHeads(name: keyof typeof requestHeads): () => Buffer {
  const head = requestHeads[name];
  const other = Buffer.from(head);
  other[head.length - '\r\n\r\n'.length - 1] = '1'.charCodeAt(0);
  let isOther = false;
  return () => {
    isOther = !isOther;
    return isOther ? other : head;
  };
}

function browserHead(): Buffer {
  const withoutCookie = `${BROWSER.join('\r\n')}\r\nCookie: session=`;
  const missing = BROWSER_LENGTH - withoutCookie.length - '\r\n\r\n'.length;
  return Buffer.from(`${withoutCookie}${'c0ffee'.repeat(missing).slice(0, missing)}\r\n\r\n`);
}
