/** A program written for npm's `ws`, on `encke/ws`: what it gains by a changed import. */
import { WebSocketServer } from 'encke/ws';
import { serveEchoes } from './ws-echo.ts';

serveEchoes(WebSocketServer as never);
