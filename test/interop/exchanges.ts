import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, Hub } from 'encke';

/** Serves what the tests with HTTP clients ask for. */
export function serveExchanges(hub: Hub): Promise<Address> {
  hub.http('/', () => ({ body: 'ok' }));
  hub.http('/echo', async ({ body }) => ({ body: await body.bytes() }));
  hub.http('/stream', () => ({ body: tenLines() }));
  hub.http('/status', ({ url }) => ({ status: Number(query(url)) }));
  // Of two requests the earlier takes longer, so that nothing but order puts its answer first.
  hub.http('/late', async ({ url }) => {
    await sleep(Number(query(url)) % 2 === 0 ? 4 : 0);
    return { body: query(url) };
  });
  return hub.listen();
}

async function* tenLines(): AsyncGenerator<string> {
  for (let i = 0; i < 10; i++) {
    yield `${i}\n`;
    await sleep(1);
  }
}

function query(url: string): string {
  return url.slice(url.indexOf('?') + 1);
}
