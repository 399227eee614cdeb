import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { endpointOf, frame, KEY, Listener } from '../support/websocket.ts';

describe('WebSocketEndpoint', () => {
  it('tells a message and answers it', () => {
    const listener = new (class extends Listener {
      override message(data: string | Uint8Array): void {
        super.message(data);
        endpoint.sendText(`${data}!`);
      }
    })();
    const { endpoint, output } = endpointOf('server', { listener });
    endpoint.receive(Buffer.from('818537fa213d7f9f4d5158', 'hex'));
    assert.deepEqual(listener.told, [['message', 'Hello']]);
    assert.deepEqual(output.take(), frame({ opcode: 1, payload: 'Hello!' }));
  });

  it('answers a Close frame and ends', () => {
    const { endpoint, listener, output } = endpointOf('server');
    endpoint.receive(frame({ opcode: 8, payload: '\x03\xe8', maskingKey: KEY }));
    assert.equal(endpoint.state, 'closed');
    assert.equal(output.state, 'ended');
    assert.equal(listener.told.length, 1);
  });
});
