import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { OutputList } from '../../src/bytes/output.ts';
import { ascii } from '../support/octets.ts';

describe('OutputList', () => {
  it('remembers what was written, in the order it was', () => {
    const output = new OutputList();
    const start = output.reserve(2);
    output.octets.write('ab', start, 'latin1');
    output.append(ascii('cd'));
    assert.equal(output.take().toString(), 'abcd');
  });

  it('takes each octet once', () => {
    const output = new OutputList();
    output.append(ascii('ab'));
    output.take();
    output.append(ascii('cd'));
    assert.equal(output.take().toString(), 'cd');
    assert.equal(output.take().length, 0);
  });

  it('is ended once, and by destroying whatever came before', () => {
    const output = new OutputList();
    assert.equal(output.state, 'open');
    output.end();
    assert.equal(output.state, 'ended');
    output.destroy();
    assert.equal(output.state, 'destroyed');
    output.end();
    assert.equal(output.state, 'destroyed');
  });

  it('for any writes: what is taken is all of them, and later ones leave it as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (pieces) => {
        const output = new OutputList();
        for (const octets of pieces) output.append(octets);
        const taken = output.take();
        output.append(new Uint8Array(taken.length).fill(0xff));
        assert.deepEqual(taken, Buffer.concat(pieces));
      }),
    );
  });
});
