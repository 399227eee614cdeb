import { readdirSync, readFileSync } from 'node:fs';

/** The built test files, found by their sources: what an older build left in `dist` is not run. */
export function testFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => `dist/test/${path.replace(/\.ts$/, '.js')}`)
    .sort();
}

/** The folder of `test/` that a built test file is of, or '' when it is of none. */
export function folderOf(file: string): string {
  const [, , folder, name] = file.split('/');
  return name === undefined ? '' : folder!;
}

/** The built test files that declare laws. */
export function lawFiles(): string[] {
  return testFiles().filter((file) => readFileSync(file, 'utf8').includes('support/law.js'));
}
