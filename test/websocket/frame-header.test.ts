import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FrameHeader } from '../../src/websocket/frame-header.ts';
import { frame } from '../support/websocket.ts';

describe('FrameHeader', () => {
  it('decodes the header of a masked frame', () => {
    const header = new FrameHeader();
    const octets = frame({ opcode: 2, payload: 'x'.repeat(300), maskingKey: 0x8765fedc });
    assert.equal(header.decode(octets, 0, octets.length, 'server', false, 1000), 8);
    assert.deepEqual(
      { ...header },
      { fin: true, opcode: 2, payloadLength: 300, maskingKey: 0x8765fedc },
    );
  });
});
