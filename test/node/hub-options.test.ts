import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { newHub } from '../support/running-hub.ts';

describe('the options of a hub', () => {
  for (const [given, message] of [
    [{ orgins: [] }, 'createHub has no option orgins: did you mean origins?'],
    [{ onError: 'x' }, 'onError must be a function, not the string "x"'],
    [{ limits: 5 }, 'limits must be an object, not the number 5'],
  ] as const) {
    it(`are judged when it is made: ${message}`, () => {
      assert.throws(() => newHub(given as never), { name: 'TypeError', message });
    });
  }

  it('are judged when it listens and closes, too', async () => {
    const other = newHub();
    await assert.rejects(other.listen(8080 as never), /listen must be an object, not the number/);
    await assert.rejects(other.listen({ hostname: '::' } as never), /no option hostname/);
    assert.throws(() => other.close(10_000 as never), /close must be an object/);
    assert.throws(() => other.close({ drain: '5s' as never }), /drain is in milliseconds/);
    const { port } = await other.listen();
    assert.ok(port > 0, 'and has not been closed by that');
    await other.close();
  });
});
