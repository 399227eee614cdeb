import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { createHub, type Hub } from 'encke';
import { answerTo } from '../support/transcript.ts';

/** The transcripts of the page, in their order: what is sent, in the lines that begin with `> `. */
const TRANSCRIPTS = [
  ...readFileSync('docs/wire-format.md', 'utf8').matchAll(/```http\n(.*?)```/gs),
].map(([, text]) => text!);

describe('docs/wire-format.md', () => {
  let hub: Hub;
  let port: number;
  /** The head before there was an entry. */
  let cursor: string;

  before(async () => {
    hub = createHub({ origins: ['https://app.example'] });
    hub.live('/live', {
      authorize: () => ({ channels: ['news'] }),
      transports: ['websocket', 'event-stream', 'stream', 'long-poll', 'jsonp', 'forever-frame'],
    });
    cursor = hub.cursor();
    await hub.channel('news').publish({ headline: 'Comet sighted' });
    ({ port } = await hub.listen());
  });
  after(() => hub.close());

  it('has a transcript of each transport', () => {
    assert.equal(TRANSCRIPTS.length, 10);
  });

  for (const [i, transcript] of TRANSCRIPTS.entries()) {
    const [asked, answered] = [request(transcript), response(transcript)];
    it(`has transcript ${i + 1} as it is: ${asked.slice(0, asked.indexOf(' HTTP'))}`, async () => {
      let octets = asked.replaceAll('6f1c9a0be2d47358.0-0', cursor);
      if (octets.includes('SESSION')) octets = octets.replace('SESSION', await openSession());
      const answer = await answerTo(port, octets.replaceAll('\n', '\r\n'));
      assert.equal(normalised(answer), normalised(answered));
    });
  }

  async function openSession(): Promise<string> {
    const answer = await answerTo(
      port,
      'GET /live?wait=0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    return /"session":"([^"]+)"/.exec(answer)![1]!;
  }
});

// Helpers

/** What the client sends: the lines behind `> `. Content stands behind an empty one. */
function request(transcript: string): string {
  const lines = transcript.split('\n').filter((line) => line.startsWith('>'));
  const text = lines.map((line) => line.slice(2)).join('\n');
  return text.endsWith('\n') ? `${text}\n` : text.includes('\n\n') ? text : `${text}\n\n`;
}

function response(transcript: string): string {
  const lines = transcript.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('>'));
  return lines
    .slice(last + 1)
    .join('\n')
    .trim();
}

/** The text with all that differs from one run to the next put into one form. */
function normalised(text: string): string {
  return text
    .trim()
    .replace(/ {40,}/g, '…')
    .replace(/<!--.*?-->/g, '<!--…-->')
    .replace(/^Date: .*$/m, 'Date: …')
    .replace(/"session":"[^"]+"/g, '"session":"…"')
    .replace(/nonce(?:="|-)[\w-]{22}/g, 'nonce…')
    .replace(/[0-9a-f]{16}\.(\d+)-(\d+)/g, (_, ms) => (ms === '0' ? 'E.0-0' : 'E.T-N'));
}
