/** A program written for npm's `ws`, on it. */
import { WebSocketServer } from 'ws';
import { serveEchoes } from './ws-echo.ts';

serveEchoes(WebSocketServer);
