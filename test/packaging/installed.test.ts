import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';

import { Installation } from '../support/packed.ts';

const { exports, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, string>;
  scripts: Record<string, string>;
};

/** What a program imports: `encke`, `encke/client`, … What ends in `.js` is for script elements. */
const SPECIFIERS: readonly string[] = Object.keys(exports)
  .filter((subpath) => !/\.js(?:on)?$/.test(subpath))
  .map((subpath) => subpath.replace('.', 'encke'));

describe('the packed package', () => {
  const installation = new Installation();
  after(() => installation.remove());

  it('brings one package into an empty folder', () => {
    const installed = readdirSync(join(installation.folder, 'node_modules'));
    assert.deepEqual(
      installed.filter((name) => !name.startsWith('.')),
      ['encke'],
    );
  });

  it('holds what runs and its sources, and neither tests nor examples', () => {
    const packed = join(installation.folder, 'node_modules/encke');
    assert.deepEqual(readdirSync(packed).sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
      'spec',
      'src',
    ]);
    assert.deepEqual(readdirSync(join(packed, 'dist')).sort(), ['browser', 'spec', 'src']);
  });

  it('runs nothing when it is installed', () => {
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
      assert.equal(scripts[script], undefined);
    }
  });

  for (const specifier of SPECIFIERS.filter((each) => each !== 'encke/ws')) {
    it(`gives the same exports to import and require of ${specifier}`, () => {
      installation.write('import.mjs', `console.log(Object.keys(await import('${specifier}')))`);
      installation.write('require.cjs', `console.log(Object.keys(require('${specifier}')))`);
      const imported = installation.run('import.mjs');
      assert.equal(installation.run('--no-warnings', 'require.cjs'), imported);
      assert.notEqual(imported, '[]\n');
    });
  }

  for (const [how, line] of [
    ['imports', "import WebSocket, { WebSocketServer } from 'encke/ws';"],
    ['requires', "const WebSocket = require('encke/ws'); const { WebSocketServer } = WebSocket;"],
  ] as const) {
    it(`runs a program that ${how} encke/ws as it would ws`, () => {
      const file = how === 'imports' ? 'echo.mjs' : 'echo.cjs';
      installation.write(file, line + ECHO);
      assert.equal(installation.run('--no-warnings', file), 'hello true\n');
    });
  }

  for (const types of ['encke/ws', 'ws']) {
    it(`has a program that compiles with the types of ${types}, so that it may change to encke/ws`, () => {
      const file = types === 'ws' ? 'ws.mts' : 'encke-ws.mts';
      assert.equal(complaintsOf(file), '');
    });
  }

  it('has scripts for pages, which define one global, and say so to TypeScript', () => {
    const scripts = ['encke/browser.js', 'encke/browser/fallbacks.js'].map((specifier) =>
      JSON.stringify(specifier),
    );
    installation.write(
      'scripts.cjs',
      `const { readFileSync } = require('node:fs');
      const { runInNewContext } = require('node:vm');
      const page = {};
      for (const specifier of [${scripts}]) {
        runInNewContext(readFileSync(require.resolve(specifier), 'utf8'), page);
      }
      const { fallbacks, ...rest } = page.encke;
      console.log(Object.keys(page), Object.keys(rest), Object.keys(fallbacks));`,
    );
    assert.equal(
      installation.run('scripts.cjs'),
      "[ 'encke' ] [ 'connect' ] [ 'foreverFrame', 'jsonp' ]\n",
    );
    assert.equal(complaintsOf('page.mts'), '');
  });

  it('shows its types to a strict program compiled for node20', () => {
    assert.equal(complaintsOf('program.mts'), '');
  });

  for (const [how, options] of [
    ['a bundler', { module: 'preserve', moduleResolution: 'bundler' }],
    ['a server, with the types of Node alone', { module: 'nodenext', lib: ['es2023'] }],
  ] as const) {
    it(`shows its types to a strict program compiled for ${how}`, () => {
      installation.write('program.mts', PROGRAMS['program.mts']);
      installation.write('tsconfig.json', configOf(options, ['program.mts']));
      assert.equal(compiled(installation.folder), '');
    });
  }

  /** What the compiler has to say of a program for Node, or of none: all are compiled at once. */
  let complaints: readonly string[] | undefined;
  function complaintsOf(file: keyof typeof PROGRAMS): string {
    complaints ??= compiledForNode(installation);
    const others = Object.keys(PROGRAMS).filter((other) => other !== file);
    return complaints
      .filter((line) => !others.some((other) => line.startsWith(`${other}(`)))
      .join('\n');
  }
});

// Helpers

/** What the README of `ws` begins with, in a process of its own. */
const ECHO = `
  const server = new WebSocketServer({ port: 0 }, () => {
    const socket = new WebSocket('ws://localhost:' + server.address().port);
    socket.on('open', () => socket.send('hello'));
    socket.on('message', (data) => {
      console.log(String(data), WebSocket.Server === WebSocketServer);
      socket.close();
      server.close();
    });
  });
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
`;

/** What programs write for the types of `ws`. */
const TYPED = `
  import { createServer, IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';
  import WebSocket, { createWebSocketStream, WebSocketServer } from 'encke/ws';
  import type { ClientOptions, RawData, ServerOptions, WebSocket as Named } from 'encke/ws';

  const mayCome = ({ origin }: { origin: string }) => origin !== '';
  interface Living extends WebSocket { isAlive: boolean }
  const options: ServerOptions = { noServer: true, perMessageDeflate: { threshold: 0 } };
  export const server: WebSocket.Server = new WebSocket.Server(options);
  const listening = new WebSocketServer({ port: 8080, verifyClient: mayCome });
  listening.on('connection', function connection(socket: WebSocket, request: IncomingMessage) {
    (socket as Living).isAlive = true;
    socket.on('pong', function () { (this as Living).isAlive = true; });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      for (const client of listening.clients) {
        if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
      }
    });
    socket.on('close', (code: number, reason: Buffer) => console.log(code, reason.toString()));
    socket.on('error', console.error);
    socket.once('ping', () => console.log(request.url));
  });
  createServer().on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    server.handleUpgrade(request, socket, head, (ws) => server.emit('connection', ws, request));
  });
  const client: ClientOptions = { headers: { a: 'b' }, rejectUnauthorized: false };
  export const named: Named = new WebSocket('ws://localhost', ['a'], client);
  named.onmessage = ({ data, target }: WebSocket.MessageEvent) => target.send(data as string);
  named.addEventListener('close', ({ code, reason, wasClean }) => console.log(code, reason, wasClean));
  named.send('a', (error) => console.log(error?.message));
  export const stream: Duplex = createWebSocketStream(named, { encoding: 'utf8' });

  // Events of one's own, and more arguments than there are.
  listening.on('connection', (socket: WebSocket, request: IncomingMessage, user: { name: string }) => {
    socket.send(user.name + request.url);
  });
  listening.emit('connection', named, new IncomingMessage(null!), { name: 'Ada' });
  named.on('news', (number: number) => console.log(number + 1)).emit('news', 1);
  listening.once('gone', function (why) { this.close(why); });
  named.prependListener('message', (data) => named.send(data));
  named.ping('', true, (error: Error) => console.log(error.message));

  // Classes of one's own, and options filled in one by one.
  class Request extends IncomingMessage { user?: string }
  class Socket extends WebSocket { name = '' }
  const filled: WebSocket.ServerOptions<typeof Socket, typeof Request> = {};
  filled.port = 8080;
  filled.WebSocket = Socket;
  filled.verifyClient = (info, verified) => verified(info.req.user !== undefined, 401, 'Unauthorized');
  const special: WebSocket.Server<typeof Socket, typeof Request> = new WebSocketServer(filled);
  special.on('connection', (socket, request) => console.log(socket.name, request.user));
  special.on('headers', (lines) => lines.push('X-A: b'));
  const sync: WebSocket.VerifyClientCallbackSync<Request> = ({ req, secure }) => secure && !!req.user;
  export const judged: WebSocket.ServerOptions<typeof Socket, typeof Request> = { verifyClient: sync };
  export function failed({ error, message }: WebSocket.ErrorEvent) { return error.code + message; }
  const finish: WebSocket.FinishRequestCallback = (request) => request.end();
  export const other: WebSocket = new WebSocket(new URL('ws://localhost'), { finishRequest: finish });
`;

/** What goes by the types of encke/ws alone. */
const MORE_TYPED = `
  export const welcoming = new WebSocketServer({ port: 8080, verifyClient: ({ origin }) => origin !== '' });
  named.on('pong', function (this: Living) { this.isAlive = true; });
`;

/** What programs for pages write that get the client from a script element. */
const PAGE = `/// <reference types="encke/browser/fallbacks.js" />
  export const connection = encke.connect('/live', { transports: [encke.fallbacks.jsonp] });
  export const sent: Promise<number> = connection.send('a');
`;

/** The programs that have to compile. */
const PROGRAMS = {
  'encke-ws.mts': TYPED + MORE_TYPED,
  'ws.mts': TYPED.replaceAll('encke/ws', 'ws'),
  'page.mts': PAGE,
  'program.mts': programOf(SPECIFIERS),
} as const;

const TYPES_OF_WS = 'node_modules/@types/ws/index.d.ts';

const TSC = 'node_modules/typescript/bin/tsc';

/** What the compiler has to say about the program in a folder. */
function compiled(cwd: string): string {
  return spawnSync(process.execPath, [resolve(TSC)], { cwd, encoding: 'utf8' }).stdout;
}

/** What the compiler has to say about all the programs, in one run for Node 20, a line each. */
function compiledForNode(installation: Installation): readonly string[] {
  for (const [file, text] of Object.entries(PROGRAMS)) installation.write(file, text);
  const options = { module: 'node20', paths: { ws: [resolve(TYPES_OF_WS)] } };
  installation.write('tsconfig.json', configOf(options, Object.keys(PROGRAMS)));
  return compiled(installation.folder)
    .split('\n')
    .filter((line) => line !== '');
}

/** A program that would not compile if any subpath had no types. */
function programOf(specifiers: readonly string[]): string {
  const imports = specifiers.map((specifier, i) => `import * as m${i} from '${specifier}';`);
  const uses = specifiers.map((_, i) => `export type Keys${i} = keyof typeof m${i};`);
  return [...imports, ...uses, ''].join('\n');
}

function configOf(options: Readonly<Record<string, unknown>>, files: readonly string[]): string {
  return JSON.stringify({
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      target: 'es2023',
      lib: ['es2023', 'dom'],
      noEmit: true,
      types: ['node'],
      typeRoots: [resolve('node_modules/@types')],
      ...options,
    },
    files,
  });
}
