import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A program of `examples/`, running. */
export interface Example {
  /** The address that it printed. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts what `npm run <script>` starts, on a free port, and waits for it to print its address. */
export async function startExample(
  script: 'start' | 'subject',
  options: readonly string[] = [],
): Promise<Example> {
  const child = spawnExample(script, ['--port', '0', ...options]);
  child.stderr!.pipe(process.stderr);
  const url = await printed(child, /http:\S+/);
  return {
    url,
    async stop() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Starts what `npm run <script>` starts, without npm and a shell in between. */
export function spawnExample(
  script: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, file] = (scripts[script] as string).split(' ');
  return spawn(process.execPath, [file!, ...options], { env: { ...process.env, ...environment } });
}

/** What a program prints, once it matches. What comes later is read too: a closed pipe would end it. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    child
      .stdout!.setEncoding('utf8')
      .on('data', (text: string) => {
        output += text;
        const found = pattern.exec(output);
        if (found !== null) resolve(found[0]);
      })
      .on('end', () => {
        reject(new Error(`the program ended, having printed ${JSON.stringify(output)}`));
      });
  });
}
