// Opens the site of the reference in the browser of whoever runs `npm run docs`. With --no-open, or in
// continuous integration, it only says where the site is.

import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OPENERS = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };

const site = fileURLToPath(new URL('../dist/docs/index.html', import.meta.url));
console.log(`the site is at ${pathToFileURL(site)}`);

if (process.env.CI === undefined && !process.argv.includes('--no-open')) {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const browser = spawn(command, [...args, site], { detached: true, stdio: 'ignore' });
  browser.on('error', () => console.log(`it can't be opened from here: there is no ${command}`));
  browser.unref();
}
