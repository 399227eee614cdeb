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

  for (const specifier of SPECIFIERS) {
    it(`gives the same exports to import and require of ${specifier}`, () => {
      installation.write('import.mjs', `console.log(Object.keys(await import('${specifier}')))`);
      installation.write('require.cjs', `console.log(Object.keys(require('${specifier}')))`);
      const imported = installation.run('import.mjs');
      assert.equal(installation.run('--no-warnings', 'require.cjs'), imported);
      assert.notEqual(imported, '[]\n');
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
    installation.write(
      'page.mts',
      `/// <reference types="encke/browser/fallbacks.js" />
      export const connection = encke.connect('/live', { transports: [encke.fallbacks.jsonp] });
      export const sent: Promise<number> = connection.send('a');\n`,
    );
    installation.write('tsconfig.json', configOf({ module: 'node20' }, 'page.mts'));
    assert.equal(compiled(installation.folder), '');
  });

  for (const [how, options] of [
    ['node20', { module: 'node20' }],
    ['a bundler', { module: 'preserve', moduleResolution: 'bundler' }],
  ] as const) {
    it(`shows its types to a strict program compiled for ${how}`, () => {
      installation.write('program.mts', programOf(SPECIFIERS));
      installation.write('tsconfig.json', configOf(options));
      assert.equal(compiled(installation.folder), '');
    });
  }
});

// Helpers

const TSC = 'node_modules/typescript/bin/tsc';

/** What the compiler has to say about the program in a folder. */
function compiled(cwd: string): string {
  return spawnSync(process.execPath, [resolve(TSC)], { cwd, encoding: 'utf8' }).stdout;
}

/** A program that would not compile if any subpath had no types. */
function programOf(specifiers: readonly string[]): string {
  const imports = specifiers.map((specifier, i) => `import * as m${i} from '${specifier}';`);
  const uses = specifiers.map((_, i) => `export type Keys${i} = keyof typeof m${i};`);
  return [...imports, ...uses, ''].join('\n');
}

function configOf(options: Readonly<Record<string, unknown>>, file = 'program.mts'): string {
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
    files: [file],
  });
}
