import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { WebSocket } from 'ws';

const README = readFileSync('README.md', 'utf8');

describe('README.md', () => {
  it('begins with a program that pushes news to its page, and echoes over WebSocket', async () => {
    const folder = programFolder();
    const program = README.match(/```js\n(.*?)```/s)![1]!;
    writeFileSync(join(folder, 'program.mjs'), program.replace('port: 8080', 'port: 0'));
    const server = spawn(process.execPath, [join(folder, 'program.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(createInterface(server.stdout), 'line');
      const url = String(line).match(/http:\S+/)![0];
      const response = await fetch(url);
      assert.equal(response.status, 200);
      assert.match(await response.text(), /new EventSource\('\/events'\)/);
      assert.match(await firstEvent(new URL('/events', url)), /"channel":"news","data":\{"time":"/);
      assert.equal(await echoed(new URL('/echo', url.replace('http:', 'ws:')), 'hello'), 'hello');
    } finally {
      server.kill();
      rmSync(folder, { recursive: true });
    }
  });

  for (const file of [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'docs/architecture.md',
    'docs/clauses.md',
    'docs/client.md',
    'docs/conformance.md',
    'docs/http2.md',
    'docs/reading.md',
    'docs/resuming.md',
    'docs/techniques.md',
    'docs/transports.md',
    'docs/wire-format.md',
    'docs/ws.md',
  ]) {
    it(`${file} leads only to files that are there`, () => {
      const text = readFileSync(file, 'utf8');
      const links = text.matchAll(/\]\((?!https?:|#)([^)#]+)|(?:src|srcset)="([^"]+)"/g);
      for (const [, link, picture] of links) {
        const target = link ?? picture!;
        assert.ok(existsSync(resolve(file, '..', target)), target);
      }
    });
  }

  it('and CONTRIBUTING.md name only scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const text = README + readFileSync('CONTRIBUTING.md', 'utf8');
    for (const [, name] of text.matchAll(/`npm run ([\w:]+)/g)) {
      assert.ok(scripts[name!] !== undefined, `npm run ${name}`);
    }
  });
});

// Helpers

/** An empty folder in which `import 'encke'` finds the build. */
function programFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'encke-readme-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(resolve('.'), join(folder, 'node_modules/encke'));
  return folder;
}

/** The first message that a plain `EventSource` would hear. */
async function firstEvent(url: URL): Promise<string> {
  const { body } = await fetch(url, { headers: { accept: 'text/event-stream' } });
  let heard = '';
  for await (const text of body!.pipeThrough(new TextDecoderStream())) {
    heard += text;
    const message = /\n\nid: \S+\ndata: (.*)\n\n/.exec(heard);
    if (message !== null) return message[1]!;
  }
  throw new Error(`the stream ended: ${heard}`);
}

async function echoed(url: URL, text: string): Promise<string> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  socket.send(text);
  const [data] = await once(socket, 'message');
  socket.close();
  return String(data);
}
