// Bundles the browser's client into dist/browser, each entry as an ES module and as a classic script,
// and prints how large they are: `node .ci/bundle.mjs`. Fails when the client is over its limit.

import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** How many octets the client may have, minified and gzipped. */
const LIMIT = 5_000;

const OUTPUT = 'dist/browser';

const ENTRIES = [
  { entry: 'index', script: 'encke', global: 'encke', limit: LIMIT },
  { entry: 'fallbacks', script: 'encke-fallbacks', global: 'encke.fallbacks', limit: Infinity },
];

/**
 * Members of the client's own objects, which nobody outside of it sees. A name here must be neither
 * one of the wire, nor of the platform, nor of what `connect` takes and gives.
 */
const INTERNAL = [
  ...['acknowledge', 'batch', 'refuse', 'resend', 'settled'],
  ...['begin', 'drop', 'failed', 'isReady'],
  ...['become', 'finish', 'ladder', 'opened', 'take', 'tooLarge'],
  ...['canPost', 'flush', 'giveWay', 'lost', 'refused', 'requestFor'],
  ...['forget', 'hasMore', 'heard', 'iterate', 'worked'],
  ...['lastEventId', 'reconnectionTime'],
];

/** Bundles one entry; gives the text. */
async function bundle(entry, outfile, options) {
  await build({
    entryPoints: [`src/browser/${entry}.ts`],
    outfile: `${OUTPUT}/${outfile}`,
    bundle: true,
    minify: true,
    sourcemap: true,
    target: 'es2017',
    mangleProps: new RegExp(`^(?:${INTERNAL.join('|')})$`),
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    ...options,
  });
  return readFileSync(`${OUTPUT}/${outfile}`);
}

for (const { entry, script, global, limit } of ENTRIES) {
  const module = await bundle(entry, `${entry}.js`, { format: 'esm' });
  await bundle(entry, `${script}.js`, { format: 'iife', globalName: global });
  writeFileSync(`${OUTPUT}/${entry}.d.ts`, `export * from '../src/browser/${entry}.ts';\n`);
  const size = gzipSync(module, { level: 9 }).length;
  const bound = limit === Infinity ? '' : ` of ${limit.toLocaleString('en')}`;
  const octets = `${module.length.toLocaleString('en')} octets`;
  console.log(`encke/browser ${entry}: ${size.toLocaleString('en')}${bound} octets gzipped, ${octets} minified`);
  if (size > limit) process.exitCode = 1;
}

const NAMESPACE = `declare namespace encke {
  const connect: typeof import('./index.js').connect;
  namespace fallbacks {
    const foreverFrame: typeof import('./fallbacks.js').foreverFrame;
    const jsonp: typeof import('./fallbacks.js').jsonp;
  }
}
`;
writeFileSync(`${OUTPUT}/encke.d.ts`, NAMESPACE);
writeFileSync(`${OUTPUT}/encke-fallbacks.d.ts`, '/// <reference path="encke.d.ts" />\n');
