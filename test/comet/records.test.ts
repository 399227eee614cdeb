import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  ackRecord,
  byeRecord,
  cursorRecord,
  gapRecord,
  readyRecord,
} from '../../src/comet/records.ts';

describe('readyRecord', () => {
  it('tells session, position and how reading goes on, and no more', () => {
    const ready = {
      session: 's',
      cursor: 'e.1-0',
      recovery: 'gap',
      gaps: ['', 'news'],
      heartbeat: 20_000,
    } as const;
    assert.equal(
      readyRecord({ ...ready, ...{ secret: 1 } }),
      '{"ready":{"session":"s","cursor":"e.1-0","recovery":"gap","gaps":["","news"],"heartbeat":20000}}',
    );
  });
});

describe('gapRecord', () => {
  it('names the channels and the position', () => {
    assert.equal(gapRecord(['a', 'b'], 'e.1-0'), '{"gap":["a","b"],"cursor":"e.1-0"}');
  });

  it('holds nothing that ends a script or a line, and means the same', () => {
    const channels = ['</script>', '\u2028', '\u2029', '\r\n', '__proto__', '<!--'];
    const record = gapRecord(channels, '');
    assert.doesNotMatch(record, /[<\u2028\u2029\r\n]/);
    assert.deepEqual(JSON.parse(record), { gap: channels, cursor: '' });
  });
});

describe('cursorRecord', () => {
  it('tells the position', () => {
    assert.equal(cursorRecord('e.1-0'), '{"cursor":"e.1-0"}');
  });
});

describe('ackRecord', () => {
  it('tells the number', () => {
    assert.equal(ackRecord(7), '{"ack":7}');
  });
});

describe('byeRecord', () => {
  it('tells the reason and when to come back', () => {
    assert.equal(byeRecord('round', 0), '{"bye":{"reason":"round","retry":0}}');
  });

  it('tells the status of a refusal, and the number that was expected', () => {
    assert.equal(
      byeRecord('refused', 0, { status: 403 }),
      '{"bye":{"reason":"refused","status":403,"retry":0}}',
    );
    assert.equal(
      byeRecord('out-of-order', 0, { expected: 3 }),
      '{"bye":{"reason":"out-of-order","expected":3,"retry":0}}',
    );
  });
});
