import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: { encke: string } };

describe('the command encke', () => {
  it('is a program that ends with the exit code', () => {
    assert.match(readFileSync(bin.encke, 'utf8'), /^#!\/usr\/bin\/env node\n/);
    const called = spawnSync(process.execPath, [bin.encke, 'conform'], { encoding: 'utf8' });
    assert.equal(called.status, 2);
    assert.match(called.stderr, /^encke: whom to judge\?/);
    const listed = spawnSync(process.execPath, [bin.encke, 'conform', '--list'], {
      encoding: 'utf8',
    });
    assert.equal(listed.status, 0);
    assert.match(listed.stdout, /^6455-.*\n9112-/ms);
  });

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [bin.encke, 'conform', '--list']);
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
    child.stdout.destroy();
    await once(child, 'close');
    assert.equal(complaint, '');
  });
});
