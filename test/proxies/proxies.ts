/**
 * The proxies that are tried, each with its configuration of `examples/proxies/`: only where it
 * listens and where encke does are put in, and around it what a system's own configuration has.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs';
import { commandNamed, Program } from './program.ts';

/** A program that passes requests on. */
export interface ProxyKind {
  readonly name: string;
  /** What to install where it is missing. */
  readonly debianPackage: string;
  readonly command: string | undefined;
  /** Starts it, with its configuration of `examples/proxies/`, in front of servers on these ports. */
  start(ports: readonly number[]): Promise<Program>;
}

const NGINX = commandNamed('nginx');

export const nginx: ProxyKind = {
  name: 'nginx',
  debianPackage: 'nginx',
  command: NGINX,
  start: (ports) =>
    startNginx((port) =>
      example('nginx.conf', [
        ['listen 80;', `listen 127.0.0.1:${port};`],
        ['server 127.0.0.1:8080;', ports.map((each) => `server 127.0.0.1:${each};`).join(' ')],
      ]),
    ),
};

/** Starts nginx with these servers, and otherwise as Debian configures it. */
export function startNginx(servers: (port: number) => string, port?: number): Promise<Program> {
  return Program.start(
    NGINX,
    (port, folder) => `
      worker_processes 1;
      daemon off;
      master_process off;
      pid ${folder}/pid;
      error_log stderr warn;
      events { worker_connections 768; }
      http {
        access_log off;
        gzip on;
        client_body_temp_path ${folder}/body;
        proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/fastcgi;
        scgi_temp_path ${folder}/scgi;
        uwsgi_temp_path ${folder}/uwsgi;
        ${servers(port)}
      }`,
    (file, folder) => ['-p', folder, '-e', 'stderr', '-c', file],
    port,
  );
}

/** Where Debian has the modules. Where they are elsewhere, Apache counts as missing. */
const MODULES = '/usr/lib/apache2/modules';

const APACHE = existsSync(MODULES) ? commandNamed('apache2') : undefined;

export const apache: ProxyKind = {
  name: 'Apache',
  debianPackage: 'apache2-bin',
  command: APACHE,
  start: ([server]) =>
    Program.start(
      APACHE,
      (port, folder) => `
        ServerRoot ${folder}
        DefaultRuntimeDir ${folder}
        PidFile ${folder}/pid
        ErrorLog ${folder}/log
        ServerName localhost
        User www-data
        Group www-data
        Listen 127.0.0.1:${port}
        ${['mpm_event', 'authz_core', 'env', 'headers', 'filter', 'deflate', 'proxy', 'proxy_http']
          .map((module) => `LoadModule ${module}_module ${MODULES}/mod_${module}.so`)
          .join('\n')}
        AddOutputFilterByType DEFLATE text/html text/plain text/event-stream application/json
        ${example('apache.conf', [
          ['<VirtualHost *:80>', `<VirtualHost *:${port}>`],
          ['http://127.0.0.1:8080/', `http://127.0.0.1:${server}/`],
        ])}`,
      (file) => ['-X', '-f', file],
    ),
};

const HAPROXY = commandNamed('haproxy');

export const haproxy: ProxyKind = {
  name: 'HAProxy',
  debianPackage: 'haproxy',
  command: HAPROXY,
  start: (ports) =>
    Program.start(
      HAPROXY,
      (port) =>
        example('haproxy.cfg', [
          ['maxconn 20000', 'maxconn 500'],
          ['bind :80', `bind 127.0.0.1:${port}`],
          [
            'server encke1 127.0.0.1:8080 pool-purge-delay 30s',
            ports
              .map((each, i) => `server encke${i} 127.0.0.1:${each} pool-purge-delay 30s`)
              .join('\n    '),
          ],
        ]),
      (file) => ['-db', '-f', file],
    ),
};

export const PROXIES: readonly ProxyKind[] = [nginx, apache, haproxy];

/** What is missing, in one line; nothing when a proxy is there, or has to be: in continuous integration. */
export function missing(proxy: ProxyKind): string | undefined {
  if (proxy.command !== undefined || process.env['CI'] === 'true') return undefined;
  return `install ${proxy.name} (on Debian: apt-get install ${proxy.debianPackage})`;
}

/** A configuration of `examples/proxies/` with these parts replaced, each of which it has to have. */
function example(name: string, parts: readonly (readonly [string, string])[]): string {
  let text = readFileSync(`examples/proxies/${name}`, 'utf8');
  for (const [part, replacement] of parts) {
    if (!text.includes(part)) throw new Error(`${name} has no ${part}`);
    text = text.replace(part, replacement);
  }
  return text;
}
