/**
 * The events that browsers have, told by an emitter: `addEventListener`, `onmessage` and their like.
 *
 * @module
 */
import type { EventEmitter } from 'node:events';
import { CloseCode } from '../websocket/close-code.ts';
import type { Data } from './payload.ts';
import type { WebSocket } from './websocket.ts';

/** What all events have. */
export interface Event {
  readonly type: string;
  readonly target: WebSocket;
}

/** What went wrong, before the `close` that follows. */
export interface ErrorEvent extends Event {
  readonly error: NodeJS.ErrnoException;
  readonly message: string;
}

/** The event that ends a socket. */
export interface CloseEvent extends Event {
  /** Whether the closing handshake was completed. */
  readonly wasClean: boolean;
  readonly code: number;
  readonly reason: string;
}

/** A message: a string if it is text. */
export interface MessageEvent extends Event {
  readonly data: Data;
}

/** The events by their names. */
export interface WebSocketEventMap {
  open: Event;
  error: ErrorEvent;
  close: CloseEvent;
  message: MessageEvent;
}

/** What listens: a function, or an object that has one. */
export type Listener<E> = ((event: E) => void) | ListeningObject<E>;

/** An object that listens. */
export interface ListeningObject<E> {
  /** Is told of each event. */
  handleEvent(event: E): void;
}

/** How a listener is added. */
export interface EventListenerOptions {
  /** Whether it is called once at most. */
  readonly once?: boolean | undefined;
}

type Type = keyof WebSocketEventMap;
type Arguments = readonly unknown[];

/** How the arguments of the emitter's event become the properties of the browser's. */
const PROPERTIES: Readonly<Record<Type, (...told: Arguments) => object>> = {
  open: () => ({}),
  error: (error) => ({ error, message: (error as Error).message }),
  close: (code, reason) => ({
    code,
    reason: String(reason),
    wasClean: code !== CloseCode.Abnormal,
  }),
  message: (data, isBinary) => ({ data: isBinary ? data : String(data) }),
};

const GIVEN = Symbol('given');
const IS_HANDLER = Symbol('is handler');

/** A listener of the emitter, with what it stands for. */
interface Wrapper {
  (...told: Arguments): void;
  [GIVEN]: unknown;
  [IS_HANDLER]: boolean;
}

/** Adds a listener for an event as browsers have it, unless it is there already. */
export function addListener(
  target: EventEmitter,
  type: string,
  given: unknown,
  { once = false }: EventListenerOptions = {},
): void {
  if (Object.hasOwn(PROPERTIES, type) && find(target, type, given) === undefined) {
    add(target, type as Type, given, once, false);
  }
}

/** Takes a listener away that was added so. */
export function removeListener(target: EventEmitter, type: string, given: unknown): void {
  const wrapper = find(target, type, given);
  if (wrapper !== undefined) target.removeListener(type, wrapper);
}

/** What `on<type>` is set to. */
export function handlerOf(target: EventEmitter, type: Type): unknown {
  return findHandler(target, type)?.[GIVEN] ?? null;
}

/** Sets `on<type>`; whatever is no function takes it away. */
export function setHandler(target: EventEmitter, type: Type, given: unknown): void {
  const before = findHandler(target, type);
  if (before !== undefined) target.removeListener(type, before);
  if (typeof given === 'function') add(target, type, given, false, true);
}

function add(target: EventEmitter, type: Type, given: unknown, once: boolean, is: boolean): void {
  const wrapper: Wrapper = Object.assign(
    (...told: Arguments) => {
      tell(given, target, { type, target, ...PROPERTIES[type](...told) });
    },
    { [GIVEN]: given, [IS_HANDLER]: is },
  );
  if (once) target.once(type, wrapper);
  else target.on(type, wrapper);
}

function tell(given: unknown, target: EventEmitter, event: object): void {
  if (typeof given === 'function') given.call(target, event);
  else (given as { handleEvent(event: object): void }).handleEvent(event);
}

function wrappersOf(target: EventEmitter, type: string): Wrapper[] {
  return target.listeners(type).filter((listener): listener is Wrapper => GIVEN in listener);
}

function find(target: EventEmitter, type: string, given: unknown): Wrapper | undefined {
  return wrappersOf(target, type).find((each) => each[GIVEN] === given && !each[IS_HANDLER]);
}

function findHandler(target: EventEmitter, type: string): Wrapper | undefined {
  return wrappersOf(target, type).find((each) => each[IS_HANDLER]);
}
