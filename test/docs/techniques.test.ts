import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

/** What the subject's literature names. */
const TECHNIQUES = [
  ...['Polling at an interval', 'Comet by stream', 'Comet by long poll', 'Hidden iframe'],
  ...[
    'XMLHttpRequest, read as it grows',
    'XMLHttpRequest, long poll',
    'Script tag (JSONP)',
    'CORS',
  ],
  ...[
    'WebSocket',
    '`wss:`',
    'WebSocket over HTTP/2',
    'Server-sent events',
    'HTTP/2 server push',
    '103 Early Hints',
  ],
  ...['WebRTC', 'Flash'],
];

describe('docs/techniques.md', () => {
  const rows = readFileSync('docs/techniques.md', 'utf8').matchAll(
    /^\| (.+?) \| (.+?) \| (.+?) \|$/gm,
  );
  const told = new Map(Array.from(rows, ([, technique, , what]) => [technique!, what!]));

  for (const technique of TECHNIQUES) {
    it(`says what encke does about ${technique}, or why nothing`, () => {
      const [, what] = [...told].find(([name]) => name.startsWith(technique)) ?? [];
      assert.ok(what !== undefined && what.length > 40, what);
    });
  }
});
