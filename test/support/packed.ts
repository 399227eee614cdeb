import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder into which the package was installed as anyone would: from a packed file. */
export class Installation {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'encke-installed-'));

  constructor() {
    npm(process.cwd(), 'pack', '--ignore-scripts', '--pack-destination', this.folder);
    const packed = readdirSync(this.folder).find((file) => file.endsWith('.tgz'))!;
    this.write('package.json', '{ "private": true }');
    npm(this.folder, 'install', '--offline', '--no-audit', '--no-fund', `./${packed}`);
  }

  /** Puts a file into the folder. */
  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** What a program in the folder prints. */
  run(...args: readonly string[]): string {
    return execFileSync(process.execPath, args, { cwd: this.folder, encoding: 'utf8' });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync('npm', [...args, '--loglevel=error'], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
