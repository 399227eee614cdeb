/**
 * All probes of a client of WebSocket.
 *
 * @module
 */

import type { Probe } from '../probe.ts';
import { framing } from './framing.ts';
import { request } from './request.ts';
import type { WebSocketClientSubject } from './subject.ts';

export const WEBSOCKET_CLIENT_PROBES: readonly Probe<WebSocketClientSubject>[] = [
  ...request,
  ...framing,
];
