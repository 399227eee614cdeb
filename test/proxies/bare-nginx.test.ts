import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { describeInChromium } from '../browser/chromium.ts';
import { type LiveHub, liveHub } from '../browser/live-hub.ts';
import { openPage } from '../browser/page-client.ts';
import { connected } from './exchanges.ts';
import { freePort, type Program } from './program.ts';
import { missing, nginx, startNginx } from './proxies.ts';

/** A hub behind an nginx that was told nothing but where it is. */
class BareNginx {
  readonly live: LiveHub;
  readonly url: string;
  readonly #program: Program;

  private constructor(live: LiveHub, program: Program) {
    this.live = live;
    this.url = program.url;
    this.#program = program;
  }

  /** @param origins - What the hub is told, given the public address. */
  static async start(
    origins: (address: string) => readonly string[],
    further = '',
  ): Promise<BareNginx> {
    const port = await freePort();
    const live = await liveHub({ origins: origins(`http://127.0.0.1:${port}`) });
    const pass = `location / { proxy_pass http://127.0.0.1:${live.port}; ${further} }`;
    const servers = () => `server { listen 127.0.0.1:${port}; ${pass} }`;
    return new BareNginx(live, await startNginx(servers, port));
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    await this.live.hub.close();
  }
}

describeInChromium('connect, through an nginx with nothing but proxy_pass', (browser) => {
  const lacking = missing(nginx);
  if (lacking !== undefined) {
    it(`is not tried: ${lacking}`, () => {});
    return;
  }
  const stopping: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stopping.splice(0).reverse()) await stop();
  });

  async function start(...terms: Parameters<typeof BareNginx.start>) {
    const bare = await BareNginx.start(...terms);
    stopping.push(() => bare.stop());
    const page = await openPage(browser(), bare.url);
    stopping.push(() => page.close());
    return { ...bare, page };
  }

  it('falls back to the event stream by itself, which encke has nginx pass on at once', async () => {
    const { live, page } = await start((address) => [address]);
    const { transport, took, gaps } = await connected(live, page);
    assert.deepEqual([transport, gaps], ['event-stream', 0]);
    assert.ok(took < 5_000, `${took} ms`);
  });

  it('falls back to long polling within five seconds where nginx does not heed that', async () => {
    const ignoring = 'proxy_ignore_headers X-Accel-Buffering;';
    const { live, page } = await start((address) => [address], ignoring);
    const { transport, took, gaps } = await connected(live, page);
    assert.deepEqual([transport, gaps], ['long-poll', 0]);
    assert.ok(took < 5_000, `${took} ms`);
  });

  it('is told without origins which values differ, what the proxy does, and what to write', async () => {
    const { live, page } = await start(() => []);
    const address = new URL(page.url()).origin;
    const refusal = await page.evaluate(refusalOfMessage);
    assert.equal(refusal.status, 403);
    assert.ok(refusal.message.includes(`Origin ${address} `), refusal.message);
    assert.ok(refusal.message.includes(`Host "127.0.0.1:${live.port}"`), refusal.message);
    assert.match(refusal.message, /a proxy on the way has replaced Host/);
    assert.ok(refusal.message.includes(`set origins: ["${address}"]`), refusal.message);
  });
});

/** Runs in the page: connects, sends a message, and gives what it is refused with. */
async function refusalOfMessage(): Promise<{ status: number | undefined; message: string }> {
  return new Promise((resolve) => {
    const connection = encke.connect('/live', {
      onclose: (error) => resolve({ status: error?.status, message: String(error?.message) }),
    });
    connection.send('a message').catch(() => {});
  });
}
