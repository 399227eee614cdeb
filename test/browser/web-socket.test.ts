import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { webSocket } from '../../src/browser/web-socket.ts';
import { FakeBrowser } from '../support/fake-browser.ts';

function opened(url = 'https://localhost/live?http=1') {
  const browser = new FakeBrowser();
  const heard: unknown[] = [];
  const link = webSocket.open({
    url,
    init: {},
    platform: browser.platform,
    receive: (records) => void heard.push(records),
    ended: (failure) => void heard.push(failure),
  });
  return { socket: browser.socket, heard, link };
}

describe('webSocket', () => {
  it('connects to the same address under the schemes of WebSocket', () => {
    assert.equal(opened().socket.url.href, 'wss://localhost/live?http=1');
    assert.equal(opened('http://localhost/live').socket.url.href, 'ws://localhost/live');
  });

  it('takes each message as a record, and sends each as it is', () => {
    const { socket, heard, link } = opened();
    socket.tell({ ack: 1 });
    assert.deepEqual(heard, ['{"ack":1}']);
    link.send!('{"n":1}');
    assert.deepEqual(socket.sent, ['{"n":1}']);
    link.close();
    assert.ok(socket.isClosed);
  });

  it('tells how it was closed, and whether a message was too large', () => {
    const { socket, heard } = opened();
    socket.cut(1006);
    socket.cut(1009, 'over limits.message');
    assert.deepEqual(heard, [
      { text: '', status: undefined },
      { text: 'over limits.message', status: 413 },
    ]);
  });
});
