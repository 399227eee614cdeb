import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Audience } from '../../src/channel/audience.ts';
import { START } from '../../src/channel/cursor.ts';
import { History } from '../../src/channel/history.ts';
import { DEFAULT_HISTORY } from '../../src/channel/history-options.ts';

describe('Audience', () => {
  it('knows the last entry of any of its channels', () => {
    const histories = [3, 7, 5].map((ms) => {
      return new History('a', DEFAULT_HISTORY, { ms, seq: 0 });
    });
    assert.deepEqual(new Audience(histories).last, { ms: 7, seq: 0 });
    assert.deepEqual(new Audience([]).last, START);
  });

  it('is known to its channels until it leaves', () => {
    const history = new History('a', DEFAULT_HISTORY, START);
    const audience = new Audience([history]);
    assert.deepEqual([...history.audiences], [audience]);
    audience.leave();
    assert.equal(history.audiences.size, 0);
  });
});
