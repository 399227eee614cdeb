/**
 * A client for `encke conform --client --speaks http`: the `fetch` of Node.
 *
 *     npx encke conform --client --speaks http -- node fetch.mjs {url}
 */
import { createInterface } from 'node:readline';

async function answerTo({ url, method, fields = [], content, stream, proxy, authority }) {
  if (proxy !== undefined) return { unable: 'fetch is told of no proxy' };
  if (authority !== undefined) return { unable: 'fetch is told of no authority' };
  try {
    const body = stream ? new Blob([content]).stream() : content;
    const response = await fetch(url, { method, headers: fields, body, duplex: 'half' });
    const octets = Buffer.from(await response.arrayBuffer());
    const { status, headers } = response;
    return { status, fields: [...headers], content: octets.toString('latin1') };
  } catch ({ message, cause }) {
    return { error: cause?.message ?? message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...request } = JSON.parse(line);
  answerTo(request).then((answer) => console.log(JSON.stringify({ id, ...answer })));
}
