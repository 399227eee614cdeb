/**
 * All peers: who they are, how they are started, and where they are asked.
 *
 * @module
 */

import { chmodSync, writeFileSync } from 'node:fs';

import {
  type ClientUnderTest,
  conform,
  conformClient,
  type Report,
  type ServerUnderTest,
} from '../../spec/conformance.ts';
import { commandNamed, Program } from '../proxies/program.ts';
import { startNginx } from '../proxies/proxies.ts';
import {
  bun,
  INSTALL_HEAVY,
  ownVersion,
  PYTHON,
  packageVersion,
  programVersion,
  pythonVersion,
} from './installed.ts';
import type { Peer } from './peer.ts';

/** More than a busy machine may stand still. */
const TIMEOUT = 5_000;

const PROGRAMS = 'test/peers/programs';
const NPM_SERVER = 'dist/test/peers/programs/npm-server.js';
const HTTP_CLIENT = 'dist/test/peers/programs/http-client.js';
const NPM = 'npm ci --ignore-scripts';
const ON_NODE = `on node:http of Node ${process.versions.node}`;
const APACHE_MODULES = '/usr/lib/apache2/modules';

/** The addresses of a server, by its port. */
type Doors = (port: number) => ServerUnderTest;

const both: Doors = (port) => ({ ...webSocketAlone(port), ...httpAlone(port) });
const webSocketAlone: Doors = (port) => ({ webSocket: `ws://127.0.0.1:${port}/` });
const httpAlone: Doors = (port) => ({ http: `http://127.0.0.1:${port}/` });

export const PEERS: readonly Peer[] = [
  {
    ...server('encke', 'npm run subject, which compresses', NPM),
    version: ownVersion,
    judge: judgesServer(
      () => started(process.execPath, ['dist/examples/subject.js', '--deflate', '--port']),
      both,
      { long: true },
    ),
  },
  npmWebSocket('ws', `with perMessageDeflate, ${ON_NODE}`),
  npmWebSocket('websocket', ON_NODE),
  npmWebSocket('faye-websocket', ON_NODE),
  {
    ...server('node:http', 'with a reflector', NPM),
    version: () => process.versions.node,
    judge: judgesServer(() => started(process.execPath, [NPM_SERVER, 'node:http']), httpAlone),
  },
  {
    ...server('better-sse', ON_NODE, NPM),
    version: () => packageVersion('better-sse'),
    judge: judgesServer(
      () => started(process.execPath, [NPM_SERVER, 'better-sse']),
      (port) => ({ eventStream: `http://127.0.0.1:${port}/stream`, heartbeat: 200 }),
    ),
  },
  {
    ...server('sockjs', `its raw WebSocket, ${ON_NODE}`, INSTALL_HEAVY),
    version: () => packageVersion('sockjs'),
    judge: judgesServer(
      () => started(process.execPath, [`${PROGRAMS}/sockjs.mjs`]),
      (port) => ({ ...httpAlone(port), webSocket: `ws://127.0.0.1:${port}/sockjs/websocket` }),
    ),
  },
  {
    ...server('engine.io', `its HTTP, ${ON_NODE}`, INSTALL_HEAVY),
    version: () => packageVersion('engine.io'),
    judge: judgesServer(() => started(process.execPath, [`${PROGRAMS}/engine-io.mjs`]), httpAlone),
  },
  {
    ...server('Bun', 'Bun.serve', INSTALL_HEAVY),
    version: () => (bun() === undefined ? undefined : packageVersion('bun')),
    judge: judgesServer(() => started(bun(), [`${PROGRAMS}/bun.mjs`]), both),
  },
  {
    ...server('websockets', 'of Python', debian('python3-websockets')),
    version: () => pythonVersion('websockets'),
    judge: judgesServer(
      () => started(PYTHON, [`${PROGRAMS}/websockets_server.py`]),
      webSocketAlone,
    ),
  },
  {
    ...server('aiohttp', 'of Python', debian('python3-aiohttp')),
    version: () => pythonVersion('aiohttp'),
    judge: judgesServer(() => started(PYTHON, [`${PROGRAMS}/aiohttp_server.py`]), both),
  },
  {
    ...server('nginx', 'a constant answer', debian('nginx')),
    version: () => programVersion('nginx', '-v'),
    judge: judgesServer(
      () =>
        startNginx(
          (port) => `server {
            listen 127.0.0.1:${port};
            location = / { default_type text/plain; return 200 ok; }
            location / { return 404; }
          }`,
        ),
      httpAlone,
    ),
  },
  {
    ...server('Apache', 'a file', debian('apache2-bin')),
    version: () => programVersion('apache2', '-v'),
    judge: judgesServer(startApache, httpAlone),
  },
  webSocket('encke WebSocket', 'encke', ownVersion, 'its WebSocket, which compresses'),
  eventSource('encke EventSource', 'encke', ownVersion),
  http('encke HTTP', 'what its WebSocket and its EventSource ask by', 'encke', ownVersion),
  ...['ws', 'websocket', 'faye-websocket', 'undici'].map((name) =>
    webSocket(name, name, () => packageVersion(name)),
  ),
  eventSource('undici EventSource', 'undici', () => packageVersion('undici')),
  http('undici fetch', 'its fetch', 'undici', () => packageVersion('undici')),
  http('node:http', 'http.request and an Agent', 'node:http', () => process.versions.node),
  client('Bun', 'its WebSocket', INSTALL_HEAVY, () => bun() && packageVersion('bun'), {
    speaks: 'websocket',
    command: [bun() ?? 'bun', `${PROGRAMS}/client.mjs`, 'global', '{url}', '{protocols}'],
  }),
  python('websockets'),
  python('aiohttp'),
];

function server(
  name: string,
  about: string,
  install: string,
): Pick<Peer, 'name' | 'role' | 'about' | 'install'> {
  return { name, role: 'server', about, install };
}

function npmWebSocket(name: string, about: string): Peer {
  return {
    ...server(name, about, NPM),
    version: () => packageVersion(name),
    judge: judgesServer(() => started(process.execPath, [NPM_SERVER, name]), both),
  };
}

function client(
  name: string,
  about: string,
  install: string,
  version: () => string | undefined,
  subject: ClientUnderTest,
): Peer {
  const judge: Peer['judge'] = (onResult) => {
    let done = 0;
    const told = (_: unknown, total: number) => onResult(++done, total);
    return conformClient({ name, ...subject }, { timeout: TIMEOUT, seed: 1, onResult: told });
  };
  return { name, role: 'client', about, install, version, judge };
}

function webSocket(
  name: string,
  library: string,
  version: Peer['version'],
  about = 'its WebSocket',
): Peer {
  return client(name, about, NPM, version, {
    speaks: 'websocket',
    command: [process.execPath, `${PROGRAMS}/client.mjs`, library, '{url}', '{protocols}'],
  });
}

function eventSource(name: string, library: string, version: Peer['version']): Peer {
  return client(name, 'its EventSource', NPM, version, {
    speaks: 'event-stream',
    command: [process.execPath, `${PROGRAMS}/event-source.mjs`, library, '{url}', '{types}'],
  });
}

function http(name: string, about: string, library: string, version: Peer['version']): Peer {
  return client(name, about, NPM, version, {
    speaks: 'http',
    command: [process.execPath, HTTP_CLIENT, library, '{url}'],
  });
}

function python(name: string): Peer {
  const install = debian(`python3-${name}`);
  return client(name, 'of Python', install, () => pythonVersion(name), {
    speaks: 'websocket',
    command: [PYTHON, `${PROGRAMS}/${name}_client.py`, '{url}', '{protocols}'],
  });
}

/** Starts a server, judges it where its doors are, and ends it. */
function judgesServer(
  start: () => Promise<Program>,
  doors: Doors,
  options: { readonly long?: boolean } = {},
): Peer['judge'] {
  return async (onResult): Promise<Report> => {
    const program = await start();
    let done = 0;
    const told = (_: unknown, total: number) => onResult(++done, total);
    try {
      const subject = doors(program.port);
      return await conform(subject, { ...options, timeout: TIMEOUT, seed: 1, onResult: told });
    } finally {
      await program.stop();
    }
  };
}

/** Starts a program that takes a port for its last argument. */
function started(command: string | undefined, args: readonly string[]): Promise<Program> {
  let listening = 0;
  const configuration = (port: number) => {
    listening = port;
    return '';
  };
  return Program.start(command, configuration, () => [...args, `${listening}`]);
}

function startApache(): Promise<Program> {
  return Program.start(
    commandNamed('apache2'),
    (port, folder) => {
      chmodSync(folder, 0o755);
      writeFileSync(`${folder}/index.html`, 'ok');
      return `
        ServerRoot ${folder}
        DefaultRuntimeDir ${folder}
        PidFile ${folder}/pid
        ErrorLog ${folder}/log
        ServerName localhost
        User www-data
        Group www-data
        Listen 127.0.0.1:${port}
        ${['mpm_event', 'authz_core', 'dir'].map((name) => `LoadModule ${name}_module ${APACHE_MODULES}/mod_${name}.so`).join('\n')}
        DocumentRoot ${folder}
        DirectoryIndex index.html`;
    },
    (file) => ['-X', '-f', file],
  );
}

function debian(name: string): string {
  return `apt-get install ${name}`;
}
