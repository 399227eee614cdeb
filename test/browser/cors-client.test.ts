import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, it } from 'node:test';
import type { Page } from 'playwright-core';

import { userAgent } from '../../spec/fetch/user-agent.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../spec/http-client/probe.ts';
import { runHttpClientProbes } from '../../spec/http-client/run.ts';
import { portOf } from '../support/host-server.ts';
import { describeInChromium } from './chromium.ts';

/** Chromium takes `*` for a leave to send Authorization, and warns that some day it will not. */
const KNOWN = 'fetch-2.2.2-3';

/** Asks, in the page. */
async function ask({
  url,
  method,
  fields,
  content,
  credentials,
}: HttpRequest): Promise<HttpAnswer> {
  const { origin } = location;
  try {
    const response = await fetch(url, {
      method: method ?? 'GET',
      headers: (fields ?? []) as [string, string][],
      body: content ?? null,
      credentials: credentials ? 'include' : 'omit',
    });
    return { origin, status: response.status, content: await response.text() };
  } catch (error) {
    return { origin, error: String(error) };
  }
}

describeInChromium('the judge of pages', (browser) => {
  let server: Server;
  let page: Page;

  before(async () => {
    server = createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end('.'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    page = await browser().newPage();
    await page.goto(`http://127.0.0.1:${portOf(server)}/`);
  });
  after(async () => {
    await page.close();
    server.close();
  });

  it('finds one thing that Chromium does against Fetch, and nothing else', async () => {
    const client = (): HttpClient => ({
      request: (request) => page.evaluate(ask, request),
      close: () => {},
    });
    const results = await runHttpClientProbes(userAgent, { client, timeout: 10_000 });
    assert.deepEqual(
      results
        .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'offered')
        .filter(({ probe }) => probe !== KNOWN)
        .map(({ probe, verdict, received }) => `${probe} ${verdict}: ${received}`),
      [],
    );
  });
});
