import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { describe, it } from 'node:test';
import { createHub } from 'encke';
import puppeteer from 'puppeteer-core';
import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { portOf } from '../support/host-server.ts';
import { commandNamed } from './program.ts';

const MISSING =
  'install Firefox (on Debian: apt-get install firefox-esr), or name one in the variable FIREFOX';

const FIREFOX = process.env['FIREFOX'] ?? commandNamed('firefox-esr', 'firefox');

describe('a page in Firefox, over HTTP/2', () => {
  if (FIREFOX === undefined && process.env['CI'] !== 'true') {
    it(`is not tried: ${MISSING}`, () => {});
    return;
  }

  it('has a WebSocket that compresses, and an event stream, on one connection', async () => {
    const hub = createHub({ limits: { closing: 300, linger: 300 } });
    const asked: string[] = [];
    hub.live('/live', {
      compression: true,
      authorize: ({ method, source }) => {
        asked.push(`${method} ${source?.constructor.name}`);
        return { channels: ['news'] };
      },
    });
    const server = createSecureServer({ key: KEY, cert: CERTIFICATE }, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    });
    let sessions = 0;
    server.on('session', () => sessions++);
    hub.attach(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const options = { browser: 'firefox', acceptInsecureCerts: true } as const;
    const browser = await puppeteer.launch({ ...options, executablePath: FIREFOX! });
    const timer = setInterval(() => void hub.channel('news').publish('news'), 50);
    try {
      const page = await browser.newPage();
      await page.goto(`https://localhost:${portOf(server)}/`);
      assert.match(await page.evaluate(bothAtOnce), /^permessage-deflate/);
      assert.deepEqual(asked.sort(), ['CONNECT ServerHttp2Stream', 'GET ServerHttp2Stream']);
      assert.equal(sessions, 1);
    } finally {
      clearInterval(timer);
      await browser.close();
      await hub.close();
      server.close();
    }
  });
});

// Helpers

/** Waits for an entry by either way, and gives the extensions that were agreed on. */
async function bothAtOnce(): Promise<string> {
  const socket = new WebSocket(`wss://${globalThis.location.host}/live`);
  const events = new EventSource('/live');
  await Promise.all([
    new Promise<void>((resolve, reject) => {
      socket.onerror = () => reject(new Error('the WebSocket was refused'));
      socket.onmessage = ({ data }) => {
        if (JSON.parse(data).data === 'news') resolve();
      };
    }),
    new Promise((resolve) => {
      events.onmessage = resolve;
    }),
  ]);
  return socket.extensions;
}
