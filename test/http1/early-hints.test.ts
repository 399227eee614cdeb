import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { earlyHints } from '../../src/http1/early-hints.ts';

describe('earlyHints', () => {
  it('has a line for each link', () => {
    const style = '</style.css>; rel=preload; as=style';
    const font = '<https://a.example/f?x=1,2>; rel="preload"; title="a b", </b>; rel=next';
    assert.deepEqual(earlyHints(style), { link: [style] });
    assert.deepEqual(earlyHints([style, font, '<>']), { link: [style, font, '<>'] });
  });

  for (const wrong of [[], '', '/a', '</a', '</a> rel=next', '<a b>', '<a>\r\nX: b', '<a>; é€']) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => earlyHints(wrong), TypeError);
    });
  }

  it('refuses what is no text', () => {
    assert.throws(() => earlyHints([1 as unknown as string]), TypeError);
  });
});
