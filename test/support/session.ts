import { DEFAULT_LIMITS } from '../../src/hub/limits.ts';
import { Session } from '../../src/hub/session.ts';
import type { WebSocketHandlers } from '../../src/hub/websocket-route.ts';
import type { MessageCompression } from '../../src/websocket/message-compression.ts';
import { TestCarrier } from './test-carrier.ts';
import { frameTo } from './websocket.ts';

/** A session on a carrier without a stream, and what its handlers and its peer have seen. */
export function sessionWith(
  handlers: Partial<WebSocketHandlers<unknown>> = {},
  rest: Uint8Array = new Uint8Array(0),
  heartbeat = 20_000,
  compression?: MessageCompression,
) {
  const carrier = new TestCarrier();
  const told: string[] = [];
  const reported: unknown[] = [];
  const recording: WebSocketHandlers<unknown> = {
    open: () => told.push('open'),
    message: (_, data) => told.push(`message ${data}`),
    drain: () => told.push('drain'),
    ping: (_, payload) => told.push(`ping ${Buffer.from(payload)}`),
    pong: (_, payload) => told.push(`pong ${Buffer.from(payload)}`),
    close: (_, code, reason, error) => told.push(`close ${code} ${reason} ${error?.code}`),
    ...handlers,
  };
  const terms = {
    handlers: recording,
    limits: DEFAULT_LIMITS,
    heartbeat,
    report: (error: unknown) => reported.push(error),
  };
  const session = new Session(terms, carrier, undefined, '', compression);
  session.begin(rest);
  const wire = (): string => carrier.output.take().toString('latin1');
  return { carrier, session, told, reported, wire };
}

/** A text message as a client sends it. */
export function text(content: string): Buffer {
  return frameTo('server', { opcode: 1, payload: content });
}
