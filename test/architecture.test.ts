import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';

import { graphOf, importsOf } from './support/imports.ts';

/** What stands below the doors and the clocks. */
const UP_TO_HUB: readonly string[] = [
  'errors.ts',
  'bytes',
  'http1',
  'deflate',
  'websocket',
  'event-stream',
  'channel',
  'comet',
  'hub',
];

/**
 * Which layers each layer may import, ground floor first. What is not here may not be, so a new
 * layer, or a new way between two, is a decision. Types are free: they are gone at run time.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  bytes: ['errors.ts'],
  http1: ['errors.ts', 'bytes'],
  deflate: ['errors.ts', 'bytes'],
  websocket: ['errors.ts', 'bytes', 'http1', 'deflate'],
  'event-stream': ['errors.ts', 'bytes'],
  channel: ['errors.ts'],
  comet: ['errors.ts', 'bytes', 'http1', 'event-stream', 'channel'],
  hub: ['errors.ts', 'bytes', 'http1', 'deflate', 'websocket', 'event-stream', 'channel', 'comet'],
  browser: ['event-stream'],
  node: [...UP_TO_HUB, 'browser'],
  ws: [...UP_TO_HUB, 'node'],
  cli: ['spec'],
  'client.ts': [...UP_TO_HUB, 'browser', 'node'],
  'index.ts': [...UP_TO_HUB, 'node'],
};

/** The built-ins that a layer may import. Only `node` waits for anything; the others compute. */
const BUILT_INS: Readonly<Record<string, readonly string[]>> = {
  websocket: ['node:crypto'], // SHA-1, for the opening handshake
  node: ['node:net', 'node:crypto'],
  // What the API of npm's `ws` is made of, and randomness. Nothing else imports this layer.
  ws: ['node:events', 'node:stream', 'node:http', 'node:crypto'],
  cli: ['node:fs', 'node:path', 'node:util'],
};

/** Files that may import one built-in more than their layer. */
const BUILT_INS_OF_FILE: Readonly<Record<string, readonly string[]>> = {
  'node/dial.ts': ['node:tls'],
  'ws/opening.ts': ['node:https'],
};

/** Tables, which every other test sees. Types and re-exports alone need no test either. */
const UNTESTED: readonly string[] = [
  'errors.ts',
  'bytes/ascii.ts',
  'deflate/alphabets.ts',
  'deflate/meanings.ts',
  'http1/fields.ts',
  'http1/limits.ts',
  'hub/carrier.ts',
];

/** What Node has no need of: the names of a page. The browser's layer alone may use them. */
const NAMES_OF_A_PAGE: readonly string[] = ['document', 'window', 'location'];

/** What would let a check be passed by without being seen. */
const SWITCHES: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a line that coverage does not count', /\bc8\s+ignore\b|\bv8\s+ignore\b|\bistanbul\s+ignore\b/],
  ['a test run alone or not at all', /\b(?:describe|it|test|suite|t)\.(?:only|skip|todo)\b/],
  ['an option that does the same', /['`],\s*\{\s*(?:skip|todo|only)\b/],
  ['a rule of the linter turned off', /\bbiome-ignore\b|\beslint-disable\b/],
  ['a rule of the compiler turned off', /@ts-(?:ignore|nocheck|expect-error)\b/],
];

const SOURCES = sourcesIn('src');

describe('architecture', () => {
  for (const file of SOURCES) {
    it(`src/${file} imports only what its layer may`, () => {
      const layer = layerOf(file);
      const layers = MAY_IMPORT[layer];
      assert.ok(layers, `no rule for the layer ${layer}`);
      const builtIns = [...(BUILT_INS[layer] ?? []), ...(BUILT_INS_OF_FILE[file] ?? [])];
      for (const specifier of importsOf(`dist/src/${built(file)}`)) {
        if (specifier.startsWith('.')) {
          const imported = layerOf(posix.join(file, '..', specifier).replace(/\.js$/, '.ts'));
          assert.ok(imported === layer || layers.includes(imported), `imports ${imported}`);
        } else {
          assert.ok(builtIns.includes(specifier), `imports ${specifier}`);
        }
      }
    });

    it(`src/${file} takes Buffer from the global scope`, () => {
      assert.ok(!importsOf(`src/${file}`).includes('node:buffer'));
    });

    it(`src/${file} knows no page`, () => {
      if (layerOf(file) === 'browser') return;
      assert.deepEqual(globalsOf(`src/${file}`, NAMES_OF_A_PAGE), []);
    });

    it(`src/${file} has a test of its own`, () => {
      if (UNTESTED.includes(file) || isEmpty(`dist/src/${built(file)}`)) return;
      assert.ok(existsSync(`test/${file.replace(/\.ts$/, '.test.ts')}`));
    });
  }

  for (const [subpath, entry] of publicEntries()) {
    it(`the graph of ${subpath} holds nothing from outside the package`, () => {
      for (const file of graphOf(entry).keys()) {
        for (const specifier of importsOf(file)) {
          const isOurs = specifier.startsWith('.') || isBuiltIn(specifier);
          assert.ok(isOurs, `${file} imports ${specifier}`);
        }
      }
    });
  }

  it('a program that imports the server alone loads no TLS', () => {
    const importing = [...graphOf('dist/src/index.js').keys()].filter((file) =>
      importsOf(file).includes('node:tls'),
    );
    assert.deepEqual(importing, []);
  });

  for (const file of sourcesIn('spec')) {
    it(`spec/${file} imports nothing from src and no package`, () => {
      for (const specifier of importsOf(`spec/${file}`)) {
        const isSpec = posix.join('spec', file, '..', specifier).startsWith('spec/');
        assert.ok(specifier.startsWith('.') ? isSpec : isBuiltIn(specifier), specifier);
      }
    });
  }

  for (const folder of ['src', 'spec', 'test', 'bench', 'examples']) {
    for (const file of sourcesIn(folder)) {
      it(`${folder}/${file} turns no check off`, () => {
        const text = readFileSync(`${folder}/${file}`, 'utf8');
        for (const [what, pattern] of SWITCHES) assert.doesNotMatch(text, pattern, what);
      });
    }
  }
});

// Helpers

/** The TypeScript files under `folder`, each by its path in it. */
function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules/'));
}

/** The folder of `src` that a file is in, or the file itself when it is at the top; or `spec`. */
function layerOf(file: string): string {
  return file.replace(/^\.\.\//, '').split('/')[0]!;
}

function built(file: string): string {
  return file.replace(/\.ts$/, '.js');
}

/** Whether nothing is left of the file at run time but what it passes on. */
function isEmpty(builtPath: string): boolean {
  return parsed(builtPath).statements.every(ts.isExportDeclaration);
}

/** The subpaths of the package, each with the built file that it names. */
function publicEntries(): [subpath: string, file: string][] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string>;
  };
  return Object.entries(exports)
    .filter(([, file]) => file.endsWith('.js') && existsSync(file))
    .map(([subpath, file]) => [subpath, posix.normalize(file)]);
}

function isBuiltIn(specifier: string): boolean {
  return specifier.startsWith('node:') && builtinModules.includes(specifier.slice('node:'.length));
}

/** Which of `names` the file takes from the global scope: uses as values and declares nowhere. */
function globalsOf(path: string, names: readonly string[]): string[] {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.includes(node.text)) {
      if (isDeclaredName(node)) declared.add(node.text);
      else if (!isMemberName(node)) used.add(node.text);
    }
    node.forEachChild(visit);
  };
  visit(parsed(path));
  return [...used].filter((name) => !declared.has(name));
}

/** Whether the identifier is what a variable or parameter is called. */
function isDeclaredName(node: ts.Identifier): boolean {
  const { parent } = node;
  const isBinding =
    ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent);
  return isBinding && parent.name === node;
}

/** Whether the identifier names a member of something: `x.location`, `{ location: … }`. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  const isMember =
    ts.isPropertyAssignment(parent) || ts.isClassElement(parent) || ts.isTypeElement(parent);
  return isMember && parent.name === node;
}

function parsed(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);
}
