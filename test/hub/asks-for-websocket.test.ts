import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FieldList } from '../../src/http1/fields.ts';
import { asksForWebSocket } from '../../src/hub/asks-for-websocket.ts';

describe('asksForWebSocket', () => {
  it('wants Upgrade and Connection to name it, in any case and among others', () => {
    assert.equal(asks('websocket', 'Upgrade'), true);
    assert.equal(asks('h2c, WebSocket', 'keep-alive, upgrade'), true);
    assert.equal(asks('websocket', 'keep-alive'), false);
    assert.equal(asks('h2c', 'Upgrade'), false);
    assert.equal(asks(undefined, 'Upgrade'), false);
    assert.equal(asks('web socket', 'Upgrade'), false);
  });

  it('knows no upgrade in HTTP/1.0', () => {
    assert.equal(asks('websocket', 'Upgrade', 0), false);
  });

  it('knows an extended CONNECT in HTTP/2, and no upgrade', () => {
    const fields = new FieldList([
      { name: 'connection', value: 'Upgrade' },
      { name: 'upgrade', value: 'websocket' },
    ]);
    const head = {
      method: 'CONNECT',
      target: '/',
      minorVersion: 1,
      majorVersion: 2,
      fields,
    } as const;
    assert.equal(asksForWebSocket({ ...head, protocol: 'websocket' }), true);
    assert.equal(asksForWebSocket({ ...head, protocol: 'connect-udp' }), false);
    assert.equal(asksForWebSocket(head), false);
  });
});

// Helpers

function asks(upgrade: string | undefined, connection: string, minorVersion: 0 | 1 = 1): boolean {
  const lines = [{ name: 'connection', value: connection }];
  if (upgrade !== undefined) lines.push({ name: 'upgrade', value: upgrade });
  return asksForWebSocket({
    method: 'GET',
    target: '/',
    minorVersion,
    fields: new FieldList(lines),
  });
}
