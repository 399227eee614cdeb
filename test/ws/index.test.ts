import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import * as encke from 'encke/ws';

const require = createRequire(import.meta.url);

describe('encke/ws', () => {
  it('has on its default export what ws has there', () => {
    const { WebSocket, WebSocketServer, createWebSocketStream } = encke;
    assert.equal(encke.default, WebSocket);
    assert.equal(WebSocket.WebSocket, WebSocket);
    assert.equal(WebSocket.Server, WebSocketServer);
    assert.equal(WebSocket.WebSocketServer, WebSocketServer);
    assert.equal(WebSocket.createWebSocketStream, createWebSocketStream);
  });

  it('is required like ws: the class itself', () => {
    assert.equal(require('encke/ws'), encke.WebSocket);
  });
});
