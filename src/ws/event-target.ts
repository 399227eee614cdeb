import type { ClientRequest, IncomingMessage } from 'node:http';
import { Emitter } from './emitter.ts';
import {
  addListener,
  type CloseEvent,
  type ErrorEvent,
  type Event,
  type EventListenerOptions,
  handlerOf,
  type Listener,
  type MessageEvent,
  removeListener,
  setHandler,
  type WebSocketEventMap,
} from './events.ts';
import type { RawData } from './payload.ts';

/** The events of a socket, with the arguments of their listeners. */
export interface WebSocketEvents {
  open: [];
  message: [data: RawData, isBinary: boolean];
  ping: [payload: Buffer];
  pong: [payload: Buffer];
  error: [error: Error];
  close: [code: number, reason: Buffer];
  upgrade: [response: IncomingMessage];
  redirect: [url: string, request: ClientRequest];
  'unexpected-response': [request: ClientRequest, response: IncomingMessage];
}

/** An emitter that can be listened to as browsers do it, too. */
export class WebSocketEventTarget extends Emitter<WebSocketEvents> {
  /** Called when the connection is open. */
  get onopen(): ((event: Event) => void) | null {
    return handlerOf(this, 'open') as ((event: Event) => void) | null;
  }

  /** Takes the place of the one before. */
  set onopen(handler: ((event: Event) => void) | null) {
    setHandler(this, 'open', handler);
  }

  /** Called for each message. */
  get onmessage(): ((event: MessageEvent) => void) | null {
    return handlerOf(this, 'message') as ((event: MessageEvent) => void) | null;
  }

  /** Takes the place of the one before. */
  set onmessage(handler: ((event: MessageEvent) => void) | null) {
    setHandler(this, 'message', handler);
  }

  /** Called when something went wrong, before `onclose`. */
  get onerror(): ((event: ErrorEvent) => void) | null {
    return handlerOf(this, 'error') as ((event: ErrorEvent) => void) | null;
  }

  /** Takes the place of the one before. */
  set onerror(handler: ((event: ErrorEvent) => void) | null) {
    setHandler(this, 'error', handler);
  }

  /** Called once, at the end. */
  get onclose(): ((event: CloseEvent) => void) | null {
    return handlerOf(this, 'close') as ((event: CloseEvent) => void) | null;
  }

  /** Takes the place of the one before. */
  set onclose(handler: ((event: CloseEvent) => void) | null) {
    setHandler(this, 'close', handler);
  }

  /** Adds a listener for `open`, `message`, `error` or `close`, as browsers have them. */
  addEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: Listener<WebSocketEventMap[K]>,
    options?: EventListenerOptions,
  ): void {
    addListener(this, type, listener, options);
  }

  /** Takes a listener away that was added so. */
  removeEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: Listener<WebSocketEventMap[K]>,
  ): void {
    removeListener(this, type, listener);
  }
}
