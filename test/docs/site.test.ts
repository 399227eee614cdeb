import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import ts from 'typescript';

/** What TypeDoc is told. */
interface SiteOptions {
  readonly entryPoints: readonly string[];
  readonly projectDocuments: readonly string[];
  readonly treatWarningsAsErrors: boolean;
}

const { typedocOptions } = ts.readConfigFile('tsconfig.json', ts.sys.readFile).config as {
  readonly typedocOptions: SiteOptions;
};

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly exports: Readonly<Record<string, string>>;
};

describe('the site of npm run docs', () => {
  const sources = Object.values(exports)
    .map(sourceOf)
    .filter((source) => source.endsWith('.ts') && existsSync(source));

  for (const source of sources) {
    it(`describes ${source}, which the package exports`, () => {
      assert.ok(typedocOptions.entryPoints.includes(source));
    });
  }

  it('describes nothing else', () => {
    assert.deepEqual([...typedocOptions.entryPoints].sort(), sources.toSorted());
  });

  it('holds the guides, and takes a warning for an error', () => {
    assert.deepEqual(typedocOptions.projectDocuments, ['docs/*.md']);
    assert.equal(typedocOptions.treatWarningsAsErrors, true);
  });
});

// Helpers

/** The source of what is published; a bundle, and what is no module, has none of its own. */
function sourceOf(published: string): string {
  return published
    .replace('./dist/browser/', 'src/browser/')
    .replace('./dist/', '')
    .replace(/\.js$/, '.ts');
}
