import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';

import { hearLines } from '../../spec/told-lines.ts';

describe('hearLines', () => {
  it('tells each line as it is whole, and leaves what is no object in JSON', () => {
    const { output, heard } = hearing();
    for (const text of ['{"type":"a"}\n{"ty', 'pe":"b"}\nready\n1\nnull\n', '{"type":"c"}']) {
      output.write(text);
    }
    assert.deepEqual(heard, [{ type: 'a' }, { type: 'b' }]);
  });

  it('has a program ended that tells more than 128 MiB', () => {
    const { output, ended } = hearing();
    const much = Buffer.alloc(2 ** 26, 'a');
    output.write(much);
    output.write(much);
    assert.equal(ended(), false);
    output.write('a');
    assert.equal(ended(), true);
  });
});

// Helpers

function hearing() {
  const output = new PassThrough();
  const heard: object[] = [];
  let isEnded = false;
  hearLines(
    output,
    (told) => void heard.push(told),
    () => {
      isEnded = true;
    },
  );
  return { output, heard, ended: () => isEnded };
}
